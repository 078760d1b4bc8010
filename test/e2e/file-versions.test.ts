import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { FileVersion } from '@tidesync/shared/wire/retention';
import { beforeAll, expect, test } from 'vitest';
import { CLI, startProgram } from './cli-process.ts';
import type { Device } from './support/device.ts';
import { useWorld } from './support/use-world.ts';
import { until } from './support/waiting.ts';

const world = useWorld();
let ada: Device;
let folder: string;
beforeAll(async () => {
  ada = await world.device('ada');
  [folder] = await world.share(ada);
});

test('versions of a file are listed, and one of them comes back', async () => {
  const file = path.join(folder, 'report.txt');
  for (const text of ['first', 'second one', 'third']) {
    await writeFile(file, text);
    await ada.settle();
  }
  const { versions } = await ada.ask<{ versions: FileVersion[] }>('versions', file);
  expect(versions.map(({ sizeBytes, is }) => [sizeBytes, is])).toEqual([
    [5, 'current'],
    [10, 'version'],
    [5, 'version'],
  ]);
  expect(versions[0]?.device?.name).toBe('ada');
  await ada.ask('restore', file);
  await until('the one before is back', async () => (await readFile(file, 'utf8')) === 'second one');
  await ada.settle();
  await ada.ask('restore', file, '--number', String(versions[2]?.seq));
  await until('the first is back', async () => (await readFile(file, 'utf8')) === 'first');
  expect((await ada.run('restore', file, '--at', '1999-01-01')).exitCode).toBe(1);
  expect((await ada.run('restore', file, '--at', 'yesterday')).exitCode).toBe(2);
});

test('all folders pause for a time, and go on', async () => {
  const { pausedUntilMs } = await ada.ask<{ pausedUntilMs: number }>('pause', '2h');
  expect(pausedUntilMs).toBeGreaterThan(Date.now());
  expect(await ada.root(folder)).toMatchObject({ state: 'paused', pausedUntilMs });
  await ada.ask('resume');
  await ada.settle();
  expect(await ada.root(folder)).toMatchObject({ state: 'upToDate' });
});

test('activity is followed line by line, each once, until Ctrl-C', async () => {
  const following = startProgram(CLI, ['activity', '--follow', '--limit', '1', '--json'], { home: ada.home });
  await following.printed(/"kind"/);
  await writeFile(path.join(folder, 'followed'), 'new');
  await following.printed(/"path":"followed"/);
  following.child.kill('SIGINT');
  const { out, exitCode } = await following.finished;
  const lines = out.trim().split('\n');
  expect([exitCode, new Set(lines).size]).toEqual([130, lines.length]);
  expect(lines.map((line) => JSON.parse(line).path).filter((one) => one === 'followed')).toHaveLength(1);
});
