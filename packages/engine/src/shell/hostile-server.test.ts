import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { EntryId } from '@tidesync/shared/ids';
import type { EntryState } from '@tidesync/shared/wire/entries';
import { afterEach, describe, expect, test } from 'vitest';
import { nodeDisk } from '../adapters/node-disk.ts';
import type { SyncServer } from '../ports/server.ts';
import { at, cutterOf, readText, ShellBench, textsOf } from '../testing/shell-bench.ts';
import { folderIdOf, markRoot } from './root-folder.ts';

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

/** What a server that lies makes of what it has. */
type Lie = (state: EntryState) => EntryState;

interface World {
  readonly bench: ShellBench;
  /** Of the real disk; beside it lies what nobody may touch. */
  readonly rootPath: string;
  readonly canary: string;
}

/** A root on the real disk, with a folder beside it that holds a secret. */
async function world(): Promise<World> {
  const folder = mkdtempSync(path.join(realpathSync(tmpdir()), 'tidesync-hostile-'));
  ends.push(() => rmSync(folder, { recursive: true, force: true }));
  const rootPath = path.join(folder, 'root');
  const canary = path.join(folder, 'canary');
  mkdirSync(rootPath);
  mkdirSync(canary);
  writeFileSync(path.join(canary, 'secret'), 'untouched');
  return { bench: await ShellBench.open(), rootPath, canary };
}

/** Syncs with a server that tells the library in that way, until the root is at rest or turns for good. */
async function syncedWith({ bench, rootPath }: World, lie: Lie): Promise<void> {
  const disk = nodeDisk(rootPath);
  await markRoot(disk, bench.record.rootId);
  const folderId = folderIdOf(await disk.root());
  const parts = bench.parts();
  const { sync } = bench.library;
  const server: SyncServer = {
    ...sync,
    async tree(library, token) {
      const page = await sync.tree(library, token);
      return { ...page, entries: page.entries.map(lie) };
    },
    async changes(library, cursor) {
      const page = await sync.changes(library, cursor);
      return { ...page, changes: page.changes.map(({ seq, state }) => ({ seq, state: lie(state) })) };
    },
  };
  const root = bench.start({
    ...parts,
    ...{ disk, server, cutter: cutterOf(disk), record: { ...bench.record, path: rootPath, folderId } },
  });
  ends.push(async () => {
    const stopped = root.stop();
    await turnsUntil(bench, stopped);
  });
  for (let turns = 0; turns < TURNS_MAX; turns++) {
    await sleep(2);
    if (turns > TURNS_MIN && root.isSettled()) return;
    bench.clock.advance(250);
  }
}
const TURNS_MIN = 20;
const TURNS_MAX = 200;

async function turnsUntil(bench: ShellBench, work: Promise<unknown>): Promise<void> {
  let isOver = false;
  void work.finally(() => {
    isOver = true;
  });
  while (!isOver) {
    bench.clock.advance(250);
    await sleep(2);
  }
}

const idOf = ({ bench }: World, name: string): EntryId => bench.library.at(name).id;
const under = (world: World, name: string, parent: string): Lie => {
  const parentId = idOf(world, parent);
  return (state) => (state.name === name ? { ...state, parentId } : state);
};
const named =
  (name: string, as: string): Lie =>
  (state) =>
    state.name === name ? { ...state, name: as as EntryState['name'] } : state;

/** Nothing was made, changed or read through beside the root. */
function expectUntouched({ canary, rootPath }: World): void {
  expect(readdirSync(canary)).toEqual(['secret']);
  expect(readFileSync(path.join(canary, 'secret'), 'utf8')).toBe('untouched');
  expect(readdirSync(path.dirname(rootPath)).sort()).toEqual(['canary', 'root']);
}
const filesIn = ({ rootPath }: World) => textsOf(nodeDisk(rootPath));

/** What published attacks on archivers and sync tools did; each makes the tree, and says what the server then tells. */
const attacks: [string, (world: World) => Promise<Lie>][] = [
  [
    'a file below a symlink that leads out',
    async (world) => {
      await world.bench.library.make('out', { target: '../canary' });
      await world.bench.library.make('evil', { text: 'evil' });
      return under(world, 'evil', 'out');
    },
  ],
  [
    'a file in the place of one that is there, below a symlink',
    async (world) => {
      await world.bench.library.make('out', { target: world.canary });
      await world.bench.library.make('secret', { text: 'evil' });
      return under(world, 'secret', 'out');
    },
  ],
  [
    'a folder, and a file in it, below a symlink to the top of the disk',
    async (world) => {
      await world.bench.library.make('out', { target: '/' });
      await world.bench.library.make('tmp', 'folder');
      await world.bench.library.make('tmp/tidesync-evil', { text: 'evil' });
      return under(world, 'tmp', 'out');
    },
  ],
  [
    'a symlink of another spelling beside a folder',
    async (world) => {
      await world.bench.library.make('dir', 'folder');
      await world.bench.library.make('DIR', { target: '../canary' });
      await world.bench.library.make('dir/secret', { text: 'evil' });
      return (state) => state;
    },
  ],
  [
    'a symlink of another Unicode form beside a folder',
    async (world) => {
      await world.bench.library.make('caf\u00e9', 'folder');
      await world.bench.library.make('cafe\u0301', { target: '../canary' });
      await world.bench.library.make('caf\u00e9/secret', { text: 'evil' });
      return (state) => state;
    },
  ],
  [
    'names with backslashes, drives, streams, dots and short names',
    async (world) => {
      const names = ['..\\canary\\evil', 'C:\\evil', 'a:stream', '...', 'PROGRA~1', '%2e%2e', '~', '-rf'];
      for (const name of names) await world.bench.library.make(name, { text: 'evil' });
      return (state) => state;
    },
  ],
  [
    'a file of ours in the top folder',
    async (world) => {
      await world.bench.library.make('own', 'folder');
      await world.bench.library.make('own/root.json', { text: '{"rootId":"evil"}' });
      await world.bench.library.make('own/evil', { text: 'evil' });
      return named('own', '.tidesync');
    },
  ],
  [
    'a symlink in the place of our folder',
    async (world) => {
      await world.bench.library.make('own', { target: '../canary' });
      return named('own', '.tidesync');
    },
  ],
  [
    'a file that lies nowhere',
    async (world) => {
      await world.bench.library.make('evil', { text: 'evil' });
      const parentId = '99999999-0000-4000-8000-000000000009' as EntryId;
      return (state) => (state.name === 'evil' ? { ...state, parentId } : state);
    },
  ],
  [
    'a file that lies in a file',
    async (world) => {
      await world.bench.library.make('file', { text: 'a file' });
      await world.bench.library.make('evil', { text: 'evil' });
      return under(world, 'evil', 'file');
    },
  ],
];

