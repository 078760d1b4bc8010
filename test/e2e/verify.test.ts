import { randomBytes } from 'node:crypto';
import { lstat, mkdir, readdir, readFile, rename, rm, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { VerifiedFolder } from '@tidesync/shared/wire/engine';
import Database from 'better-sqlite3';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Finished } from './cli-process.ts';
import { startProgram } from './cli-process.ts';
import type { Device } from './support/device.ts';
import { flipByte, packsOfRoot } from './support/packs.ts';
import { SERVER } from './support/server-process.ts';
import { readTree } from './support/tree.ts';
import { useWorldOfOneServer } from './support/use-world.ts';
import { until } from './support/waiting.ts';
import { sameTrees } from './support/world.ts';

const world = useWorldOfOneServer();
let ada: Device;
let here: string;
beforeAll(async () => {
  ada = await world.device('ada');
});
beforeEach(async () => {
  [here] = await world.share(ada);
});

const server = (...args: string[]): Promise<Finished> => {
  const all = [...args, '--data', world.server.dataDir];
  return startProgram(SERVER, all, { home: world.server.home }).finished;
};
const LARGE_BYTES = 5_000_000;

interface Report {
  readonly ok: boolean;
  readonly damagedFiles: readonly { readonly path: string; readonly device: string }[];
}

/** Every pack of the library that was shared last, with its path on the disk. */
const packsOf = (folder: string) => packsOfRoot(world.server, ada, folder);

describe('a server whose disk rots', () => {
  test('[V3] names the file of a flipped byte, and no device ever writes it', async () => {
    await writeFile(path.join(here, 'thesis.txt'), 'the only copy of a thesis');
    await ada.settle();
    const library = (await ada.root(here)).libraryName;
    const [pack] = await packsOf(here);
    const { libraryId } = await ada.root(here);
    // It would heal it.
    await ada.stop();
    await flipByte(pack as string, 3);
    const { exitCode, out } = await server('verify', '--deep', '--library', libraryId, '--json');
    const report = JSON.parse(out) as Report;
    expect([exitCode, report.ok]).toEqual([1, false]);
    expect(report.damagedFiles).toEqual([expect.objectContaining({ path: 'thesis.txt', device: 'ada' })]);
    const bob = await world.device('bob');
    const there = await bob.bind('rotten', library);
    await bob.settle();
    expect([...(await readTree(there)).keys()]).toEqual([]);
    expect((await bob.why(path.join(there, 'thesis.txt'))).code).toBe('contentMissing');
    expect(await readdir(path.join(there, '.tidesync', 'tmp'))).toEqual([]);
    await bob.stop();
    await ada.start();
  });

  test('[V2] names the file of an object that is gone, without reading anything', async () => {
    await writeFile(path.join(here, 'lost.txt'), 'lost');
    await ada.settle();
    for (const pack of await packsOf(here)) await rm(pack);
    const { libraryId } = await ada.root(here);
    const { exitCode, out } = await server('verify', '--library', libraryId);
    expect([exitCode, out]).toEqual([1, expect.stringContaining('Damaged file: "lost.txt"')]);
  });
});

/** This device's database while nobody works with it. */
function inJournal<T>(work: (db: Database.Database) => T): T {
  const db = new Database(path.join(ada.home, 'device', 'journal.db'));
  try {
    return work(db);
  } finally {
    db.close();
  }
}

