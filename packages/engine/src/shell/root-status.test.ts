import type { EntryId } from '@tidesync/shared/ids';
import { Failure } from '@tidesync/shared/problems';
import type { RootStateName } from '@tidesync/shared/wire/engine';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { REMOTE_ABSENT } from '../core/entry.ts';
import { entryAt } from '../core/list-folder.ts';
import { at, ShellBench, writeNew } from '../testing/shell-bench.ts';
import { rootStatusOf } from './root-status.ts';
import { whyOf } from './why.ts';

let bench: ShellBench;
beforeEach(async () => {
  bench = await ShellBench.open();
  await bench.write('a', 'one');
  bench.start();
  await bench.settle();
});
afterEach(() => bench.stop());

const state = (): RootStateName =>
  rootStatusOf({ record: bench.record, running: bench.root, journal: bench.journal, restsFor: null }).state;
const hideMarker = () => bench.disk.rename(at('.tidesync/root.json'), at('.tidesync/hidden'));
const showMarker = () => bench.disk.rename(at('.tidesync/hidden'), at('.tidesync/root.json'));
const unreachable = () => {
  throw new Failure({ reason: 'unreachable', url: 'http://server', detail: 'no route' });
};

describe('[T1] the state', () => {
  const all: [RootStateName, () => Promise<unknown>][] = [
    [
      'halted',
      async () => {
        await hideMarker();
        await bench.pass(61_000);
      },
    ],
    [
      'offline',
      async () => {
        bench.library.sync.changes = async () => unreachable();
        await bench.pass(61_000);
      },
    ],
    ['syncing', async () => bench.root?.rescan()],
    [
      'attention',
      async () => {
        bench.onDisk = (operation, path) => (operation === 'list' && path === 'x' ? 'denied' : null);
        await bench.disk.makeFolder(at('x'));
        await bench.settle();
      },
    ],
    ['upToDate', async () => undefined],
  ];
  test.each(all)('%s', async (expected, make) => {
    await make();
    expect(state()).toBe(expected);
  });

  test('[T10] a rule that holds pauses and says so, unless a person has paused', () => {
    const resting = {
      record: bench.record,
      running: null,
      journal: bench.journal,
      restsFor: 'battery',
    } as const;
    expect(rootStatusOf(resting)).toMatchObject({
      state: 'paused',
      restsFor: 'battery',
      sentence: 'Paused on battery, until there is mains power.',
    });
    const record = { ...bench.record, pause: { is: 'paused', untilMs: null } } as const;
    expect(rootStatusOf({ ...resting, record })).toMatchObject({
      restsFor: null,
      sentence: 'Paused until you resume it.',
    });
    const id = entryAt(bench.journal, at('a')) as EntryId;
    bench.journal.set(id, { ...bench.journal.get(id), remote: REMOTE_ABSENT });
    const why = whyOf({ ...resting, root: null, path: at('a') });
    expect(why).toMatchObject({
      code: 'resting',
      state: 'held',
      sentence: expect.stringMatching(/on battery/),
    });
    expect(why.remedy).toMatch(/resume --anyway/);
  });

  test('paused counts before all but halted', async () => {
    const record = { ...bench.record, pause: { is: 'paused', untilMs: null } } as const;
    const at0 = { running: null, journal: bench.journal, restsFor: null };
    expect(rootStatusOf({ ...at0, record }).state).toBe('paused');
    expect(rootStatusOf({ ...at0, record: bench.record }).state).toBe('offline');
  });
});

test('[T3] a halted folder sends and writes nothing, and goes on by itself when it is back', async () => {
  await hideMarker();
  await bench.disk.unlink(at('a'));
  await bench.library.make('b', { text: 'theirs' });
  const before = bench.library.headSeq;
  await bench.pass(70_000);
  expect(state()).toBe('halted');
  expect(bench.library.headSeq).toBe(before);
  expect(await bench.files()).toEqual({});
  await showMarker();
  await writeNew(bench.disk, 'a', 'one');
  await bench.pass(10_000);
  expect(state()).toBe('upToDate');
  expect(await bench.files()).toEqual({ a: 'one', b: 'theirs' });
});

test('[T4] nothing is up to date that was seen absent but once', async () => {
  await bench.disk.unlink(at('a'));
  bench.root?.rescan();
  await bench.pass(250);
  expect(bench.library.paths()).toEqual(['a']);
  expect(state()).toBe('syncing');
  await bench.settle();
  expect(bench.library.paths()).toEqual([]);
  expect(state()).toBe('upToDate');
});

test('[T5] what people do while the server is away is synced by itself afterwards', async () => {
  const { changes } = bench.library.sync;
  bench.library.sync.changes = async () => unreachable();
  await bench.pass(61_000);
  await bench.write('b', 'mine');
  bench.root?.rescan();
  await bench.pass(5_000);
  expect(state()).toBe('offline');
  bench.library.sync.changes = changes;
  await bench.pass(130_000);
  expect(state()).toBe('upToDate');
  expect(bench.library.paths()).toEqual(['a', 'b']);
});

test('[T18] a full disk below the own database is told as that, not as a server that is away', async () => {
  let isFull = false;
  bench.onJournal = () => isFull;
  // The edit is noted, and then no commit can be.
  const { stage } = bench.library.sync;
  bench.library.sync.stage = async (...of) => {
    isFull = true;
    return stage(...of);
  };
  await bench.write('a', 'edited');
  bench.root?.rescan();
  await bench.pass(10_000);
  const told = /cannot use its own data .* disk has room/;
  const shown = { record: bench.record, journal: bench.journal, restsFor: null };
  const { sentence } = rootStatusOf({ ...shown, running: bench.root });
  expect([state(), sentence]).toEqual(['offline', expect.stringMatching(told)]);
  const why = whyOf({ ...shown, root: bench.root, path: at('a') });
  expect(why).toMatchObject({ code: 'offline', remedy: expect.stringMatching(told) });
  isFull = false;
  bench.library.sync.stage = stage;
  await bench.pass(130_000);
  expect(state()).toBe('upToDate');
  expect(await bench.isSynced()).toBe(true);
});

test('[T6] a disk that fails as a whole is asked again after pauses only, and nothing is concluded', async () => {
  let asked = 0;
  bench.onDisk = (operation, path) => {
    if (operation !== 'look' || path !== '.tidesyncignore') return null;
    asked++;
    return 'io';
  };
  bench.root?.rescan();
  await bench.pass(20_000);
  expect(asked).toBeGreaterThan(2);
  expect(asked).toBeLessThan(25);
  expect(state()).toBe('attention');
  bench.onDisk = null;
  await bench.pass(5_000);
  expect(state()).toBe('upToDate');
  expect(bench.library.paths()).toEqual(['a']);
});

test('[T7] what was left aside is back, and synced, at the next start', async () => {
  await bench.stop();
  await bench.disk.rename(at('a'), at(`.tidesync/aside/${bench.library.at('a').id}`));
  const before = bench.library.headSeq;
  bench.start();
  await bench.settle();
  expect(await bench.files()).toEqual({ a: 'one' });
  expect(bench.library.headSeq).toBe(before);
});
