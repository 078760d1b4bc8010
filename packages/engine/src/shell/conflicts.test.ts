import { limits } from '@tidesync/shared/limits';
import { Failure } from '@tidesync/shared/problems';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { nodeSha256 } from '../adapters/node-environment.ts';
import type { EngineJournal } from '../ports/journal.ts';
import { at, ShellBench } from '../testing/shell-bench.ts';
import { openConflicts, resolveConflict, resolvedConflicts, undoConflict } from './conflicts.ts';

let bench: ShellBench;
beforeEach(async () => {
  bench = await ShellBench.open();
});
afterEach(() => bench.stop());

const parts = () => ({
  clock: bench.clock,
  sha256: nodeSha256,
  journal: { session: () => ({ deviceName: 'bench' }) } as EngineJournal,
});
const roots = () => [{ record: bench.record, journal: bench.journal, running: bench.root }];
const open = () => openConflicts(parts(), roots());
const only = () => open()[0] ?? expect.fail('there is no conflict');
const shownOf = (conflict = only()) => ({ conflictId: conflict.conflictId, shown: conflict.shown });

/** The root has to turn while it is asked. */
async function turning<T>(work: Promise<T>): Promise<T> {
  let over = false;
  const done = work.finally(() => {
    over = true;
  });
  done.catch(() => undefined);
  while (!over && !bench.isCrashed) await bench.pass(250);
  return bench.isCrashed ? (undefined as T) : done;
}
const resolve = (keep: 'both' | 'mine' | 'theirs', shown = shownOf()) =>
  turning(resolveConflict(parts(), roots(), { ...shown, keep }));
const undo = (conflictId: string) => turning(undoConflict(parts(), roots(), conflictId));
const trashed = async () => {
  const all = Object.entries(await bench.everything());
  return all
    .filter(([path, text]) => path.startsWith('.tidesync/trash/') && text !== '')
    .map(([, text]) => text);
};

/** Both have edited `a`: here `mine`, elsewhere `theirs`. */
async function inConflict(path = 'a', texts = { mine: 'mine', theirs: 'theirs!' }): Promise<string> {
  await bench.write(path, 'first');
  if (bench.root === null) bench.start();
  await bench.settle();
  await bench.library.write(path, texts.theirs);
  await bench.saveByRename(path, texts.mine);
  await bench.settle();
  return only().copyPath;
}

describe('a conflict is shown', () => {
  test('[K1] with both versions: whose, of when, how large, and which bytes', async () => {
    const copyPath = await inConflict();
    expect(only()).toMatchObject({
      rootPath: bench.record.path,
      path: 'a',
      copyPath,
      mine: { path: copyPath, kind: 'file', deviceName: 'bench', sizeBytes: 4 },
      theirs: { path: 'a', kind: 'file', sizeBytes: 7 },
    });
    const { mine, theirs } = only();
    expect(mine?.contentId).toMatch(/^[0-9a-f]{64}$/);
    expect(theirs?.contentId).toMatch(/^[0-9a-f]{64}$/);
    expect(mine?.mtimeMs).toBeGreaterThan(0);
  });
});

