import type { ContentId, EntryId } from '@tidesync/shared/ids';
import type { VerifiedFolder } from '@tidesync/shared/wire/engine';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { engineLimits } from '../core/engine-limits.ts';
import type { LocalPresent } from '../core/entry.ts';
import { contentIdOf } from '../testing/memory-library.ts';
import { at, ShellBench } from '../testing/shell-bench.ts';
import { RootCheck } from './check-root.ts';
import { decideDamageAt } from './damages.ts';
import { IdleCheck } from './idle-check.ts';
import type { RootParts } from './root-parts.ts';
import type { SyncRoot } from './sync-root.ts';

let bench: ShellBench;
let parts: RootParts;
let root: SyncRoot;
beforeEach(async () => {
  bench = await ShellBench.open();
  await bench.disk.makeFolder(at('docs'));
  await bench.write('docs/a', 'first');
  await bench.write('b', 'second');
  parts = bench.parts();
  root = bench.start();
  parts = { ...parts, disk: bench.disk, cutter: bench.parts().cutter };
  await bench.restart().then((started) => {
    root = started;
  });
  await bench.settle();
  await bench.pass(2 * engineLimits.freshChangeMs);
});
afterEach(() => bench.stop());

/** Lets the check work while the clock goes on. */
async function whilePassing<T>(work: Promise<T>): Promise<T> {
  let over = false;
  const done = work.finally(() => {
    over = true;
  });
  for (let turns = 0; !over && turns < 2_000; turns++) await bench.pass(250);
  return done;
}
async function verify(deep = false, signal = new AbortController().signal): Promise<VerifiedFolder> {
  const progress = () => undefined;
  return whilePassing(new RootCheck(parts, root).whole({ deep, signal, progress }));
}
const idOf = (name: string) => {
  const id = [...bench.journal.allIds()].find((one) => {
    const { local } = bench.journal.get(one);
    return local.is === 'present' && local.name === name;
  });
  if (id === undefined) throw new Error(`no ${name}`);
  return id;
};
const commits = () => bench.library.headSeq;

/** The bytes become others, and nothing shows it. */
async function rot(file: string, text: string): Promise<void> {
  const before = await bench.disk.look(at(file));
  await bench.disk.overwrite(at(file), new TextEncoder().encode(text));
  const after = await bench.disk.look(at(file));
  if (before === null || after === null) throw new Error('it is there');
  const id = idOf(file.split('/').at(-1) as string);
  const { base, remote, local } = bench.journal.get(id);
  if (base === null) throw new Error('it is agreed on');
  const stamp = after.stamp;
  bench.journal.set(id, { base: { ...base, stamp }, local: { ...(local as LocalPresent), stamp }, remote });
}

test('[V10] of a folder that is as it should be, a check says so', async () => {
  for (const deep of [false, true]) {
    expect(await verify(deep)).toMatchObject({
      found: 0,
      checked: 3,
      read: deep ? 2 : 0,
      compared: true,
      damaged: 0,
    });
  }
});

test.each([
  ['is away', 0],
  ['goes in the middle of the check', 1],
])('[V10] a folder that %s is not compared, and nothing counts as put right', async (_what, goesAfter) => {
  const before = bench.journal.countEntries();
  /** What lies there then has neither the marker nor any file. */
  const replace = () => {
    const { person } = bench.disk;
    person.rename(at('.tidesync/root.json'), at('.tidesync/hidden'));
    for (const file of ['docs/a', 'b']) person.unlink(at(file));
  };
  if (goesAfter === 0) replace();
  const check = new RootCheck(parts, root).whole({
    deep: true,
    signal: new AbortController().signal,
    progress: ({ done }) => {
      if (done === goesAfter) replace();
    },
  });
  expect(await whilePassing(check)).toMatchObject({ halted: true, found: 0, repaired: 0, findings: [] });
  expect(bench.journal.countEntries()).toEqual(before);
});

