import type { EntryId } from '@tidesync/shared/ids';
import type { RelPath } from '@tidesync/shared/names';
import { classOf, Failure, isFailure } from '@tidesync/shared/problems';
import type { HaltReason } from '@tidesync/shared/wire/engine';
import type { IgnoreRules } from '../core/ignore-rules.ts';
import { shownPathOf } from '../core/path-of.ts';
import type { Plan } from '../core/plan.ts';
import { isIdle } from '../core/plan.ts';
import { BUSY, troubleOfRefusal } from '../core/trouble.ts';
import { isDiskError } from '../ports/disk.ts';
import { BatchBook } from './batch-book.ts';
import { mendOrThrow } from './broken-tree.ts';
import { Healing } from './healing.ts';
import { AFTER_DROP_MS, HOUSEKEEPING_EVERY_MS, HOUSEKEEPING_FIRST_MS, keepHouse } from './housekeeping.ts';
import { Jobs } from './jobs.ts';
import { LibraryFacts } from './library-facts.ts';
import { LocalView } from './local-view.ts';
import { openRoot } from './open-root.ts';
import { mergeAnew, pull } from './pull.ts';
import type { Pushed } from './push.ts';
import { contentOf, push, resolveSent } from './push.ts';
import type { Offline, RootEvents } from './root-events.ts';
import { makeOwnFolders } from './root-folder.ts';
import type { OpenParts, RootParts } from './root-parts.ts';
import { HALT_CHECK_EVERY_MS, offlineWaitMs, POLL_EVERY_MS } from './root-times.ts';
import { RootWatch } from './root-watch.ts';
import {
  doLocalSteps,
  drawPlan,
  forgetSolvedConflicts,
  heldByPath,
  isOpen,
  notePushed,
  recordAgreed,
} from './round.ts';
import { roundTrouble } from './round-trouble.ts';
import type { TransferEnds } from './start-jobs.ts';
import { startJobs } from './start-jobs.ts';
import { takeFindings } from './take-findings.ts';
import { haltOf, mergeIfForgotten, TallyKeeper } from './tally.ts';
import { TroubleBook } from './trouble-book.ts';
import type { VisitTime, VisitWork } from './visits.ts';
import { Visits } from './visits.ts';
import { WorkList } from './work-list.ts';

/**
 * One root's control loop: findings → scan → pull → plan → act → record, again and again, on one thread. It never
 * waits for a transfer; a finished one is an observation for the next round. Nothing but observations is stored,
 * so a stop at any point costs only the work in flight.
 */
export class SyncRoot {
  readonly #parts: RootParts;
  readonly #ends: TransferEnds;
  readonly #events: RootEvents;
  readonly #work: WorkList;
  readonly #abort = new AbortController();
  readonly jobs: Jobs;
  readonly troubles: TroubleBook;
  readonly batches: BatchBook;
  #open: OpenParts | null = null;
  readonly #watch: RootWatch;
  readonly #staged = new Set<string>();
  readonly #view: LocalView;
  readonly #visits = new Visits();
  readonly #tally: TallyKeeper;
  readonly #facts: LibraryFacts;
  readonly #healing: Healing;
  #loop: Promise<void> = Promise.resolve();
  #lastRoundMs = 0;

  halt: HaltReason | null = null;
  offline: Offline | null = null;
  idle = false;
  lastPlan: Plan | null = null;
  lastSyncedAtMs: number | null = null;