describe('a conflict is settled', () => {
  test('[K2] by keeping both: nothing is touched, and it is listed no more', async () => {
    const copyPath = await inConflict();
    const before = await bench.everything();
    await resolve('both');
    await bench.settle();
    expect([open(), await bench.everything()]).toEqual([[], before]);
    expect(resolvedConflicts(parts(), roots())).toMatchObject([{ kept: 'both', copyPath }]);
    await undo(resolvedConflicts(parts(), roots())[0]?.conflictId ?? '');
    expect(only()).toMatchObject({ path: 'a', copyPath });
  });

  test('[K3] by keeping mine: the file gets these bytes as a new version, and theirs lie in the trash', async () => {
    await inConflict();
    const { id } = bench.library.at('a');
    await resolve('mine');
    await bench.settle();
    expect([await bench.files(), open(), await trashed()]).toEqual([{ a: 'mine' }, [], ['theirs!']]);
    expect([bench.library.at('a').id, await bench.isSynced()]).toEqual([id, true]);
  });

  test('[K3] by keeping theirs: the copy goes into the trash, here and on the server', async () => {
    await inConflict();
    await resolve('theirs');
    await bench.settle();
    expect([await bench.files(), open(), await trashed()]).toEqual([{ a: 'theirs!' }, [], ['mine']]);
    expect([bench.library.paths(), await bench.isSynced()]).toEqual([['a'], true]);
  });

  test('[K3] by keeping mine where nothing has the name any more: the copy gets it', async () => {
    await inConflict();
    await bench.disk.unlink(at('a'));
    await bench.settle();
    expect(only().theirs).toBeNull();
    await resolve('mine');
    await bench.settle();
    expect([await bench.files(), bench.library.paths(), open()]).toEqual([{ a: 'mine' }, ['a'], []]);
  });

  test('[K3] while the server does not answer, and it is told later', async () => {
    await inConflict();
    const { sync } = bench.library;
    const { changes, commit, libraries } = sync;
    Object.assign(sync, { changes: gone, commit: gone, libraries: gone });
    bench.root?.ring();
    await bench.pass(500);
    await resolve('mine');
    expect(await bench.files()).toEqual({ a: 'mine' });
    Object.assign(sync, { changes, commit, libraries });
    await bench.pass(5_000);
    await bench.settle();
    expect([bench.library.paths(), await bench.isSynced()]).toEqual([['a'], true]);
  });

  test('[K5] many at once by a person are no mass delete that waits for another yes', async () => {
    bench.start();
    for (let n = 0; n < 60; n++) await bench.write(`f${n}`, `first ${n}`);
    await bench.settle();
    for (let n = 0; n < 60; n++) {
      await bench.library.write(`f${n}`, `theirs ${n}`);
      await bench.saveByRename(`f${n}`, `mine, ${n}`);
    }
    await bench.settle();
    const all = open();
    expect(all).toHaveLength(60);
    for (const one of all) await resolve('theirs', shownOf(one));
    await bench.settle();
    expect([open(), bench.library.paths().length, await bench.isSynced()]).toEqual([[], 60, true]);
  });
});

describe('what has changed since it was shown', () => {
  test.each(['mine', 'theirs'] as const)('[K4] is not taken away: %s', async (which) => {
    const copyPath = await inConflict();
    const shown = shownOf();
    await bench.saveByRename(which === 'mine' ? copyPath : 'a', 'edited since');
    await bench.settle();
    for (const keep of ['mine', 'theirs'] as const)
      await expect(resolve(keep, shown)).rejects.toMatchObject({ problem: { reason: 'conflictChanged' } });
    expect(Object.values(await bench.files())).toContain('edited since');
    expect(open()).toHaveLength(1);
  });

  test.each(['mine', 'theirs'] as const)('[K4] nor is what no scan has seen: %s', async (which) => {
    const copyPath = await inConflict();
    const shown = shownOf();
    const path = which === 'mine' ? copyPath : 'a';
    let saved = false;
    bench.onDisk = async (operation, on) => {
      if (saved || operation !== 'rename' || on !== path) return null;
      saved = true;
      await bench.saveByRename(path, 'saved in the last moment');
      return null;
    };
    await expect(resolve('mine', shown)).rejects.toMatchObject({ problem: { reason: 'conflictChanged' } });
    bench.onDisk = null;
    await bench.settle();
    const texts = Object.values(await bench.files());
    expect(texts).toContain('saved in the last moment');
    expect(texts).toContain(which === 'mine' ? 'theirs!' : 'mine');
    expect(await bench.isSynced()).toBe(true);
  });

  test('[K4] a conflict of other kinds than files is left to the person', async () => {
    await bench.library.make('x', 'folder');
    await bench.write('x', 'a file here');
    bench.start();
    await bench.settle();
    await expect(resolve('theirs')).rejects.toMatchObject({ problem: { reason: 'conflictNotFiles' } });
    await expect(resolve('mine')).rejects.toMatchObject({ problem: { reason: 'conflictNotFiles' } });
    await resolve('both');
    expect(open()).toEqual([]);
  });

  test('[K4] one that is unknown, or of a folder that rests, is refused', async () => {
    await inConflict();
    const shown = shownOf();
    await expect(resolve('mine', { ...shown, conflictId: '00000000' })).rejects.toMatchObject({
      problem: { reason: 'conflictMissing' },
    });
    await bench.stop();
    await expect(resolveConflict(parts(), roots(), { ...shown, keep: 'mine' })).rejects.toMatchObject({
      problem: { reason: 'folderResting' },
    });
    expect(Object.values(await bench.files()).sort()).toEqual(['mine', 'theirs!']);
  });
});

