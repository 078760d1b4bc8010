import type { EntryId } from '@tidesync/shared/ids';
import { engineLimits } from '../core/engine-limits.ts';
import type { CheckState } from '../ports/journal.ts';
import type { FileFinding } from './check-files.ts';
import { checkEntry, readableBytes, readFileOf } from './check-files.ts';
import { FRESH_CHECK, RootCheck } from './check-root.ts';
import { showDamages } from './damages.ts';
import type { RootParts } from './root-parts.ts';
import type { SyncRoot } from './sync-root.ts';

/**
 * The check of a root in idle time: every minute a slice of the tree is held against the disk, and a few small files
 * are read, so that it is through after hours and begins again. Where it is lies in the journal. As soon as there is
 * something to sync it leaves off.
 */
export class IdleCheck {
  readonly #parts: RootParts;
  readonly #root: SyncRoot;
  readonly #check: RootCheck;
  readonly #abort = new AbortController();
  #loop: Promise<void> = Promise.resolve();

  constructor(parts: RootParts, root: SyncRoot) {
    this.#parts = parts;
    this.#root = root;
    this.#check = new RootCheck(parts, root);
  }

  start(): void {
    showDamages(this.#parts.journal);
    this.#loop = this.#run();
  }

  async stop(): Promise<void> {
    this.#abort.abort();
    await this.#loop;
  }

  async #run(): Promise<void> {
    const { clock, log } = this.#parts;
    const { signal } = this.#abort;
    while (!signal.aborted) {
      await clock.sleep(engineLimits.idleCheckEveryMs, signal);
      if (signal.aborted || !this.#isIdle()) continue;
      try {
        await this.slice();
      } catch (error) {
        if (signal.aborted) return;
        log(
          `The check of ${this.#parts.record.path} left off: ${error instanceof Error ? error.message : error}`,
        );
      }
    }
  }

  #isIdle(): boolean {
    const { idle, halt, offline, jobs } = this.#root;
    return idle && halt === null && offline === null && jobs.count === 0;
  }

  /** One slice. */
  async slice(): Promise<void> {
    const { journal, clock } = this.#parts;
    const state = journal.checks() ?? FRESH_CHECK;
    const ids = journal.idsAfter(state.idleAfter, engineLimits.idleCheckEntriesMax);
    const found: FileFinding[] = [];
    const checked = await this.#look(ids, found);
    await this.#read(ids, { passes: state.passes, found });
    const isEnd = checked === ids.length && ids.length < engineLimits.idleCheckEntriesMax;
    const now: CheckState = {
      ...(journal.checks() ?? FRESH_CHECK),
      idleAfter: isEnd ? null : (ids[checked - 1] ?? state.idleAfter),
      checked: state.checked + checked,
      found: state.found + found.length,
    };
    journal.setChecks(isEnd ? this.#ended(now) : now);
    this.#tell(found);
    await this.#check.mend(found);
    const comparedMs = state.comparedMs ?? Number.NEGATIVE_INFINITY;
    if (isEnd && clock.nowMs() - comparedMs >= engineLimits.idleCompareEveryMs) await this.#compare();
  }

  /** How many were looked at before there was work to do. */
  async #look(ids: readonly EntryId[], found: FileFinding[]): Promise<number> {
    let checked = 0;
    for (const id of ids) {
      if (this.#abort.signal.aborted || !this.#isIdle()) break;
      const one = await checkEntry(this.#parts, id);
      if (one !== null) found.push(one);
      checked += 1;
    }
    return checked;
  }

  /** Others in each walk, so that in the end every small file was read. */
  async #read(
    ids: readonly EntryId[],
    { passes, found }: { readonly passes: number; readonly found: FileFinding[] },
  ): Promise<void> {
    const { idleCheckReadsMax, idleCheckReadBytesMax } = engineLimits;
    const from = ids.length === 0 ? 0 : (passes * idleCheckReadsMax) % ids.length;
    let leftBytes = idleCheckReadBytesMax;
    for (const id of ids.slice(from, from + idleCheckReadsMax)) {
      if (this.#abort.signal.aborted || !this.#isIdle()) return;
      const sizeBytes = readableBytes(this.#parts, id);
      if (sizeBytes === null || sizeBytes > leftBytes) continue;
      leftBytes -= sizeBytes;
      const damage = await readFileOf(this.#parts, id, this.#abort.signal);
      if (damage !== null) found.push(damage);
    }
  }

  #ended(state: CheckState): CheckState {
    const { clock, log, record } = this.#parts;
    const { checked, found, passes } = state;
    log(
      `Checked all ${checked} entries of ${record.path}: ${found === 0 ? 'nothing is wrong' : `${found} found`}.`,
    );
    return {
      ...state,
      passes: passes + 1,
      checked: 0,
      found: 0,
      last: { endedMs: clock.nowMs(), checked, found },
    };
  }

  #tell(found: readonly FileFinding[]): void {
    const { log, record } = this.#parts;
    for (const { path, kind } of found) log(`The check of ${record.path} found: ${path} (${kind}).`);
  }

  async #compare(): Promise<void> {
    const { journal, clock } = this.#parts;
    const found = await this.#check.compareServer(this.#abort.signal);
    if (found === null) return;
    journal.setChecks({ ...(journal.checks() ?? FRESH_CHECK), comparedMs: clock.nowMs() });
    this.#tell(found);
    await this.#check.mend(found);
  }
}
