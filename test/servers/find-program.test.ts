import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Builder, RunStep } from './build-program.ts';
import { buildProgram, goSteps } from './build-program.ts';
import { containerLaunch } from './container.ts';
import type { Places } from './find-program.ts';
import { cacheDirOf, cachedProgram, findProgram } from './find-program.ts';
import { NotObtainable } from './not-obtainable.ts';
import { programs } from './server-kinds.ts';

let top = '';
let cacheDir = '';
beforeEach(async () => {
  top = await mkdtemp(path.join(os.tmpdir(), 'tidesync-find-'));
  cacheDir = path.join(top, 'cache');
});
afterEach(() => rm(top, { recursive: true, force: true }));

/** A program that says something whatever it is asked. */
async function programThatSays(file: string, text: string): Promise<string> {
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, `#!/bin/sh\ncat <<'X'\n${text}\nX\n`);
  await chmod(file, 0o755);
  return file;
}

const MIDNIGHT_COMMANDER = 'GNU Midnight Commander 4.8.29\nBuilt with GLib 2.74.6';
const MINIO_MC = `mc version RELEASE.2025-08-13T08-35-41Z (commit-id=7394ce0d)
Runtime: go1.24.6 linux/amd64
Copyright (c) 2015-2025 MinIO, Inc.
License GNU AGPLv3 <https://www.gnu.org/licenses/agpl-3.0.html>`;
const MINIO = `minio version DEVELOPMENT.GOGET (commit-id=DEVELOPMENT.GOGET)
Runtime: go1.26.8 linux/amd64
Copyright: 2015-0000 MinIO, Inc.`;

function places(given: Partial<Places> = {}): Places {
  return {
    path: [path.join(top, 'bin'), path.join(top, 'opt')].join(path.delimiter),
    cacheDir,
    hasImage: async () => false,
    build: async () => 'built',
    ...given,
  };
}

describe('a program is taken', () => {
  test('from PATH before all', async () => {
    const onPath = await programThatSays(path.join(top, 'opt/minio'), MINIO);
    await programThatSays(cachedProgram(programs.minio, cacheDir), MINIO);
    const found = await findProgram('minio', places({ hasImage: async () => true }));
    expect(found).toEqual({ how: 'program', path: onPath, from: 'PATH' });
  });

  test('then from the cache', async () => {
    const cached = await programThatSays(cachedProgram(programs.minio, cacheDir), MINIO);
    const found = await findProgram('minio', places({ hasImage: async () => true }));
    expect(found).toEqual({ how: 'program', path: cached, from: 'cache' });
  });

  test('then from a container, where an engine has the image', async () => {
    const found = await findProgram('minio', places({ hasImage: async () => true }));
    expect(found).toEqual({ how: 'container', image: programs.minio.image });
  });

  test('then from a build', async () => {
    expect(await findProgram('minio', places())).toEqual({ how: 'program', path: 'built', from: 'build' });
  });

  test('but never another program of the same name', async () => {
    await programThatSays(path.join(top, 'bin/mc'), MIDNIGHT_COMMANDER);
    expect(await findProgram('mc', places())).toEqual({ how: 'program', path: 'built', from: 'build' });
    const right = await programThatSays(path.join(top, 'opt/mc'), MINIO_MC);
    expect(await findProgram('mc', places())).toEqual({ how: 'program', path: right, from: 'PATH' });
  });

  test('under a second name, where the first is taken', async () => {
    await programThatSays(path.join(top, 'bin/mc'), MIDNIGHT_COMMANDER);
    const right = await programThatSays(path.join(top, 'bin/mcli'), MINIO_MC);
    expect(await findProgram('mc', places())).toEqual({ how: 'program', path: right, from: 'PATH' });
  });
});

test('the cache is where XDG says, and no relative path', () => {
  expect(cacheDirOf({ XDG_CACHE_HOME: '/var/cache', HOME: '/home/ada' })).toBe('/var/cache/tidesync/servers');
  expect(cacheDirOf({ XDG_CACHE_HOME: 'cache', HOME: '/home/ada' })).toBe(
    '/home/ada/.cache/tidesync/servers',
  );
  expect(cacheDirOf({ HOME: '/home/ada' })).toBe('/home/ada/.cache/tidesync/servers');
});

describe('a build', () => {
  /** Stands for Go: leaves a program where it was told to. */
  const leavesProgram: RunStep = async ({ args, env }) => {
    if (args[0] === 'install') await writeFile(path.join(env.GOBIN ?? '', 'nats-server'), 'program');
  };
  const builder = (runStep: RunStep): Builder => ({ runStep, say: () => {} });

  test('appears in the cache whole, and leaves nothing else there', async () => {
    const file = await buildProgram('nats', cacheDir, builder(leavesProgram));
    expect(file).toBe(cachedProgram(programs.nats, cacheDir));
    expect(await readFile(file, 'utf8')).toBe('program');
    expect(await readdir(cacheDir)).toEqual([path.basename(path.dirname(file))]);
  });

  test('that fails leaves nothing, and says why and what to do', async () => {
    const building = buildProgram(
      'nats',
      cacheDir,
      builder(async (step, folder) => {
        await leavesProgram(step, folder);
        if (step.args[0] === 'install') throw new Error('go could not be started');
      }),
    );
    await expect(building).rejects.toThrow(NotObtainable);
    await expect(building).rejects.toThrow(/could not be built: go could not be started; install Go 1\.\d+/);
    expect(await readdir(cacheDir)).toEqual([]);
  });

  test('is made once when two want it', async () => {
    let built = 0;
    const counting = builder(async (step, folder) => {
      if (step.args[0] === 'install') built++;
      await leavesProgram(step, folder);
    });
    const both = await Promise.all([
      buildProgram('nats', cacheDir, counting),
      buildProgram('nats', cacheDir, counting),
    ]);
    expect(both[0]).toBe(both[1]);
    expect(built).toBe(1);
  });

  test('removes what a killed one left', async () => {
    await mkdir(path.join(cacheDir, '.building-old'), { recursive: true });
    await buildProgram('nats', cacheDir, builder(leavesProgram));
    expect(await readdir(cacheDir)).toHaveLength(1);
  });

  test('of TiDB goes through a go.mod of ours', () => {
    const { build } = programs.tidb;
    expect(goSteps(build, '/out').map(({ args }) => args.join(' '))).toEqual([
      'mod tidy',
      'build -o /out/ github.com/pingcap/tidb/cmd/tidb-server',
    ]);
  });
});

test('a container listens on loopback, sees our folders, runs as this user and takes no more of the environment', () => {
  const launch = containerLaunch(
    { image: 'nats:2', name: 'tidesync-test-1', port: 4222, folders: ['/tmp/top'] },
    { args: ['-p', '4222'], env: { PATH: '/bin', HOME: '/tmp/top/home', KEY: 'secret' } },
  );
  const user = `${process.getuid?.()}:${process.getgid?.()}`;
  expect([launch.command, ...launch.args].join(' ')).toBe(
    `docker run --rm --name tidesync-test-1 --publish 127.0.0.1:4222:4222 --user ${user} ` +
      '--volume /tmp/top:/tmp/top --env HOME=/tmp/top/home --env KEY=secret nats:2 -p 4222',
  );
  expect(launch.containerName).toBe('tidesync-test-1');
});