describe('[V12] rows of the journal that are wrong are repaired, and nothing is deleted', () => {
  const files = { 'docs/': '', 'docs/a': 'first', b: 'second' };
  const tampers: [string, (id: EntryId) => void][] = [
    [
      'an entry is forgotten',
      (id) =>
        bench.journal.set(id, {
          base: null,
          local: { is: 'absent', confirmed: true },
          remote: { is: 'absent' },
        }),
    ],
    [
      'another content',
      (id) =>
        tamper(id, (base) => ({ ...base, body: { ...base.body, contentId: 'f'.repeat(64) as ContentId } })),
    ],
    [
      'other versions',
      (id) =>
        tamper(id, (base) => ({ ...base, versions: { contentSeq: 99, placeSeq: 99, attributesSeq: 99 } })),
    ],
    [
      'another name',
      (id) => tamper(id, (base) => ({ ...base, name: 'x' as never, localName: 'x' as never })),
    ],
  ];
  type Base = NonNullable<ReturnType<ShellBench['journal']['get']>['base']>;
  function tamper(id: EntryId, change: (base: Base) => object): void {
    const { base } = bench.journal.get(id);
    if (base === null) throw new Error('it is agreed on');
    const wrong = change(base) as Base;
    const { versions, ...local } = wrong;
    bench.journal.set(id, {
      base: wrong,
      local: { is: 'present', ...local },
      remote: { is: 'present', ...local, versions },
    } as never);
  }
  test.each(tampers)('%s', async (_what, spoil) => {
    const before = commits();
    spoil(idOf('a'));
    const report = await verify();
    expect(report.found).toBeGreaterThan(0);
    expect(report.repaired).toBe(report.found);
    await bench.settle();
    expect(await bench.files()).toEqual(files);
    expect(bench.library.live()).toHaveLength(3);
    expect(bench.library.paths()).toEqual(['b', 'docs/', 'docs/a']);
    expect(await bench.isSynced()).toBe(true);
    expect(commits()).toBe(before);
    expect(await verify()).toMatchObject({ found: 0 });
  });

  test('a chunk list that is not that of its content is thrown away', async () => {
    const { local } = bench.journal.get(idOf('a'));
    if (local.is === 'absent' || local.body.kind !== 'file') throw new Error('it is a file');
    const contentId = local.body.contentId as ContentId;
    bench.journal.putChunks(contentId, [{ id: '0'.repeat(64) as never, sizeBytes: 5 }]);
    expect((await verify()).findings.map(({ kind }) => kind)).toEqual(['wrongChunks']);
    expect(bench.journal.chunksOf(contentId)).toBeNull();
  });
});

