import { expect, test } from 'vitest';
import { engineLimits } from '../core/engine-limits.ts';
import { isEnd, scenarios, start } from '../testing/both-sides.ts';
import type { Death } from '../testing/dying-process.ts';
import type { Choose, CrashProfile, DiskOperation } from '../testing/memory-disk.ts';
import { seededRandom } from '../testing/seeded-random.ts';
import { ShellBench } from '../testing/shell-bench.ts';

/** How a process ends: in, before or after one change of disk, journal or server. */
interface Ending {
  readonly death: Death;
  /** Power fails with it. Null: the system lives on, and all that was done stays. */
  readonly cut: { readonly profile: CrashProfile; readonly kept: 'nothing' | 'some' } | null;
}

const endings: [string, Ending][] = [
  ['before', { death: 'before', cut: null }],
  ['in the middle of', { death: 'torn', cut: null }],
  ['after', { death: 'after', cut: null }],
  ...(['ordered', 'strict'] as const).flatMap((profile): [string, Ending][] => [
    [`of power after (${profile}, nothing kept)`, { death: 'after', cut: { profile, kept: 'nothing' } }],
    [`of power in (${profile}, some kept)`, { death: 'torn', cut: { profile, kept: 'some' } }],
  ]),
];

for (const [what, { mine, theirs, end }] of scenarios) {
  const prepared = async () => {
    const bench = await ShellBench.open();
    await start(bench);
    bench.start();
    await bench.settle();
    bench.clock.advance(engineLimits.youngMs); // else what people delete from here on could be the power's doing (S58)
    await mine(bench);
    await theirs(bench);
    bench.disk.writeBack();
    bench.calls = 0;
    return bench;
  };

  test.each(endings)(
    `${what}: the end is the same after an end %s any change of disk, journal or server`,
    {
      timeout: 240_000,
    },
    async (_how, { death, cut }) => {
      const other: [number, unknown][] = [];
      let crashed = true;
      for (let crashAt = 1; crashed; crashAt++) {
        const bench = await prepared();
        bench.crashAt = crashAt;
        bench.crash = death;
        await bench.settle();
        crashed = bench.isCrashed;
        if (crashed) cutOff(bench, cut, crashAt);
        await bench.restart();
        await bench.settle();
        const files = await bench.files();
        if (!isEnd(files, end) || !(await bench.isSynced())) other.push([crashAt, files]);
        await bench.stop();
      }
      expect(other).toEqual([]);
    },
  );

  test(`[T6] ${what}: the end is the same where any write of the journal fails (full) for a while`, {
    timeout: 240_000,
  }, async () => {
    const other: [number, unknown][] = [];
    let failed = true;
    for (let first = 0; failed; first += 3) {
      const bench = await prepared();
      let writes = 0;
      failed = false;
      bench.onJournal = () => {
        const isFull = writes++ >= first && writes <= first + 5;
        failed ||= isFull;
        return isFull;
      };
      // It rests in between, and goes on by itself when there is room.
      for (let tries = 0; tries < 4; tries++) {
        await bench.settle();
        await bench.pass(60_000);
      }
      const files = await bench.files();
      if (!isEnd(files, end) || !(await bench.isSynced())) other.push([first, files]);
      await bench.stop();
    }
    expect(other).toEqual([]);
  });

  test.each(['full', 'io'] as const)(
    `[T6] ${what}: the end is the same where any change of the disk fails (%s) for a while`,
    { timeout: 240_000 },
    async (fault) => {
      const other: [number, unknown][] = [];
      let failed = true;
      for (let first = 0; failed; first += 2) {
        const bench = await prepared();
        let calls = 0;
        failed = false;
        bench.onDisk = (operation) => {
          if (!CHANGES.has(operation) || calls++ < first || calls > first + 4) return null;
          failed = true;
          return fault;
        };
        await bench.settle();
        bench.onDisk = null;
        await bench.restart();
        await bench.settle();
        const files = await bench.files();
        if (!isEnd(files, end) || !(await bench.isSynced())) other.push([first, files]);
        await bench.stop();
      }
      expect(other).toEqual([]);
    },
  );
}

function cutOff(bench: ShellBench, cut: Ending['cut'], seed: number): void {
  if (cut === null) {
    bench.disk.processKill();
    return;
  }
  const random = seededRandom(seed);
  const byChance: Choose = (n) => ((random.bytes(1)[0] ?? 0) * n) >> 8;
  bench.cutPower(cut.profile, cut.kept === 'some' ? byChance : () => 0);
}

const CHANGES = new Set<DiskOperation>([
  ...(['createFile', 'write', 'sync', 'makeFolder', 'makeSymlink', 'link', 'rename'] as const),
  ...(['unlink', 'removeFolder', 'setAttributes', 'syncFolder'] as const),
]);
