import type { EntryId } from '@tidesync/shared/ids';
import type { RelPath } from '@tidesync/shared/names';
import { parentPath } from '@tidesync/shared/names';
import type { Problem } from '@tidesync/shared/problems';
import { classOf, Failure, isFailure } from '@tidesync/shared/problems';
import type { HaltReason } from '@tidesync/shared/wire/engine';
import { conflictName } from '../core/conflict-name.ts';
import { isAtRest } from '../core/entry.ts';
import type { IgnoreRules } from '../core/ignore-rules.ts';
import { localPathOf, shownPathOf } from '../core/path-of.ts';
import type { Plan } from '../core/plan.ts';
import { isIdle } from '../core/plan.ts';
import { isDiskError } from '../ports/disk.ts';
import { clearTemporary, purgeTrash } from './housekeeping.ts';
import { Jobs } from './jobs.ts';
import { pull } from './pull.ts';
import type { Pushed } from './push.ts';
import { push, resolveSent } from './push.ts';
import { checkRoot, probeNameRules } from './root-folder.ts';
import type { OpenParts, RootParts } from './root-parts.ts';
import { dayOf } from './root-parts.ts';
import { doLocalSteps, drawPlan, heldByPath, loadIgnoreRules, notePushed, recordAgreed } from './round.ts';
import type { ScanReport } from './scan.ts';
import { isUnproven, proveAbsences, scan } from './scan.ts';
import type { TransferEnds } from './start-jobs.ts';
import { startFetches, startReads, startUploads } from './start-jobs.ts';
import { recoverAsides } from './swap-in.ts';
import { takeFindings } from './take-findings.ts';
import { TroubleBook } from './trouble-book.ts';
import type { Timer } from './work-list.ts';
import { WorkList } from './work-list.ts';

/** Between a first absence and the look that proves it: programs delete a file and make it again. */
const PROOF_DELAY_MS = 500;
/** Everything is looked at this often, whatever the watcher says. */
const FULL_SCAN_EVERY_MS = 15 * 60_000;
/** The server is asked this often, whatever the doorbell says. */
const POLL_EVERY_MS = 60_000;
const HOUSEKEEPING_FIRST_MS = 60_000;
const HOUSEKEEPING_EVERY_MS = 6 * 3_600_000;
const HALT_CHECK_EVERY_MS = 3_000;
const OFFLINE_RETRY_MS = [1_000, 2_000, 5_000, 15_000, 30_000, 60_000] as const;
/** Lost operations are planned again at once this many times, then with growing waits. */
const QUICK_CONFLICTS_MAX = 3;

export interface RootEvents {
  readonly changed: () => void;
  /** The server does not know this device any more. */
  readonly signedOut: (problem: Problem) => void;
}

