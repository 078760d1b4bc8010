import type { EntryId } from '@tidesync/shared/ids';
import { isFailure } from '@tidesync/shared/problems';
import type { VerifiedFolder, VerifyProgress } from '@tidesync/shared/wire/engine';
import { checkSentence, cureOf } from '../core/check-entry.ts';
import { engineLimits } from '../core/engine-limits.ts';
import { shownPathOf } from '../core/path-of.ts';
import type { CheckState, RootJournal } from '../ports/journal.ts';
import { mergeIfBroken } from './broken-tree.ts';
import type { FileFinding } from './check-files.ts';
import { checkEntry, readableBytes, readFileOf } from './check-files.ts';
import { compareWithServer } from './compare-server.ts';
import { showDamages } from './damages.ts';
import { checkRoot } from './root-folder.ts';
import type { RootParts } from './root-parts.ts';
import type { SyncRoot } from './sync-root.ts';

export const FRESH_CHECK: CheckState = {
  ...{ idleAfter: null, passes: 0, checked: 0, found: 0, last: null, comparedMs: null, deepAfter: null },
};

export interface CheckOrder {
  /** Reads every file, instead of looking at its size and times. */
  readonly deep: boolean;
  readonly signal: AbortSignal;
  readonly progress: (now: VerifyProgress) => void;
}

const REST_LOOK_EVERY_MS = 50;
const ENTRIES_PER_PAGE = 500;
/** So many entries are read again at most when a deep check was stopped. */
const DEEP_NOTED_EVERY = 100;

interface Done {
  readonly found: readonly FileFinding[];
  readonly checked: number;
  readonly read: number;
  /** With the server. */
  readonly compared: boolean;
}
const NOTHING_COMPARED: Done = { found: [], checked: 0, read: 0, compared: false };

/** By pages: what is written meanwhile is seen, and nothing holds the journal. */
function* everyId(journal: RootJournal): Generator<EntryId> {
  for (let ids = journal.idsAfter(null, ENTRIES_PER_PAGE); ids.length > 0; ) {
    yield* ids;
    ids = journal.idsAfter(ids.at(-1) ?? null, ENTRIES_PER_PAGE);
  }
}

/** Checks one root from end to end: disk against journal, journal against server. */
export class RootCheck {
  readonly #parts: RootParts;
  readonly #root: SyncRoot;

  constructor(parts: RootParts, root: SyncRoot) {
    this.#parts = parts;
    this.#root = root;
  }

  /** What was found, and repaired where that is possible without deleting. Never rejects for the server's sake. */
  async whole(order: CheckOrder): Promise<VerifiedFolder> {
    await this.#rest(order.signal);
    if (!(await this.#isThere())) return this.#lookAgain(order, NOTHING_COMPARED);
    const server = await this.compareServer(order.signal);
    const onDisk: FileFinding[] = [];
    const counts = await this.#entries(order, onDisk);
    const found = [...(server ?? []), ...((await this.#isThere()) ? onDisk : [])];
    await this.mend(found);
    return this.#lookAgain(order, { found, ...counts, compared: server !== null });
  }

  async #lookAgain({ signal }: CheckOrder, done: Done): Promise<VerifiedFolder> {
    this.#root.rescan();
    await this.#rest(signal);
    return this.#report(done, signal.aborted);
  }

  /** What another folder in its place shows says nothing of this one. */
  async #isThere(): Promise<boolean> {
    const { disk, record } = this.#parts;
    return (await checkRoot(disk, record.rootId, record.folderId)) === null;
  }

  /** Null: the server could not be asked now. */
  async compareServer(signal: AbortSignal): Promise<FileFinding[] | null> {
    const { journal } = this.#parts;
    try {
      return await this.#root.visit(async (parts) => {
        const found = await compareWithServer(parts, signal);
        // Before the loop decides anything: what it did not know may well be on the disk.
        if (found.length > 0) this.#root.rescan();
        return found.map(({ id, kind }) => ({ id, kind, path: shownPathOf(journal, id) }));
      });
    } catch (error) {
      if (signal.aborted || isFailure(error)) return null;
      throw error;
    }
  }

  /** Lets the loop make right what it can, and shows what only a person can. */
  async mend(found: readonly FileFinding[]): Promise<void> {
    showDamages(this.#parts.journal);
    // In the loop's own turn, as whatever it is about to write down would be about trees that are gone.
    if (found.some(({ kind }) => kind === 'brokenTree'))
      await this.#root.visit(async ({ journal }) => journal.transaction(() => mergeIfBroken(journal)));
    if (found.some(({ kind }) => cureOf(kind) !== 'none' && kind !== 'damaged')) this.#root.rescan();
  }

  async #entries(order: CheckOrder, found: FileFinding[]): Promise<{ checked: number; read: number }> {
    const { journal, record } = this.#parts;
    const total = journal.countEntries().base;
    const counts = { checked: 0, read: 0 };
    const deepAfter = journal.checks()?.deepAfter ?? '';
    for (const id of everyId(journal)) {
      if (order.signal.aborted) return counts;
      const isRead = order.deep && deepAfter < id && readableBytes(this.#parts, id) !== null;
      await this.#one(id, { order, found, isRead });
      counts.checked += 1;
      counts.read += isRead ? 1 : 0;
      if (order.deep) this.#noteDeep(id, counts.checked % DEEP_NOTED_EVERY === 0);
      order.progress({ path: record.path, done: counts.checked, total });
    }
    if (order.deep) this.#noteDeep(null, true);
    return counts;
  }

  /** Where a deep check goes on if it is stopped; written now and then. */
  #noteDeep(id: EntryId | null, isDue: boolean): void {
    if (!isDue) return;
    const { journal } = this.#parts;
    journal.setChecks({ ...(journal.checks() ?? FRESH_CHECK), deepAfter: id });
  }

  async #one(
    id: EntryId,
    { order, found, isRead }: { order: CheckOrder; found: FileFinding[]; isRead: boolean },
  ): Promise<void> {
    const looked = await checkEntry(this.#parts, id);
    if (looked !== null) found.push(looked);
    if (!isRead) return;
    try {
      const damage = await readFileOf(this.#parts, id, order.signal);
      if (damage !== null) found.push(damage);
    } catch (error) {
      if (!order.signal.aborted) throw error;
    }
  }

  /** Until the loop has nothing to do, or is told to stop. */
  async #rest(signal: AbortSignal): Promise<void> {
    while (!signal.aborted && !this.#root.isSettled()) {
      await this.#parts.clock.sleep(REST_LOOK_EVERY_MS, signal);
    }
  }

  #report({ found, checked, read, compared }: Done, stopped: boolean): VerifiedFolder {
    const { record, journal } = this.#parts;
    const damaged = showDamages(journal);
    const unreadable = found.filter(({ kind }) => kind === 'unreadable').length;
    return {
      rootId: record.rootId,
      path: record.path,
      ...{ checked, read, compared, stopped, damaged, unreadable },
      halted: this.#root.halt !== null,
      found: found.length,
      repaired: found.filter(({ kind }) => cureOf(kind) !== 'none' && kind !== 'damaged').length,
      findings: found.slice(0, engineLimits.findingsShownMax).map(({ path, kind }) => {
        return { path, kind, cure: cureOf(kind), sentence: `"${path}" ${checkSentence(kind)}.` };
      }),
    };
  }
}

/** One folder after the other. */
export async function checkAll(checks: readonly RootCheck[], order: CheckOrder): Promise<VerifiedFolder[]> {
  const folders: VerifiedFolder[] = [];
  for (const check of checks) folders.push(await check.whole(order));
  return folders;
}
