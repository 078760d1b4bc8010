import { randomBytes } from 'node:crypto';
import { cp, mkdir, readdir, readFile, rename, rm, rmdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import type { Device } from './support/device.ts';
import { differences, readTree } from './support/tree.ts';
import { useWorld } from './support/use-world.ts';
import { until } from './support/waiting.ts';
import { OWNER, sameTrees, settleAll } from './support/world.ts';

const world = useWorld();
const VIEWER = 'vic@example.org';
let [ada, bob, vic] = [] as unknown as [Device, Device, Device];
beforeAll(async () => {
  await world.server.makeAccount(VIEWER);
  ada = await world.device('ada');
  bob = await world.device('bob');
  vic = await world.device('vic', VIEWER);
});

const at = (folder: string, ...names: string[]) => path.join(folder, ...names);
interface Trouble {
  readonly path: string;
  readonly code: string;
  readonly sentence: string;
}
/** What the device says needs attention. */
async function troublesOf(device: Device): Promise<Trouble[]> {
  return (JSON.parse((await device.run('sync', '--json', '--timeout', '60')).out) as { troubles: Trouble[] })
    .troubles;
}

test('what does not fit into the quota is refused with all numbers, the rest goes on', async () => {
  await world.server.makeAccount('max@example.org', '--quota', '5MB');
  const [max, mia] = [
    await world.device('max', 'max@example.org'),
    await world.device('mia', 'max@example.org'),
  ];
  const [here, there] = await world.share(max, mia);
  await writeFile(at(here, 'small one'), randomBytes(1_000_000));
  await settleAll(max);
  await writeFile(at(here, 'too large'), randomBytes(8_000_000));
  await writeFile(at(here, 'small two'), randomBytes(500_000));
  await until('the small files arrived', async () => (await readTree(there)).size === 2);
  expect(await max.settle()).toBe(3);
  expect([...(await readTree(there)).keys()].sort()).toEqual(['small one', 'small two']);

  const why = await max.why(at(here, 'too large'));
  expect(why).toMatchObject({ code: 'refused', nextTryMs: expect.any(Number) });
  expect(why.sentence).toMatch(/too large.*1\.5 MB of 5 MB used, \S+ \S*B reserved, 8 MB more wanted/);
  expect((await troublesOf(max)).map((one) => one.path)).toEqual(['too large']);
  const quota = await max.ask('quota');
  expect(quota).toMatchObject({ limitBytes: 5_000_000, reservedBytes: 0 });
  // A file of several chunks takes some bytes more: what it is made of is stored, too.
  const { usedBytes } = quota as { usedBytes: number };
  expect(usedBytes).toBeGreaterThanOrEqual(1_500_000);
  expect(usedBytes).toBeLessThan(1_501_000);

  expect((await world.server.admin(['quota', 'set', 'max@example.org', '20MB'])).exitCode).toBe(0);
  expect((await max.run('sync', '--timeout', '60')).exitCode).toBe(0);
  expect((await sameTrees([here, there])).size).toBe(3);
  expect(await max.root(here)).toMatchObject({ state: 'upToDate', troubles: 0 });
});

test('a full quota costs no byte: what is here and there stays as it was, and all of it goes on later', async () => {
  await world.server.makeAccount('una@example.org', '--quota', '2MB');
  const [una, ugo] = [
    await world.device('una', 'una@example.org'),
    await world.device('ugo', 'una@example.org'),
  ];
  const [here, there] = await world.share(una, ugo);
  await writeFile(at(here, 'edited'), randomBytes(900_000));
  await writeFile(at(here, 'kept'), randomBytes(900_000));
  const before = await sameTrees([here, there]);
  // More than there is room for: an edit, new files, and a rename, which needs none.
  await writeFile(at(here, 'edited'), randomBytes(1_500_000));
  for (const name of ['new 1', 'new 2', 'new 3']) await writeFile(at(here, name), randomBytes(700_000));
  await rename(at(here, 'kept'), at(here, 'renamed'));
  const made = await readTree(here);
  expect(await una.settle()).toBe(3);
  await until('the rename has arrived', async () => (await readTree(there)).has('renamed'));
  await ugo.settle();
  // Nothing of what this device has was touched, and nothing that the other one had is gone or half there.
  expect(differences(made, await readTree(here))).toEqual([]);
  const afterwards = await readTree(there);
  expect([afterwards.get('edited'), afterwards.get('renamed')]).toEqual([
    before.get('edited'),
    before.get('kept'),
  ]);
  expect(afterwards.size).toBe(2);

  expect((await world.server.admin(['quota', 'set', 'una@example.org', '20MB'])).exitCode).toBe(0);
  expect((await una.run('sync', '--timeout', '60')).exitCode).toBe(0);
  const all = await sameTrees([here, there]);
  expect(differences(made, all)).toEqual([]);
});

test('a device that is revoked stops within seconds, says so, and its files stay', async () => {
  const eve = await world.device('eve');
  const [here, there] = await world.share(ada, eve);
  await writeFile(at(here, 'secret'), 'secret');
  await sameTrees([here, there]);
  await ada.ask('device', 'revoke', 'eve');
  const patienceMs = 20_000;
  await until('eve knows', async () => (await eve.status()).session.is === 'signedOut', patienceMs);
  const { exitCode, out } = await eve.run('status', '--json');
  expect(exitCode).toBe(5);
  const said = JSON.parse(out);
  expect(said.session).toEqual({ is: 'signedOut', why: 'revoked' });
  expect(said.roots[0].sentence).toMatch(/signed out/);
  expect(await readFile(at(there, 'secret'), 'utf8')).toBe('secret');
  await writeFile(at(here, 'new secret'), 'new');
  await writeFile(at(there, 'of eve'), 'eve');
  await settleAll(ada);
  expect((await eve.run('sync')).exitCode).toBe(5);
  expect([...(await readTree(there)).keys()].sort()).toEqual(['of eve', 'secret']);
  expect([...(await readTree(here)).keys()].sort()).toEqual(['new secret', 'secret']);
  await eve.stop();
  expect((await eve.run('quota')).exitCode).toBe(5);

  await eve.login(world.server.url, OWNER);
  await eve.start();
  expect((await sameTrees([here, there])).size).toBe(3);
});

test("a viewer's edits are held, never sent and never overwritten; the owner's still arrive", async () => {
  const library = world.newLibrary();
  const here = await ada.bind(library, library);
  for (const name of ['one', 'two', 'three', 'four']) await writeFile(at(here, name), `${name} of ada`);
  await ada.settle();
  await ada.ask('library', 'members', 'set', library, VIEWER, 'viewer');
  const there = await vic.bind(library, `${OWNER}/${library}`);
  await sameTrees([here, there]);
  await vic.settle();

  await writeFile(at(there, 'one'), 'edited by the viewer');
  await writeFile(at(there, 'of vic'), 'made by the viewer');
  await rm(at(there, 'two'));
  await rename(at(there, 'three'), at(there, 'three renamed'));
  expect(await vic.settle()).toBe(3);
  await writeFile(at(here, 'one'), 'edited by the owner');
  await writeFile(at(here, 'four'), 'news of the owner');
  await writeFile(at(here, 'five'), 'new from the owner');
  await settleAll(ada, vic);

  expect([...(await readTree(here)).keys()].sort()).toEqual(['five', 'four', 'one', 'three', 'two']);
  expect(await readFile(at(here, 'one'), 'utf8')).toBe('edited by the owner');
  expect(await readFile(at(there, 'one'), 'utf8')).toBe('edited by the viewer');
  expect(await readFile(at(there, 'of vic'), 'utf8')).toBe('made by the viewer');
  expect(await readFile(at(there, 'four'), 'utf8')).toBe('news of the owner');
  expect(await readFile(at(there, 'five'), 'utf8')).toBe('new from the owner');
  expect(await vic.why(at(there, 'one'))).toMatchObject({ code: 'readOnlyMember', state: 'held' });
  expect(await vic.why(at(there, 'of vic'))).toMatchObject({ code: 'readOnlyMember', state: 'held' });

  await ada.ask('library', 'members', 'set', library, VIEWER, 'editor');
  expect((await vic.run('sync', '--timeout', '60')).exitCode).toBe(0);
  const tree = await sameTrees([here, there]);
  expect([...tree.keys()]).toEqual(expect.arrayContaining(['of vic', 'three renamed', 'four', 'five']));
  const kept = await Promise.all(
    [...tree.keys()].filter((name) => name.startsWith('one')).map((name) => readFile(at(here, name), 'utf8')),
  );
  expect(kept.sort()).toEqual(['edited by the owner', 'edited by the viewer']);
});

test('a folder that vanished or was replaced halts, and nothing is deleted for the others', async () => {
  const [here, there] = await world.share(ada, bob);
  await mkdir(at(here, 'sub'));
  await writeFile(at(here, 'sub', 'precious'), 'precious');
  await writeFile(at(here, 'other'), 'other');
  await sameTrees([here, there]);
  await settleAll(ada, bob);

  await rename(there, `${there} moved away`);
  await until('bob halts', async () => (await bob.root(there).catch(() => null))?.state === 'halted');
  expect(await bob.root(there)).toMatchObject({ halt: 'rootMissing' });
  await mkdir(there);
  await until('bob sees the other folder', async () => (await bob.root(there)).halt === 'rootReplaced');
  expect(await bob.settle()).toBe(3);
  expect((await bob.root(there)).sentence).toMatch(/is not the one that was synced.* nothing is deleted/);
  expect(await bob.why(at(there, 'other'))).toMatchObject({ code: 'halted', state: 'held' });
  expect((await bob.run('status')).out).toContain('What helps is told by `tidesync problems`.');
  expect((await bob.run('problems')).out).toContain('Put the old folder back.');
  await writeFile(at(here, 'meanwhile'), 'meanwhile');
  await ada.settle();
  expect((await readTree(here)).size).toBe(4);
  expect(await readdir(there)).toEqual([]);

  await rmdir(there);
  await rename(`${there} moved away`, there);
  await until('bob goes on', async () => (await sameTrees([here, there])).size === 4);
  await settleAll(bob);
  expect(await bob.root(there)).toMatchObject({ state: 'upToDate', halt: null });

  const elsewhere = `${there} for good`;
  await rename(there, elsewhere);
  await bob.ask('folder', 'move', there, elsewhere);
  await writeFile(at(elsewhere, 'from the new place'), 'new');
  expect((await sameTrees([here, elsewhere])).has('from the new place')).toBe(true);
});

test('[S53] a copy on another disk that takes the place of the folder is merged, and what it lacks is no delete', async () => {
  const [here, there] = await world.share(ada, bob);
  for (const name of ['copied', 'not copied', 'edited']) await writeFile(at(here, name), `text of ${name}`);
  await sameTrees([here, there]);
  await settleAll(ada, bob);
  const copy = `${there} copied`;
  await cp(there, copy, { recursive: true, preserveTimestamps: true });
  await rm(at(copy, 'not copied'));
  // Since the copy was made, something went the way that an earlier journal would not know.
  await rename(at(here, 'edited'), at(here, 'renamed'));
  await sameTrees([here, there]);
  await settleAll(ada, bob);
  await bob.ask('folder', 'move', there, copy);
  await settleAll(bob, ada);
  const tree = await sameTrees([here, copy]);
  expect([...tree.keys()].sort()).toEqual(['copied', 'edited', 'not copied', 'renamed']);
  expect(await bob.root(copy)).toMatchObject({ state: 'upToDate', halt: null });
});

test('a library that was deleted halts its folders and leaves the files', async () => {
  const library = world.newLibrary();
  const [here, there] = [await ada.bind(library, library), await bob.bind(library, library)];
  await writeFile(at(here, 'kept'), 'kept');
  await sameTrees([here, there]);
  await settleAll(ada, bob);
  await ada.ask('library', 'delete', library, '--yes');
  await bob.settle();
  await until('bob halts', async () => (await bob.root(there)).halt === 'libraryGone');
  expect(await readFile(at(there, 'kept'), 'utf8')).toBe('kept');
  expect(await readFile(at(here, 'kept'), 'utf8')).toBe('kept');
  await bob.ask('folder', 'remove', there);
});
