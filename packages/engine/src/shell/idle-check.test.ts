import type { EntryId } from '@tidesync/shared/ids';
import { Failure } from '@tidesync/shared/problems';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { engineLimits } from '../core/engine-limits.ts';
import type { LocalPresent } from '../core/entry.ts';
import { at, ShellBench } from '../testing/shell-bench.ts';
import { RootCheck } from './check-root.ts';
import { IdleCheck } from './idle-check.ts';
import type { RootParts } from './root-parts.ts';

const files = { 'docs/': '', 'docs/deep/': '', 'docs/deep/a': 'first', b: 'second', 'other/': '' };
const DAY_MS = engineLimits.idleCompareEveryMs;
let bench: ShellBench;
let parts: RootParts;
let idle: IdleCheck;
/** How often the server's whole listing was asked for. */
let listed: number;

beforeEach(async () => {
  bench = await ShellBench.open();
  for (const folder of ['docs', 'docs/deep', 'other']) await bench.disk.makeFolder(at(folder));
  await bench.write('docs/deep/a', 'first');
  await bench.write('b', 'second');
  bench.start();
  await bench.settle();
  parts = { ...bench.parts(), disk: bench.disk };
  const { tree } = bench.library.sync;
  bench.library.sync.tree = (...asked) => {
    listed++;
    return tree(...asked);
  };
  const root = await bench.restart();
  await bench.settle();
  await bench.pass(2 * engineLimits.freshChangeMs);
  listed = 0;
  idle = new IdleCheck(parts, root);
});
afterEach(() => bench.stop());

const idOf = (path: string) => bench.library.at(path).id;

/** Lets the check work while the clock goes on. */
async function whilePassing<T>(work: Promise<T>): Promise<T> {
  let over = false;
  const done = work.finally(() => {
    over = true;
  });
  for (let turns = 0; !over && turns < 2_000; turns++) await bench.pass(250);
  return done;
}

/** The journal says something else about where a local entry lies. */
function hang(id: EntryId, parentId: EntryId): void {
  const { base, local, remote } = bench.journal.get(id);
  bench.journal.set(id, { base, local: { ...(local as LocalPresent), parentId }, remote });
}

describe('[V14] the comparison with the server', () => {
  /** The journal has another version of it than the server says. */
  function misremember(id: EntryId): void {
    const { base, local } = bench.journal.get(id);
    if (base === null) throw new Error('it is agreed on');
    const wrong = { ...base, versions: { contentSeq: 99, placeSeq: 99, attributesSeq: 99 } };
    const { versions, body, mtimeMs, parentId, name } = wrong;
    bench.journal.set(id, {
      base: wrong,
      local,
      remote: { is: 'present', versions, body, mtimeMs, parentId, name },
    });
  }

  test('is made once a day, at the end of a walk, and not more often', async () => {
    for (let walk = 0; walk < 3; walk++) await whilePassing(idle.slice());
    expect([listed, bench.journal.checks()?.passes]).toEqual([1, 3]);
    bench.clock.jump(DAY_MS - 5 * 60_000);
    await whilePassing(idle.slice());
    expect(listed).toBe(1);
    bench.clock.jump(10 * 60_000);
    await whilePassing(idle.slice());
    expect(listed).toBe(2);
    // When it was made is known after a start, too.
    await bench.restart();
    await bench.settle();
    await whilePassing(new IdleCheck(parts, bench.root as never).slice());
    expect(listed).toBe(2);
  });

  test('mends what the journal has wrong about the server, says so, and deletes nothing', async () => {
    const before = bench.library.headSeq;
    misremember(idOf('b'));
    await whilePassing(idle.slice());
    expect(bench.log.join('\n')).toContain('b (serverDiffers)');
    await bench.settle();
    expect(await bench.files()).toEqual(files);
    expect([await bench.isSynced(), bench.library.headSeq]).toEqual([true, before]);
  });

  test('is left for the next walk where the server does not answer', async () => {
    const { tree } = bench.library.sync;
    const away = new Failure({ reason: 'unreachable', url: 'http://server', detail: 'no route' });
    bench.library.sync.tree = () => Promise.reject(away);
    await whilePassing(idle.slice());
    expect(bench.journal.checks()?.comparedMs).toBeNull();
    bench.library.sync.tree = tree;
    await whilePassing(idle.slice());
    expect([listed, bench.journal.checks()?.comparedMs]).toEqual([1, bench.clock.nowMs()]);
  });
});

describe('[V12] entries that make no tree are merged anew, and nothing is deleted', () => {
  const broken: [string, () => void][] = [
    [
      'one hangs on nothing',
      () => hang(idOf('docs/deep/a'), 'ffffffff-0000-4000-8000-000000000000' as EntryId),
    ],
    [
      'a folder hangs on nothing',
      () => hang(idOf('docs'), 'ffffffff-0000-4000-8000-000000000000' as EntryId),
    ],
    ['one hangs on a file', () => hang(idOf('docs/deep/a'), idOf('b'))],
    ['a folder hangs on itself', () => hang(idOf('other'), idOf('other'))],
    [
      'two folders hang on each other',
      () => {
        hang(idOf('docs'), idOf('other'));
        hang(idOf('other'), idOf('docs'));
      },
    ],
  ];

  test.each(broken)('%s: found in idle time', async (_what, spoil) => {
    const before = bench.library.headSeq;
    spoil();
    await whilePassing(idle.slice());
    expect(bench.log.join('\n')).toContain('(brokenTree)');
    await bench.settle();
    expect(await bench.files()).toEqual(files);
    expect([bench.library.headSeq, bench.journal.conflicts()]).toEqual([before, []]);
    expect(await bench.isSynced()).toBe(true);
  });

  test.each(broken)('%s: at a start the engine goes on, or notices', async (_what, spoil) => {
    await bench.stop();
    spoil();
    bench.start();
    await bench.settle();
    await bench.write('b', 'edited');
    await bench.settle();
    await whilePassing(new IdleCheck(parts, bench.root as never).slice());
    await bench.settle();
    expect(await bench.files()).toEqual({ ...files, b: 'edited' });
    expect([await bench.isSynced(), bench.journal.conflicts()]).toEqual([true, []]);
  });

  test.each(broken)('%s: found by a check that a person asks for', async (_what, spoil) => {
    spoil();
    const order = { deep: true, signal: new AbortController().signal, progress: () => undefined };
    const check = new RootCheck(parts, bench.root as never);
    const { findings } = await whilePassing(check.whole(order));
    expect(findings.map(({ kind }) => kind)).toContain('brokenTree');
    await bench.settle();
    expect(await bench.files()).toEqual(files);
    expect(await whilePassing(check.whole(order))).toMatchObject({ found: 0 });
  });
});