  constructor(parts: RootParts, ends: TransferEnds, events: RootEvents) {
    this.#parts = parts;
    this.#ends = ends;
    this.#events = events;
    this.#work = new WorkList(parts.clock);
    this.#watch = new RootWatch(parts, this.#work);
    this.jobs = new Jobs({ onFinding: () => this.#work.wake(), onReading: events.changed }, parts.clock);
    this.troubles = new TroubleBook(parts.journal, parts.clock);
    this.batches = new BatchBook(parts);
    this.#tally = new TallyKeeper(parts.clock);
    this.#facts = new LibraryFacts(parts.clock);
    this.#healing = new Healing({ jobs: this.jobs, troubles: this.troubles, uploader: ends.uploader });
    const { signal } = this.#abort;
    const how = { isBusy: () => this.jobs.count > 0, onRegained: () => this.#watch.lost(), signal };
    this.#view = new LocalView(parts, { work: this.#work, troubles: this.troubles, ...how });
  }

  /** Entries that wait for others or are held, by the last plan. */
  get unsettled(): number {
    return this.lastPlan === null
      ? 0
      : this.lastPlan.waiting.length + this.lastPlan.held.length + this.troubles.restingCount();
  }
  get ignore(): IgnoreRules | null {
    return this.#view.ignore;
  }
  /** Nothing is left to do but what needs a person, a server or time. */
  isSettled(): boolean {
    const isOffline = this.offline !== null && this.#work.isAhead('offline'); // who asks anew hears of the next try
    return this.idle || this.halt !== null || isOffline || this.#abort.signal.aborted;
  }

  start(): void {
    this.#work.scanAll();
    this.#work.pull();
    this.#loop = this.#run();
  }

  /** Ends the loop and all transfers. Resolves when nothing of this root runs any more. */
  async stop(): Promise<void> {
    this.#abort.abort();
    this.#work.wake();
    await this.jobs.stop();
    await this.#loop;
    this.#visits.close();
    await this.#watch.close();
  }

  /** See `Visits`. */
  visit<T>(work: VisitWork<T>, time: VisitTime = 'pulled'): Promise<T | null> {
    if (time === 'pulled') this.#work.pull();
    this.#work.wake();
    return this.#visits.ask(time, (parts) => work(parts, (folder) => this.#work.scan(folder)));
  }

  /** The doorbell rang, or the connection is back. */
  ring(): void {
    this.#facts.forgetAtRing(this.troubles.rests('contentMissing'));
    if (this.offline !== null) this.#work.at('offline', 0);
    this.#work.pull();
    this.#work.wake();
  }

  rescan(): void {
    this.#facts.forget();
    this.#work.scanAll();
    this.#work.pull();
    this.troubles.tryAllNow();
    if (this.offline !== null) this.#work.at('offline', 0);
    this.idle = false;
    this.#work.wake();
  }

  async #run(): Promise<void> {
    const { signal } = this.#abort;
    while (!signal.aborted) {
      await this.#work.wait(signal, this.#nextTimes());
      if (signal.aborted) return;
      const startedMs = this.#parts.clock.monotonicMs();
      this.#visits.begin();
      try {
        await this.#round();
      } catch (error) {
        if (!signal.aborted) this.#failed(error);
      }
      this.#visits.end();
      this.#lastRoundMs = this.#parts.clock.monotonicMs() - startedMs;
      this.#events.changed();
    }
  }

  /** One round, as it is told in ARCHITECTURE.md. */
  async #round(): Promise<void> {
    this.#takeDue();
    const parts = await this.#opened();
    if (parts === null) return;
    await this.#takeFindings(parts);
    await this.#view.scan(parts);
    if (await this.#visits.receive(parts, 'scanned')) await this.#view.scan(parts);
    if (!(await this.#pull(parts))) return;
    // What visits ask to look at comes first.
    if (await this.#visits.receive(parts, 'pulled')) await this.#view.scan(parts);
    if (parts.journal.cursor() === null) return; // they had all forgotten: it is pulled anew first
    const plan = this.#plan(parts);
    await this.#act(parts, plan);
    if (!this.#work.awaits('housekeeping')) {
      this.#work.at('housekeeping', HOUSEKEEPING_EVERY_MS);
      this.#work.at('housekeeping', await keepHouse(parts, this.jobs.count === 0));
    }
    if (isIdle(plan)) forgetSolvedConflicts(parts);
    const isLeft = (id: EntryId) => this.jobs.isInWork(id) || isOpen(parts, id);
    this.troubles.forgetSettled(isLeft, (id) => shownPathOf(parts.journal, id));
    this.troubles.roundWorked();
    this.#judge(plan);
    await this.#tally.roundEnds(parts, this.idle);
  }

  #takeDue(): void {
    const due = this.#work.takeDue();
    if (due.has('fullScan')) {
      this.#work.scanAll();
      this.#watch.planFullScan();
    }
    if (due.has('unlisted')) this.#view.lookAgain(this.#parts);
    if (due.has('poll')) {
      this.#facts.forget();
      this.#work.pull();
      this.#work.at('poll', POLL_EVERY_MS);
    }
  }

  /** The root as it was bound, or a halt: nothing may be concluded from another folder. */
  async #opened(): Promise<OpenParts | null> {
    if (this.#open === null && (await mergeIfForgotten(this.#parts))) this.#work.pull();
    const halt = await haltOf(this.#parts);
    if (halt !== null) {
      await this.#letGo(halt);
      return null;
    }
    if (this.halt === 'libraryGone') return null;
    this.halt = null;
    const aside = await makeOwnFolders(this.#parts.disk);
    this.#open ??= await this.#openRoot();
    await this.#watch.renew(this.#open);
    await this.#view.putBack(this.#open, aside);
    return this.#open;
  }

  /** What comes back at this path may be another folder: it is opened anew then, with new watches. */
  async #letGo(halt: HaltReason): Promise<void> {
    await this.jobs.stop();
    await this.#watch.close();
    this.#open = null;
    this.#haltFor(halt);
  }

  #haltFor(halt: HaltReason): void {
    this.halt = halt;
    this.idle = true;
    this.#work.at('haltCheck', HALT_CHECK_EVERY_MS);
  }

  async #openRoot(): Promise<OpenParts> {
    const open = await openRoot(this.#parts);
    this.#work.scanAll(); // nobody watched until now
    await this.#watch.open(open);
    this.#work.at('poll', POLL_EVERY_MS);
    this.#work.at('housekeeping', HOUSEKEEPING_FIRST_MS);
    return open;
  }

  async #takeFindings(parts: OpenParts): Promise<void> {
    const findings = this.jobs.take();
    if (findings.length === 0) return;
    const ids = findings.flatMap((finding) => (finding.is === 'callFailed' ? finding.ids : [finding.id]));
    const taken = await takeFindings(parts, findings).finally(() => this.jobs.release(ids));
    for (const contentId of taken.staged) this.#staged.add(contentId);
    for (const folder of taken.rescan) this.#work.scan(folder);
    for (const id of taken.cleared) this.troubles.cleared(id);
    for (const { id, path, trouble } of taken.failed) this.troubles.failed(id, path, trouble);
    parts.journal.transaction(() => {
      for (const record of taken.activity) parts.journal.addActivity(record);
    });
    for (const error of taken.callErrors) this.#failed(error);
  }

  /** True if the remote tree is known well enough to plan with; the server may be out of reach. */
  async #pull(parts: OpenParts): Promise<boolean> {
    if (this.offline !== null && this.#work.awaits('offline')) return false;
    if (parts.journal.sent() !== null) this.#notePushed(parts, await resolveSent(parts));
    if (!this.#facts.isKnown || this.offline !== null) {
      this.#events.libraryNamed((await this.#facts.ask(parts)).name);
      this.#healing.learned(parts, this.#facts);
    }
    if (this.#work.takePull() || this.offline !== null) {
      await pull(parts, this.#abort.signal);
    }
    this.offline = null;
    return parts.journal.cursor() !== null;
  }

  #plan(parts: OpenParts): Plan {
    const startedAtMs = parts.clock.monotonicMs();
    const plan = drawPlan(parts, {
      jobs: this.jobs,
      troubles: this.troubles,
      ignore: this.#view.ignore as IgnoreRules,
      unknown: this.#view.unknown,
      staged: this.#staged,
      mayWrite: this.#facts.mayWrite,
      files: this.#facts.files,
      batches: this.batches,
      quietMs: this.#view.absences.quietMs,
    });
    if (this.batches.settlesInMs !== null) this.#work.at('deletes', this.batches.settlesInMs);
    this.troubles.held([...plan.held.map(({ id }) => id), ...(this.batches.held?.ids ?? [])]);
    this.troubles.planned(heldByPath(parts, plan), startedAtMs);
    this.lastPlan = plan;
    return plan;
  }

  async #act(parts: OpenParts, plan: Plan): Promise<void> {
    recordAgreed(parts, plan.agreed);
    this.#view.absences.add(parts, plan.proofs);
    const mayAct = await this.#tally.mayDo(parts, plan);
    if (mayAct) await this.#actHere(parts, plan);
    const ends = { ...this.#ends, jobs: this.jobs, troubles: this.troubles };
    const { soonestReadMs, readsAgain } = startJobs(parts, ends, plan);
    if (soonestReadMs !== null) this.#work.at('settle', soonestReadMs);
    if (readsAgain) this.#work.wake();
    if (plan.ops.length > 0 && mayAct) {
      const paths = new Map(plan.ops.map((op) => [op.entryId, shownPathOf(parts.journal, op.entryId)]));
      this.#notePushed(parts, await push(parts, plan.ops, (op) => this.batches.batchOf(op)), paths);
    }
    if (plan.agreed.length > 0 || plan.local.length > 0 || !mayAct) this.#work.wake();
  }

  async #actHere(parts: OpenParts, plan: Plan): Promise<void> {
    if (plan.local.length === 0) return;
    const how = { ignore: this.#view.ignore as IgnoreRules, signal: this.#abort.signal };
    const { done, movedUnderUs, failed, moved } = await doLocalSteps(parts, { steps: plan.local, ...how });
    for (const id of done) this.troubles.worked(id);
    for (const folder of moved) this.#work.scan(folder, 'tree');
    if (plan.local.some((step) => step.do === 'drop')) this.#work.at('housekeeping', AFTER_DROP_MS);
    for (const { id, folder } of movedUnderUs) {
      this.#work.scan(folder);
      this.troubles.setBack(id, shownPathOf(parts.journal, id), { code: 'changing' });
    }
    for (const { id, path, trouble } of failed) this.troubles.failed(id, path, trouble);
  }

  #notePushed(parts: OpenParts, pushed: readonly Pushed[], paths = new Map<EntryId, RelPath>()): void {
    const pathOf = (id: EntryId) => paths.get(id) ?? shownPathOf(parts.journal, id);
    notePushed(
      parts,
      pushed.map((one) => ({ ...one, path: pathOf(one.op.entryId) })),
    );
    for (const { op, result } of pushed) {
      const { entryId } = op;
      if (result.result === 'applied') this.#staged.delete(contentOf(op) ?? '');
      if (result.result === 'conflict') this.troubles.setBack(entryId, pathOf(entryId), BUSY);
      else this.troubles.worked(entryId);
      if (result.result === 'refused') {
        this.troubles.failed(entryId, pathOf(entryId), troubleOfRefusal(result.problem));
      }
    }
    this.#work.pull();
    this.#work.wake();
  }

  #judge(plan: Plan): void {
    const quiet = isIdle(plan) && this.jobs.count === 0 && this.#view.isCertain && !this.#work.hasWork();
    this.idle = quiet && this.batches.settlesInMs === null && !this.troubles.hasFreshFailures();
    if (this.idle && this.troubles.restingCount() === 0) {
      this.lastSyncedAtMs = this.#parts.clock.nowMs();
      this.batches.rested();
      if (this.#staged.size > 0) this.#staged.clear();
    }
    if (!quiet && isIdle(plan) && this.jobs.count === 0 && this.#work.hasWork()) this.#work.wake();
  }

  #nextTimes(): { coalesceMs: number; atMs: number | null } {
    const times = [this.troubles.nextTryAtMs(), this.#view.absences.nextLookAtMs].filter((at) => at !== null);
    const atMs = this.halt !== null || times.length === 0 ? null : Math.min(...times);
    return { coalesceMs: Math.min(1_000, Math.max(10, this.#lastRoundMs)), atMs };
  }

  /** A failed operation of the whole root. Nothing is lost by it: the next round starts from what is recorded. */
  #failed(error: unknown): void {
    if (isDiskError(error)) {
      this.#parts.log(
        `The folder ${this.#parts.disk.shownPath} could not be read or written (${error.fault}).`,
      );
      const told = roundTrouble(error);
      if (told !== null) this.troubles.roundFailed(...told);
      this.idle = told !== null;
      this.#work.at('fullScan', offlineWaitMs(2));
      return;
    }
    if (!(error instanceof Failure)) {
      mendOrThrow(this.#parts, error);
      this.rescan();
      return;
    }
    if (classOf(error.problem) === 'UNAUTHENTICATED') this.#events.signedOut(error.problem);
    else if (isFailure(error, 'libraryMissing')) this.#haltFor('libraryGone');
    else if (isFailure(error, 'cursorDiverged')) {
      mergeAnew(this.#parts);
      this.rescan();
    } else if (isFailure(error, 'revisionMissing', 'chunksMissing', 'notAllowed', 'busy')) {
      // The server knows better what it has and whom it trusts: find out again, soon.
      this.#staged.clear();
      this.#facts.forget();
      this.#work.pull();
      this.#work.at('settle', Math.max(offlineWaitMs(1), error.retryAfterMs));
    } else this.#goOffline(error);
  }

  #goOffline({ problem, retryAfterMs }: Failure): void {
    this.offline = { problem, tries: (this.offline?.tries ?? 0) + 1 };
    this.idle = true;
    this.#work.at('offline', Math.max(offlineWaitMs(this.offline.tries), retryAfterMs));
  }
}