describe('an answer is taken back', () => {
  test.each(['mine', 'theirs'] as const)(
    '[K6] after keeping %s, and both are there as before',
    async (keep) => {
      const copyPath = await inConflict();
      const before = await bench.files();
      const { id } = bench.library.at('a');
      const { conflictId } = await resolve(keep);
      await bench.settle();
      await undo(conflictId);
      await bench.settle();
      expect([await bench.files(), bench.library.at('a').id]).toEqual([before, id]);
      expect([only().copyPath, only().conflictId, await bench.isSynced()]).toEqual([
        copyPath,
        conflictId,
        true,
      ]);
      expect(resolvedConflicts(parts(), roots())).toEqual([]);
      await expect(undo(conflictId)).rejects.toMatchObject({ problem: { reason: 'conflictMissing' } });
    },
  );

  test('[K6] what was written since stays, beside what comes back', async () => {
    await inConflict();
    const { conflictId } = await resolve('mine');
    await bench.settle();
    await bench.saveByRename('a', 'written since');
    await bench.settle();
    await undo(conflictId);
    await bench.settle();
    expect(Object.values(await bench.files()).sort()).toEqual(['theirs!', 'written since']);
    expect((await bench.files()).a).toBe('theirs!');
    expect(await bench.isSynced()).toBe(true);
  });

  test('[K6] into the top folder where its own is gone', async () => {
    await bench.disk.makeFolder(at('folder'));
    await inConflict('folder/a');
    const { conflictId } = await resolve('theirs');
    await bench.settle();
    await bench.disk.unlink(at('folder/a'));
    await bench.disk.removeFolder(at('folder'));
    await bench.settle();
    await undo(conflictId);
    await bench.settle();
    expect(Object.values(await bench.files())).toEqual(['mine']);
    expect(await bench.isSynced()).toBe(true);
  });

  test('[K6] for 30 days; then, or where the trash was emptied, it says so', async () => {
    await inConflict();
    const { conflictId, undoUntilMs } = await resolve('theirs');
    expect(undoUntilMs - bench.clock.nowMs()).toBeGreaterThan(limits.trashLifeMs - 60_000);
    const trash = Object.keys(await bench.everything()).find((path) =>
      /^\.tidesync\/trash\/.*conflict/.test(path),
    );
    await bench.disk.unlink(at(trash ?? ''));
    await expect(undo(conflictId)).rejects.toMatchObject({ problem: { reason: 'conflictNotUndoable' } });
    await bench.pass(1_000);
    bench.clock.advance(limits.trashLifeMs);
    expect(resolvedConflicts(parts(), roots())).toEqual([]);
  });
});

test.each(['mine', 'theirs'] as const)(
  '[K7] the process gone at any moment of keeping %s, or of taking it back, loses neither version',
  async (keep) => {
    for (let crash = 1; ; crash++) {
      bench = await ShellBench.open();
      await inConflict();
      bench.crashAt = bench.calls + crash;
      await resolve(keep);
      const { conflictId } = resolvedConflicts(parts(), roots())[0] ?? only();
      if (!bench.isCrashed) await undo(conflictId).catch(() => undefined);
      const wasCrashed = bench.isCrashed;
      await bench.restart();
      await bench.settle();
      const texts = Object.values(await bench.everything());
      expect(texts, `crash ${crash}`).toContain('mine');
      expect(texts, `crash ${crash}`).toContain('theirs!');
      expect([crash, await bench.isSynced()]).toEqual([crash, true]);
      await bench.stop();
      if (!wasCrashed) {
        expect(crash).toBeGreaterThan(20);
        return;
      }
    }
  },
  60_000,
);

function gone(): Promise<never> {
  return Promise.reject(new Failure({ reason: 'unreachable', url: 'nowhere', detail: 'down' }));
}