describe('a device', () => {
  test('[V12] repairs a journal that was tampered with, and deletes nothing', async () => {
    await mkdir(path.join(here, 'docs'));
    for (const name of ['a', 'b', 'c', 'docs/d']) await writeFile(path.join(here, name), `text of ${name}`);
    await ada.settle();
    const before = await readTree(here);
    await ada.stop();
    inJournal((db) => {
      db.exec("UPDATE base SET content_id = zeroblob(32) WHERE name = 'a'");
      db.exec("DELETE FROM base WHERE name = 'b'");
      db.exec("UPDATE base SET content_seq = 999 WHERE name = 'c'");
    });
    const { exitCode, out } = await ada.run('verify', here, '--json');
    const [folder] = (JSON.parse(out) as { folders: VerifiedFolder[] }).folders;
    expect([exitCode, folder?.found, folder?.repaired]).toEqual([0, folder?.repaired, folder?.found]);
    expect(folder?.found).toBeGreaterThanOrEqual(2);
    await ada.start();
    await ada.settle();
    expect([...(await readTree(here)).keys()].toSorted()).toEqual([...before.keys()].toSorted());
    expect(await readTree(here)).toEqual(before);
    expect((await ada.run('verify', '--deep', here)).exitCode).toBe(0);
  });

  test('[V13] finds a file that rots under its size and times, sends nothing, and shows the cure', async () => {
    const file = path.join(here, 'thesis.txt');
    await writeFile(file, 'the only copy of a thesis');
    await ada.settle();
    const seen = await lstat(file);
    await ada.stop();
    await flipByte(file, 5);
    await utimes(file, seen.atime, seen.mtime);
    // What a disk does on its own moves no time of change either.
    const { ctimeNs, mtimeNs } = await lstat(file, { bigint: true });
    inJournal((db) => {
      const set = 'UPDATE base SET stamp_ctime_ns = ?, stamp_mtime_ns = ? WHERE name = ?';
      db.prepare(set).run(String(ctimeNs), String(mtimeNs), 'thesis.txt');
    });
    await ada.start();
    await ada.settle();
    expect((await ada.root(here)).state).toBe('upToDate');
    const { exitCode, out } = await ada.run('verify', '--deep', here);
    expect([exitCode, out]).toEqual([3, expect.stringContaining('--fetch')]);
    expect(out).toContain('thesis.txt');
    expect((await ada.root(here)).state).toBe('attention');
    expect((await ada.why(file)).code).toBe('damaged');
    // Not by what is stored: the server may be healing what the test before has damaged.
    expect((await ada.ask<{ versions: unknown[] }>('versions', file)).versions).toHaveLength(1);
    await ada.ask('verify', '--fetch', file);
    await ada.settle();
    await until('the version of the server is back', async () => {
      return (await readFile(file, 'utf8')) === 'the only copy of a thesis';
    });
    const names = (await readdir(here)).filter((name) => name !== '.tidesync');
    expect(names.toSorted()).toEqual([expect.stringMatching(/^thesis \(conflict/), 'thesis.txt']);
    expect((await ada.run('verify', '--deep', here)).exitCode).toBe(0);
  });
});

describe('out of what is left of a server', () => {
  test('[V20] all paths come back byte for byte, and without the database all contents', async () => {
    await mkdir(path.join(here, 'Ordner', 'ä b'), { recursive: true });
    await writeFile(path.join(here, 'large.bin'), randomBytes(LARGE_BYTES));
    await writeFile(path.join(here, 'Ordner', 'ä b', 'short.txt'), 'short');
    await writeFile(path.join(here, 'empty'), '');
    await ada.settle();
    const [{ libraryId, libraryName }, tree] = [await ada.root(here), await readTree(here)];
    const out = path.join(world.top, 'rescued');
    const named = await server('fsck', '--export', out, '--library', libraryId);
    expect([named.exitCode, named.out]).toEqual([0, expect.stringContaining('3 files written')]);
    const top = path.join(out, 'files', `${libraryName} (${libraryId.slice(0, 8)})`);
    await sameTrees([here, top]);
    expect(tree.size).toBe(5);
    await world.server.stop();
    const database = path.join(world.server.dataDir, 'server.sqlite');
    for (const suffix of ['', '-wal', '-shm'])
      await rename(database + suffix, `${database}${suffix}.away`).catch(() => undefined);
    const bare = path.join(world.top, 'bare');
    const { out: said, err } = await server('fsck', '--export', bare);
    expect(err).toContain('no names, folders and times');
    const contents = await readdir(path.join(bare, 'content'));
    const texts = await Promise.all(contents.map((name) => readFile(path.join(bare, 'content', name))));
    for (const name of ['large.bin', 'Ordner/ä b/short.txt']) {
      const bytes = await readFile(path.join(here, name));
      expect([name, texts.some((one) => one.equals(bytes))]).toEqual([name, true]);
    }
    expect(said).toContain('listing-1.jsonl');
    for (const suffix of ['', '-wal', '-shm'])
      await rename(`${database}${suffix}.away`, database + suffix).catch(() => undefined);
    await world.server.start();
  });
});