describe('a file that rots', () => {
  const before = () => commits();

  test('[V13] is found by reading, shown with its cure, and not sent', async () => {
    const seq = before();
    await rot('b', 'sXcond');
    expect(await verify()).toMatchObject({ found: 0 });
    const report = await verify(true);
    expect(report).toMatchObject({ found: 1, repaired: 0, damaged: 1 });
    expect(report.findings).toEqual([expect.objectContaining({ path: 'b', kind: 'damaged', cure: 'ask' })]);
    await bench.settle();
    expect(commits()).toBe(seq);
    expect(bench.journal.troubleAt(at('b'))?.trouble.code).toBe('damaged');
    expect(await bench.files()).toMatchObject({ b: 'sXcond' });
  });

  test("[V13] the server's version comes, and what was here is kept", async () => {
    await rot('b', 'sXcond');
    await verify(true);
    decideDamageAt(
      { record: bench.record, journal: bench.journal, running: root },
      `${bench.record.path}/b`,
      'server',
    );
    await bench.settle();
    expect(Object.values(await bench.files()).toSorted()).toEqual(['', 'first', 'sXcond', 'second']);
    expect((await bench.files()).b).toBe('second');
    expect(bench.journal.troubleAt(at('b'))).toBeNull();
    expect(await verify(true)).toMatchObject({ found: 0, damaged: 0 });
  });

  test('[V13] what is here becomes the new version', async () => {
    await rot('b', 'sXcond');
    await verify(true);
    decideDamageAt(
      { record: bench.record, journal: bench.journal, running: root },
      `${bench.record.path}/b`,
      'local',
    );
    await bench.settle();
    expect(await bench.files()).toEqual({ 'docs/': '', 'docs/a': 'first', b: 'sXcond' });
    expect(await bench.isSynced()).toBe(true);
  });

  describe('to zeros in a crash', () => {
    const blank = (file: string, sizeBytes = 2_000) => bench.write(file, '\0'.repeat(sizeBytes));
    const decide = (take: 'local' | 'server') =>
      decideDamageAt(
        { record: bench.record, journal: bench.journal, running: root },
        `${bench.record.path}/long`,
        take,
      );
    const TEXT = 'as it was '.repeat(200);
    let seq: number;
    beforeEach(async () => {
      await bench.write('long', TEXT);
      await bench.settle();
      seq = before();
      await blank('long');
      await bench.settle();
    });

    test('[V40] is held, shown and not sent, and other devices keep what they have', async () => {
      expect(bench.journal.troubleAt(at('long'))?.trouble.code).toBe('damaged');
      expect(commits()).toBe(seq);
      expect(bench.library.at('long').state.body).toMatchObject({ contentId: contentIdOf(TEXT) });
      root = await bench.restart();
      await bench.settle();
      expect(commits()).toBe(seq);
      expect(bench.journal.damages()).toHaveLength(1);
    });

    test("[V40] the server's version comes, and what was here is kept", async () => {
      decide('server');
      await bench.settle();
      const { long, ...others } = await bench.files();
      expect(long).toBe(TEXT);
      expect(Object.values(others)).toContain('\0'.repeat(2_000));
      expect(bench.journal.damages()).toEqual([]);
    });

    test('[V40] what is here becomes the new version, if a person says so', async () => {
      decide('local');
      await bench.settle();
      expect(await bench.isSynced()).toBe(true);
      expect((await bench.files()).long).toBe('\0'.repeat(2_000));
      expect(commits()).toBeGreaterThan(seq);
      expect(bench.journal.damages()).toEqual([]);
    });

    test('[V40] a save afterwards is an edit like any other', async () => {
      await bench.write('long', 'b'.repeat(2_000));
      await bench.settle();
      expect(await bench.isSynced()).toBe(true);
      expect(bench.journal.troubleAt(at('long'))).toBeNull();
    });

    test('[V40] another size, a small file and a new one are edits', async () => {
      await bench.write('long', TEXT);
      await bench.settle();
      await blank('long', 1_999);
      await blank('b', 6);
      await blank('fresh');
      await bench.settle();
      expect(await bench.isSynced()).toBe(true);
      expect(bench.journal.damages()).toEqual([]);
    });
  });

  test('[V14] is found in idle time too, and known after a start', async () => {
    await rot('b', 'sXcond');
    const idle = new IdleCheck(parts, root);
    await whilePassing(idle.slice());
    expect(bench.log.join('\n')).toContain('b (damaged)');
    expect(bench.log.join('\n')).toContain('Checked all 3 entries');
    expect(bench.journal.checks()?.last).toMatchObject({ checked: 3, found: 1 });
    root = await bench.restart();
    await bench.settle();
    expect(bench.journal.troubleAt(at('b'))).toBeNull();
    const again = new IdleCheck(parts, root);
    again.start();
    expect(bench.journal.troubleAt(at('b'))?.trouble.code).toBe('damaged');
    await whilePassing(again.stop());
  });
});

test('[V14] the check in idle time goes on where it was, and leaves off as soon as there is work', async () => {
  const idle = new IdleCheck(parts, root);
  root.idle = false;
  await whilePassing(idle.slice());
  expect(bench.journal.checks()).toMatchObject({ checked: 0, idleAfter: null });
  root.idle = true;
  await whilePassing(idle.slice());
  expect(bench.journal.checks()).toMatchObject({ passes: 1, idleAfter: null, last: { found: 0 } });
});

test('[V15] a deep check that was stopped goes on where it was', async () => {
  const stop = new AbortController();
  stop.abort();
  const [first, second] = [...bench.journal.allIds()].toSorted();
  bench.journal.setChecks({
    ...{ idleAfter: null, passes: 0, checked: 0, found: 0, last: null, comparedMs: null },
    deepAfter: second as EntryId,
  });
  expect(first).toBeDefined();
  expect(await verify(true, stop.signal)).toMatchObject({ stopped: true, read: 0 });
  const rest = await verify(true);
  expect(rest.read).toBeLessThan(2);
  expect(await verify(true)).toMatchObject({ read: 2 });
});

test('[V11] without a server the disk is compared, and it is said that the server was not', async () => {
  bench.library.sync.tree = () => Promise.reject(new Error('not asked'));
  root.halt = null;
  const check = new RootCheck(parts, { ...offlineRoot(), visit: async () => null } as never);
  const order = { deep: false, signal: new AbortController().signal, progress: () => undefined };
  expect(await whilePassing(check.whole(order))).toMatchObject({ compared: false, checked: 3 });
});
function offlineRoot() {
  return { isSettled: () => true, rescan: () => undefined, halt: null };
}