export type Offline = { readonly problem: Problem; readonly tries: number };

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
  #open: OpenParts | null = null;
  #ignore: { rules: IgnoreRules; stamp: string } | null = null;
  #watch: { close(): Promise<void> } | null = null;
  #unknown = new Set<EntryId>();
  readonly #staged = new Set<string>();
  /** Entries seen absent once, and when (monotonic). */
  readonly #unproven = new Map<EntryId, number>();
  readonly #conflicts = new Map<EntryId, number>();
  #mayWrite: boolean | null = null;
  #loop: Promise<void> = Promise.resolve();
  #lastRoundMs = 0;

  halt: HaltReason | null = null;
  offline: Offline | null = null;
  idle = false;
  lastPlan: Plan | null = null;
  lastSyncedAtMs: number | null = null;
  /** Rounds finished; a caller that waits for one can tell. */
  rounds = 0;

  constructor(parts: RootParts, ends: TransferEnds, events: RootEvents) {
    this.#parts = parts;
    this.#ends = ends;
    this.#events = events;
    this.#work = new WorkList(parts.clock);
    this.jobs = new Jobs(() => this.#work.wake());
    this.troubles = new TroubleBook(parts.journal, parts.clock);
  }

  /** Entries that wait for others or are held, by the last plan. */
  get unsettled(): number {
    return this.lastPlan === null
      ? 0
      : this.lastPlan.waiting.length + this.lastPlan.held.length + this.troubles.restingCount();
  }
  get parts(): RootParts {
    return this.#parts;
  }
  get ignore(): IgnoreRules | null {
    return this.#ignore?.rules ?? null;
  }
  /** Nothing is left to do but what needs a person, a server or time. */
  isSettled(): boolean {
    return this.idle || this.halt !== null || this.offline !== null || this.#abort.signal.aborted;
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
    await this.#watch?.close();
  }

  /** The doorbell rang, or the connection is back. */
  ring(): void {
    if (this.offline !== null) this.#work.at('offline', 0);
    this.#work.pull();
    this.#work.wake();
  }

  rescan(): void {
    this.#mayWrite = null;
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
      try {
        await this.#round();
      } catch (error) {
        if (!signal.aborted) this.#failed(error);
      }
      this.#lastRoundMs = this.#parts.clock.monotonicMs() - startedMs;
      this.rounds++;
      this.#events.changed();
    }
  }

  /** One round, as it is told in ARCHITECTURE.md. */
  async #round(): Promise<void> {
    const due = this.#takeDue();
    const parts = await this.#opened();
    if (parts === null) return;
    await this.#takeFindings(parts);
    await this.#scan(parts, due);
    if (!(await this.#pull(parts, due))) return;
    const plan = this.#plan(parts);
    await this.#act(parts, plan);
    if (due.has('housekeeping')) await this.#keepHouse(parts);
    this.troubles.forgetSettled((id) => this.jobs.isInWork(id) || !isAtRest(parts.journal.get(id)));
    this.#judge(plan);
  }

  #takeDue(): Set<Timer> {
    const due = this.#work.takeDue();
    if (due.has('fullScan')) {
      this.#work.scanAll();
      this.#work.at('fullScan', FULL_SCAN_EVERY_MS);
    }
    if (due.has('poll')) {
      this.#mayWrite = null; // roles are no part of the journal: they are asked for
      this.#work.pull();
      this.#work.at('poll', POLL_EVERY_MS);
    }
    return due;
  }

  /** The root as it was bound, or a halt: nothing may be concluded from another folder. */
  async #opened(): Promise<OpenParts | null> {
    const { disk, record } = this.#parts;
    const halt = await checkRoot(disk, record.rootId, record.folderId);
    if (halt !== null) {
      if (this.halt !== halt) await this.jobs.stop();
      this.#work.scanAll();
      this.#haltFor(halt);
      return null;
    }
    if (this.halt === 'libraryGone') return null;
    this.halt = null;
    this.#open ??= await this.#openRoot();
    return this.#open;
  }

  #haltFor(halt: HaltReason): void {
    this.halt = halt;
    this.idle = true;
    this.#work.at('haltCheck', HALT_CHECK_EVERY_MS);
  }

  async #openRoot(): Promise<OpenParts> {
    const { disk, journal, random, watcher, clock, deviceName } = this.#parts;
    const tag = Buffer.from(random.bytes(4)).toString('hex');
    const rules = await probeNameRules(disk, tag);
    const label = { deviceName, today: dayOf(clock.nowMs()) };
    const recovered = await recoverAsides(
      disk,
      (id) => localPathOf(journal, id),
      (path) => conflictName(path.slice(path.lastIndexOf('/') + 1) as never, label, () => true),
    );
    for (const path of recovered)
      this.#parts.log(`Put back ${path}, which an interrupted step had taken aside.`);
    this.#watch = await watcher.watch(disk.shownPath, (hint) => {
      if (hint.is === 'everything') this.#work.scanAll();
      else this.#work.scan(hint.folder);
      this.#work.wake();
    });
    this.#work.at('fullScan', FULL_SCAN_EVERY_MS);
    this.#work.at('poll', POLL_EVERY_MS);
    this.#work.at('housekeeping', HOUSEKEEPING_FIRST_MS);
    return { ...this.#parts, rules };
  }

  async #takeFindings(parts: OpenParts): Promise<void> {
    const findings = this.jobs.take();
    if (findings.length === 0) return;
    const taken = await takeFindings(parts, findings);
    for (const contentId of taken.staged) this.#staged.add(contentId);
    for (const folder of taken.rescan) this.#work.scan(folder);
    for (const id of taken.cleared) this.troubles.cleared(id);
    for (const { id, path, trouble } of taken.failed) this.troubles.failed(id, path, trouble);
    parts.journal.transaction(() => {
      for (const record of taken.activity) parts.journal.addActivity(record);
    });
    this.jobs.release(
      findings.flatMap((finding) => (finding.is === 'callFailed' ? finding.ids : [finding.id])),
    );
    for (const error of taken.callErrors) this.#failed(error);
  }

  async #scan(parts: OpenParts, due: ReadonlySet<Timer>): Promise<void> {
    const loaded = await loadIgnoreRules(parts);
    if (this.#ignore?.stamp !== loaded.stamp) this.#work.scanAll();
    this.#ignore = loaded;
    const proving = due.has('proof') ? this.#toProve(parts) : [];
    const folders = this.#work.takeFolders();
    if (folders === null) return;
    const detached = new Set(parts.journal.detachedFolders());
    const report = await scan(parts, { folders, ignore: loaded.rules, detached, signal: this.#abort.signal });
    await this.#afterScan(parts, { report, proving, all: folders === 'all', detached });
  }

  async #afterScan(
    parts: OpenParts,
    {
      report,
      proving,
      all,
      detached,
    }: { report: ScanReport; proving: EntryId[]; all: boolean; detached: ReadonlySet<RelPath> },
  ): Promise<void> {
    if (all) this.#unknown = new Set(report.unknown);
    else {
      for (const id of report.listed) this.#unknown.delete(id);
      for (const id of report.unknown) this.#unknown.add(id);
    }
    if (report.detached.size !== detached.size) parts.journal.setDetachedFolders([...report.detached]);
    const lookedAt = (path: RelPath) => all || report.troubles.has(path);
    this.troubles.scanned(report.troubles, lookedAt);
    for (const id of report.absent) this.#mustProve(id);
    // The root must have been the root until now: only then what was not seen is absent.
    const { disk, record } = this.#parts;
    if (proving.length === 0 || (await checkRoot(disk, record.rootId, record.folderId)) !== null) return;
    proveAbsences(parts, proving, report.listed);
    for (const id of proving) this.#unproven.delete(id);
  }

  async #keepHouse({ disk, clock }: OpenParts): Promise<void> {
    this.#work.at('housekeeping', HOUSEKEEPING_EVERY_MS);
    if (this.jobs.count === 0) await clearTemporary(disk);
    await purgeTrash(disk, clock.nowMs());
  }

  #mustProve(id: EntryId): void {
    if (this.#unproven.has(id)) return;
    if (this.#unproven.size === 0) this.#work.at('proof', PROOF_DELAY_MS);
    this.#unproven.set(id, this.#parts.clock.monotonicMs());
  }

  /** Absences old enough for the second look, whose folders the next scan takes in; the others keep the timer. */
  #toProve(parts: OpenParts): EntryId[] {
    const latestMs = this.#parts.clock.monotonicMs() - PROOF_DELAY_MS;
    const proving: EntryId[] = [];
    for (const [id, seenMs] of this.#unproven) {
      if (!isUnproven(parts, id)) this.#unproven.delete(id);
      else if (seenMs <= latestMs) proving.push(id);
    }
    for (const folder of proveAbsences(parts, proving, new Set())) this.#work.scan(folder);
    if (this.#unproven.size > proving.length) this.#work.at('proof', PROOF_DELAY_MS);
    return proving;
  }

  /** True if the remote tree is known well enough to plan with; the server may be out of reach. */
  async #pull(parts: OpenParts, due: ReadonlySet<Timer>): Promise<boolean> {
    if (this.offline !== null && !due.has('offline')) return false;
    if (parts.journal.sent() !== null) this.#notePushed(parts, await resolveSent(parts));
    if (this.#mayWrite === null || this.offline !== null) await this.#learnRole(parts);
    if (this.#work.takePull() || this.offline !== null) {
      const report = await pull(parts, this.#abort.signal);
      if (report.is === 'diverged') {
        this.#work.scanAll();
        this.#work.pull();
        this.#work.wake();
        return false;
      }
    }
    this.offline = null;
    return parts.journal.cursor() !== null;
  }

  async #learnRole({ server, record }: OpenParts): Promise<void> {
    const libraries = await server.libraries();
    const library = libraries.find((one) => one.libraryId === record.libraryId);
    if (library === undefined) throw new Failure({ reason: 'libraryMissing', library: record.libraryName });
    this.#mayWrite = library.role !== 'viewer';
  }

  #plan(parts: OpenParts): Plan {
    const plan = drawPlan(parts, {
      jobs: this.jobs,
      troubles: this.troubles,
      ignore: (this.#ignore as { rules: IgnoreRules }).rules,
      unknown: this.#unknown,
      staged: this.#staged,
      mayWrite: this.#mayWrite === true,
    });
    this.troubles.planned(heldByPath(parts, plan));
    this.lastPlan = plan;
    return plan;
  }

  async #act(parts: OpenParts, plan: Plan): Promise<void> {
    recordAgreed(parts, plan.agreed);
    for (const id of plan.proofs) this.#mustProve(id);
    await this.#actHere(parts, plan);
    const soonestMs = startReads(parts, this.jobs, plan.reads);
    if (soonestMs !== null) this.#work.at('settle', soonestMs);
    startFetches(parts, { jobs: this.jobs, downloader: this.#ends.downloader }, plan.fetches);
    for (const id of startUploads(parts, { jobs: this.jobs, uploader: this.#ends.uploader }, plan.uploads))
      this.#readAgain(parts, id);
    if (plan.ops.length > 0) await this.#push(parts, plan);
    if (plan.agreed.length > 0 || plan.local.length > 0) this.#work.wake();
  }

  async #actHere(parts: OpenParts, plan: Plan): Promise<void> {
    if (plan.local.length === 0) return;
    const { record, disk } = this.#parts;
    if ((await checkRoot(disk, record.rootId, record.folderId)) !== null) return;
    const ignore = (this.#ignore as { rules: IgnoreRules }).rules;
    const { rescan, failed } = await doLocalSteps(parts, {
      steps: plan.local,
      ignore,
      signal: this.#abort.signal,
    });
    for (const folder of rescan) this.#work.scan(folder);
    for (const { id, path, trouble } of failed) this.troubles.failed(id, path, trouble);
  }

  /** The journal lost a content's chunk list: the file has to be read once more. */
  #readAgain({ journal }: OpenParts, id: EntryId): void {
    const triple = journal.get(id);
    if (triple.local.is === 'absent' || triple.local.body.kind !== 'file') return;
    journal.set(id, {
      ...triple,
      local: { ...triple.local, body: { ...triple.local.body, contentId: null } },
    });
    this.#work.wake();
  }

  async #push(parts: OpenParts, plan: Plan): Promise<void> {
    const paths = new Map(plan.ops.map((op) => [op.entryId, shownPathOf(parts.journal, op.entryId)]));
    this.#notePushed(parts, await push(parts, plan.ops), paths);
  }

  #notePushed(parts: OpenParts, pushed: readonly Pushed[], paths = new Map<EntryId, RelPath>()): void {
    const pathOf = (id: EntryId) => paths.get(id) ?? shownPathOf(parts.journal, id);
    notePushed(
      parts,
      pushed.map((one) => ({ ...one, path: pathOf(one.op.entryId) })),
    );
    for (const { op, result } of pushed) {
      if (result.result !== 'conflict') this.#conflicts.delete(op.entryId);
      else this.#lost(op.entryId, pathOf(op.entryId));
    }
    this.#work.pull();
    this.#work.wake();
  }

  /** Someone else was first: the pull that follows shows it. Losing again and again slows down. */
  #lost(id: EntryId, path: RelPath): void {
    const times = (this.#conflicts.get(id) ?? 0) + 1;
    this.#conflicts.set(id, times);
    if (times > QUICK_CONFLICTS_MAX)
      this.troubles.failed(id, path, { code: 'refused', problem: { reason: 'busy' } });
  }

  #judge(plan: Plan): void {
    const quiet = isIdle(plan) && this.jobs.count === 0 && this.#unproven.size === 0 && !this.#work.hasWork();
    this.idle = quiet && !this.troubles.hasFreshFailures();
    if (this.idle && this.troubles.restingCount() === 0) {
      this.lastSyncedAtMs = this.#parts.clock.nowMs();
      if (this.#staged.size > 0) this.#staged.clear();
    }
    if (!quiet && isIdle(plan) && this.jobs.count === 0 && this.#work.hasWork()) this.#work.wake();
  }

  #nextTimes(): { coalesceMs: number; atMs: number | null } {
    return {
      coalesceMs: Math.min(1_000, Math.max(10, this.#lastRoundMs)),
      atMs: this.troubles.nextTryAtMs(),
    };
  }

  /** A failed operation of the whole root. Nothing is lost by it: the next round starts from what is recorded. */
  #failed(error: unknown): void {
    if (isDiskError(error)) {
      this.#parts.log(
        `The folder ${this.#parts.disk.shownPath} could not be read or written (${error.fault}).`,
      );
      this.#work.scan(parentPath(error.path));
      this.#work.at('settle', OFFLINE_RETRY_MS[1]);
      return;
    }
    if (!(error instanceof Failure)) throw error;
    const { problem } = error;
    if (classOf(problem) === 'UNAUTHENTICATED') this.#events.signedOut(problem);
    else if (isFailure(error, 'libraryMissing')) this.#haltFor('libraryGone');
    else if (isFailure(error, 'revisionMissing', 'chunksMissing', 'notAllowed', 'busy')) {
      // The server knows better what it has and whom it trusts: find out again, soon.
      this.#staged.clear();
      this.#mayWrite = null;
      this.#work.pull();
      this.#work.at('settle', OFFLINE_RETRY_MS[0]);
    } else this.#goOffline(problem);
  }

  #goOffline(problem: Problem): void {
    const tries = (this.offline?.tries ?? 0) + 1;
    this.offline = { problem, tries };
    this.idle = true;
    this.#work.at('offline', OFFLINE_RETRY_MS[Math.min(tries, OFFLINE_RETRY_MS.length) - 1] as number);
  }
}
