import { randomBytes } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import Database from 'better-sqlite3';
import { beforeAll, expect, test, vi } from 'vitest';
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
beforeAll(async () => {
  ada = await world.device('ada');
});

/** The server looks every few seconds, and a device once a minute. */
const HEALED_WITHIN_MS = 150_000;
vi.setConfig({ testTimeout: 2 * HEALED_WITHIN_MS });
const LARGE_BYTES = 9_000_000;

function inDatabase<T>(work: (db: Database.Database) => T): T {
  const db = new Database(path.join(world.server.dataDir, 'server.sqlite'));
  try {
    return work(db);
  } finally {
    db.close();
  }
}
/** Every pack was verified, or has nothing left in it. */
function isSound(): boolean {
  const states = inDatabase((db) => db.prepare('SELECT state FROM packs').all() as { state: string }[]);
  return states.every(({ state }) => state === 'verified' || state === 'empty');
}
const usedBytes = async () => (await ada.ask<{ usedBytes: number }>('quota')).usedBytes;
/** Every pack was verified, and that is a while ago. */
async function verifiedLongAgo(): Promise<void> {
  await until('every pack is verified', isSound);
  inDatabase((db) => db.prepare('UPDATE packs SET checked_at_ms = checked_at_ms - 3600000').run());
}

test('[H1] [H3] [H8] [H9] what rots on the server comes again from the device that has it, and goes to the others', async () => {
  const [here] = await world.share(ada);
  await mkdir(path.join(here, 'notes'));
  await writeFile(path.join(here, 'thesis.bin'), randomBytes(LARGE_BYTES));
  await writeFile(path.join(here, 'notes', 'short.txt'), 'a short note');
  await ada.settle();
  const { libraryName } = await ada.root(here);
  await verifiedLongAgo();
  const packs = await packsOfRoot(world.server, ada, here);
  const [first, ...others] = packs as [string, ...string[]];
  await flipByte(first, 3);
  for (const pack of others) await rm(pack);
  const used = await usedBytes();
  const bob = await world.device('bob');
  const there = await bob.bind('there', libraryName);
  await until('the download has failed', async () => ((await bob.status()).roots[0]?.troubles ?? 0) > 0);
  await sameTrees([here, there], HEALED_WITHIN_MS);
  await bob.settle();
  expect([(await bob.root(there)).state, (await ada.root(here)).state]).toEqual(['upToDate', 'upToDate']);
  await until('nothing damaged is left', isSound);
  expect(await usedBytes()).toBe(used);
  const all = ['verify', '--deep', '--json', '--data', world.server.dataDir];
  const { exitCode, out } = await startProgram(SERVER, all, { home: world.server.home }).finished;
  expect([exitCode, out]).toEqual([0, expect.stringContaining('"ok":true')]);
  await bob.stop();
});

test('[H7] what nobody has is named, and no bad byte is ever written', async () => {
  const cleo = await world.device('cleo');
  const [there] = await world.share(cleo);
  await writeFile(path.join(there, 'gone.txt'), 'this computer is about to break');
  await writeFile(path.join(there, 'kept.txt'), 'and this survives');
  await cleo.settle();
  const { libraryName, libraryId } = await cleo.root(there);
  await verifiedLongAgo();
  const packs = await packsOfRoot(world.server, cleo, there);
  await cleo.stop();
  const lost = Buffer.from('this computer is about to break');
  for (const pack of packs) {
    const at = (await readFile(pack)).indexOf(lost);
    if (at >= 0) await flipByte(pack, at);
  }
  const here = await ada.bind('of cleo', libraryName);
  const isWanted = () =>
    inDatabase((db) => db.prepare('SELECT count(DISTINCT content_id) AS count FROM lost_chunks').get());
  await until('the server knows what it has lost', () => (isWanted() as { count: number }).count === 1);
  await ada.settle();
  expect(Object.keys(Object.fromEntries(await readTree(here)))).toEqual(['kept.txt']);
  const { out } = await ada.run('problems', '--json');
  const { groups } = JSON.parse(out) as { groups: { code: string; paths: { path: string }[] }[] };
  expect(groups.map(({ code, paths }) => [code, paths.map((one) => one.path)])).toEqual([
    ['contentMissing', ['gone.txt']],
  ]);
  const named = ['verify', '--library', libraryId, '--data', world.server.dataDir];
  const verified = await startProgram(SERVER, named, { home: world.server.home }).finished;
  expect([verified.exitCode, verified.out]).toEqual([1, expect.stringContaining('Damaged file: "gone.txt"')]);
  // The computer was not that broken after all.
  await cleo.start();
  await sameTrees([there, here], HEALED_WITHIN_MS);
});