const circles: typeof attacks = [
  [
    'folders that lie in each other',
    async (world) => {
      await world.bench.library.make('one', 'folder');
      await world.bench.library.make('one/two', 'folder');
      await world.bench.library.make('one/two/evil', { text: 'evil' });
      return under(world, 'one', 'one/two');
    },
  ],
  [
    'a folder that lies in itself',
    async (world) => {
      await world.bench.library.make('one', 'folder');
      await world.bench.library.make('one/evil', { text: 'evil' });
      return under(world, 'one', 'one');
    },
  ],
];

describe('a tree that was made to break out', () => {
  test.each(attacks)('%s: nothing outside is touched, and the rest is synced', async (_what, make) => {
    const made = await world();
    await made.bench.library.make('good', { text: 'good' });
    const lie = await make(made);
    await syncedWith(made, lie);
    expectUntouched(made);
    expect(await filesIn(made)).toMatchObject({ good: 'good' });
    const marker = readFileSync(path.join(made.rootPath, '.tidesync', 'root.json'), 'utf8');
    expect(JSON.parse(marker)).toMatchObject({ rootId: made.bench.record.rootId });
    const tally = made.bench.journal.tally();
    const ours = readdirSync(path.join(made.rootPath, '.tidesync')).sort();
    // It may have its next name in the journal already (T17).
    expect(ours.filter((name) => name !== tally?.now && name !== tally?.next)).toEqual([
      ...['aside', 'root.json', 'tmp', 'trash'],
    ]);
    expect(ours).toHaveLength(5);
  });

  test.each(circles)(
    '[W44] %s: the folder says so, nothing is written, and it goes on when that is over',
    async (_what, make) => {
      const made = await world();
      await made.bench.library.make('good', { text: 'good' });
      let lie = await make(made);
      const told: Lie = (state) => lie(state);
      await syncedWith(made, told);
      expectUntouched(made);
      expect(await filesIn(made)).toEqual({});
      expect(made.bench.root?.offline?.problem).toEqual({ reason: 'noTree' });
      lie = (state) => state;
      const isThere = () =>
        existsSync(path.join(made.rootPath, 'good')) && made.bench.root?.isSettled() === true;
      for (let turns = 0; turns < 10 * TURNS_MAX && !isThere(); turns++) {
        made.bench.clock.advance(5_000);
        await sleep(2);
      }
      expect(await filesIn(made)).toMatchObject({ good: 'good' });
    },
  );

  test('what was told in between is mended as well, where it is found out only later', async () => {
    const made = await world();
    const { library, journal } = made.bench;
    await library.make('one', 'folder');
    await library.make('one/two', 'folder');
    await library.make('good', { text: 'good' });
    // As an earlier program, or a pull that was broken off, may have left it.
    const [one, two] = [library.at('one'), library.at('one/two')];
    for (const { id, state } of [{ ...one, state: { ...one.state, parentId: two.id } }, two])
      journal.set(id, { ...journal.get(id), remote: state });
    journal.setCursor((await library.sync.tree(made.bench.record.libraryId, null)).cursor);
    await syncedWith(made, (state) => state);
    expect(await filesIn(made)).toEqual({ good: 'good', 'one/': '', 'one/two/': '' });
  });

  test('a folder that becomes a symlink: what was in it goes to the trash, nothing through the link', async () => {
    const made = await world();
    const { library } = made.bench;
    await library.make('dir', 'folder');
    await library.make('dir/secret', { text: 'mine' });
    await syncedWith(made, (state) => state);
    library.remove('dir/secret');
    library.remove('dir');
    await library.make('dir', { target: '../canary' });
    await library.make('evil', { text: 'evil' });
    const lie = under(made, 'evil', 'dir');
    await syncedWith(made, lie);
    expectUntouched(made);
  });
});

test('another spelling of our own folder, on a disk that takes the two for one, changes nothing in it', async () => {
  const bench = await ShellBench.open({ names: 'caseInsensitive' });
  const { library } = bench;
  for (const name of ['.TIDESYNC', '.Tidesync']) {
    await library.make(name, 'folder');
    await library.make(`${name}/root.json`, { text: '{"rootId":"evil"}' });
    await library.make(`${name}/tmp`, { target: '/' });
  }
  await library.make('good', { text: 'good' });
  const marker = await readText(bench.disk, '.tidesync/root.json');
  bench.start();
  await bench.pass(20_000);
  expect(await bench.files()).toEqual({ good: 'good' });
  expect(await readText(bench.disk, '.tidesync/root.json')).toBe(marker);
  expect((await bench.disk.look(at('.tidesync/tmp')))?.kind).toBe('folder');
  await bench.stop();
});
