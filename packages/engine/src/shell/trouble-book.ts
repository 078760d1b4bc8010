import type { EntryId } from '@tidesync/shared/ids';
import type { RelPath } from '@tidesync/shared/names';
import type { Triple } from '../core/entry.ts';
import type { PathTrouble } from '../core/trouble.ts';
import type { Clock } from '../ports/environment.ts';
import type { RootJournal } from '../ports/journal.ts';

/** Waits between tries of one path, by how often it has failed; the last one repeats. */
const RETRY_MS = [400, 1_000, 3_000, 10_000, 30_000, 120_000, 600_000] as const;

/**
 * How far the waits grow. A file that is being written is looked at again within seconds of its last change, and one
 * that a program had open is there within half a minute of its end (S63).
 */
const STEPS_MAX: Partial<Record<PathTrouble['code'], number>> = { changing: 3, busy: 5 };

/** Steps that lost are planned again at once this many times, then with growing waits. */
const QUICK_SET_BACKS_MAX = 3;

const FRESH_TRIES_MAX = 2;

/** Held until a person or another entry changes something: trying again by time would change nothing. */
const NOT_TIMED = new Set<PathTrouble['code']>([
  'specialFile',
  'notUnicode',
  'badName',
  'nameClash',
  'tooDeep',
  'otherVolume',
  'readOnlyMember',
  'damaged',
]);

/** Of what was found, and not by a try. */
const UNTRIED = { tries: 0, nextTryMs: null };

interface Resting {
  readonly path: RelPath;
  /** Monotonic. */
  readonly atMs: number;
  /** The same by the wall clock, for people. */
  readonly nextTryMs: number;
  readonly tries: number;
  readonly trouble: PathTrouble;
  readonly signature: string;
}

/** What a failure was about. Once it is something else, the failure says nothing any more and nothing rests. */
function signatureOf({ local, remote }: Triple, trouble: PathTrouble): string {
  const here = local.is === 'present' ? [local.parentId, local.localName] : [];
  if (trouble.code === 'changing') return here.join('/');
  const stamp = local.is === 'present' ? [local.stamp.inode, local.stamp.mtimeNs] : [];
  const there = remote.is === 'present' ? [remote.parentId, remote.name, remote.versions.contentSeq] : [];
  return [...here, ...stamp, ...there].join('/');
}

/**
 * Who is held back and until when. The journal keeps it for people to see; ids and times for planning live here
 * and start anew with the engine.
 */
export class TroubleBook {
  readonly #journal: RootJournal;
  readonly #clock: Clock;
  readonly #retryAt = new Map<EntryId, Resting>();
  readonly #setBacks = new Map<EntryId, number>();
  /** Troubles of the last plan and of the scans, by path: what is not found again is over. */
  #fromPlan: ReadonlyMap<RelPath, PathTrouble> = new Map();
  readonly #fromScan = new Map<RelPath, PathTrouble>();
  /** Of rounds that ended early, until one does not. */
  readonly #fromRounds = new Map<RelPath, PathTrouble>();
  #plannedAtMs = 0;

  constructor(journal: RootJournal, clock: Clock) {
    this.#journal = journal;
    this.#clock = clock;
    for (const { path } of journal.troubles()) journal.clearTrouble(path);
  }

  /** A step failed: the entry rests for a while, longer each time. */
  failed(id: EntryId, path: RelPath, trouble: PathTrouble): void {
    const before = this.#retryAt.get(id);
    if (before !== undefined && before.path !== path) this.cleared(id);
    const tries = (before?.tries ?? 0) + 1;
    const step = Math.min(tries, STEPS_MAX[trouble.code] ?? RETRY_MS.length);
    const waitMs = RETRY_MS[step - 1] as number;
    const when = {
      atMs: this.#clock.monotonicMs() + waitMs,
      nextTryMs: this.#clock.nowMs() + waitMs,
      tries,
    };
    const signature = signatureOf(this.#journal.get(id), trouble);
    this.#retryAt.set(id, { ...when, path, trouble, signature });
    this.#write(path, trouble, when);
  }

  /** Someone was first, here or there: the next look shows it. Losing again and again slows down. */
  setBack(id: EntryId, path: RelPath, trouble: PathTrouble): void {
    const times = (this.#setBacks.get(id) ?? 0) + 1;
    this.#setBacks.set(id, times);
    if (times > QUICK_SET_BACKS_MAX) this.failed(id, path, trouble);
  }

  /** A step of that entry was not lost to anyone. */
  worked(id: EntryId): void {
    this.#setBacks.delete(id);
  }

  /** A step worked, or the entry changed so that the failure says nothing any more. */
  cleared(id: EntryId): void {
    const known = this.#retryAt.get(id);
    if (known === undefined) return;
    this.#retryAt.delete(id);
    this.#over(known.path);
  }

  /** The plan holds these back: no try of them is to come, whatever failed before. */
  held(ids: Iterable<EntryId>): void {
    for (const id of ids) this.cleared(id);
  }

  /**
   * Forgets failures of entries about which there is nothing left to do: they came right by another way. Those that lie
   * elsewhere by now, as with their folder, are told there.
   */
  forgetSettled(isOpen: (id: EntryId) => boolean, pathOf: (id: EntryId) => RelPath): void {
    for (const [id, known] of [...this.#retryAt]) {
      const path = isOpen(id) ? pathOf(id) : null;
      if (path === known.path) continue;
      this.cleared(id);
      if (path === null) continue;
      this.#retryAt.set(id, { ...known, path });
      this.#write(path, known.trouble, known);
    }
  }

  /** It failed before: a call with many others must not fail again because of it. */
  isSuspect(id: EntryId): boolean {
    return this.#retryAt.has(id);
  }

  /** A program had it open when it was last tried. */
  isBusy(id: EntryId): boolean {
    return this.#retryAt.get(id)?.trouble.code === 'busy';
  }

  isResting(id: EntryId): boolean {
    const known = this.#retryAt.get(id);
    if (known === undefined || known.atMs <= this.#clock.monotonicMs()) return false;
    return known.signature === signatureOf(this.#journal.get(id), known.trouble);
  }

  /** Monotonic time of the next try that the last plan did not see as due; null if there is none. */
  nextTryAtMs(): number | null {
    let next: number | null = null;
    for (const { atMs } of this.#retryAt.values()) {
      if (atMs > this.#plannedAtMs && (next === null || atMs < next)) next = atMs;
    }
    return next;
  }

  /** Everything may be tried again at once (the person asked, or the cause is known to be over). */
  tryAllNow(): void {
    for (const [id, known] of this.#retryAt) this.#retryAt.set(id, { ...known, atMs: 0 });
  }

  /** What the last plan holds back, and when it was begun; earlier findings that are not among them are over. */
  planned(held: ReadonlyMap<RelPath, PathTrouble>, startedAtMs: number): void {
    this.#plannedAtMs = startedAtMs;
    const over = [...this.#fromPlan.keys()].filter((path) => !held.has(path));
    this.#fromPlan = held;
    this.#found(held, over);
  }

  /** What a scan found, and which paths it looked at. */
  scanned(found: ReadonlyMap<RelPath, PathTrouble>, lookedAt: (path: RelPath) => boolean): void {
    const over = [...this.#fromScan.keys()].filter((path) => lookedAt(path) && !found.has(path));
    for (const path of over) this.#fromScan.delete(path);
    for (const [path, trouble] of found) this.#fromScan.set(path, trouble);
    this.#found(found, over);
  }

  /** The disk has ended a round, at that path. It is told until a round is not ended so. */
  roundFailed(path: RelPath, trouble: PathTrouble): void {
    this.#fromRounds.set(path, trouble);
    this.#write(path, trouble, UNTRIED);
  }
  roundWorked(): void {
    const over = [...this.#fromRounds.keys()];
    this.#fromRounds.clear();
    for (const path of over) this.#over(path);
  }

  /** Something failed only a few times: it may well work in a moment, so the round is not over. */
  hasFreshFailures(): boolean {
    for (const { tries } of this.#retryAt.values()) if (tries <= FRESH_TRIES_MAX) return true;
    return false;
  }

  /** Whether any entry rests because of that. */
  rests(code: PathTrouble['code']): boolean {
    for (const { trouble } of this.#retryAt.values()) if (trouble.code === code) return true;
    return false;
  }

  /** Number of entries that rest after a failure. */
  restingCount(): number {
    return this.#retryAt.size;
  }

  #found(found: ReadonlyMap<RelPath, PathTrouble>, over: readonly RelPath[]): void {
    this.#journal.transaction(() => {
      for (const path of over) this.#over(path);
      for (const [path, trouble] of found) this.#write(path, trouble, UNTRIED);
    });
  }

  /** One trouble of a path has ended: another one of the same path is told then. */
  #over(path: RelPath): void {
    const failed = this.#failedAt(path);
    const found = this.#fromRounds.get(path) ?? this.#fromScan.get(path) ?? this.#fromPlan.get(path);
    if (found !== undefined) this.#write(path, found, UNTRIED);
    else if (failed === null) this.#journal.clearTrouble(path);
    else this.#write(path, failed.trouble, failed);
  }

  #failedAt(path: RelPath): Resting | null {
    for (const one of this.#retryAt.values()) if (one.path === path) return one;
    return null;
  }

  #write(path: RelPath, trouble: PathTrouble, when: { tries: number; nextTryMs: number | null }): void {
    const known = this.#journal.troubleAt(path);
    if (
      known !== null &&
      known.trouble.code === trouble.code &&
      known.tries === when.tries &&
      when.tries === 0
    )
      return;
    const sinceMs = known?.trouble.code === trouble.code ? known.sinceMs : this.#clock.nowMs();
    const nextTryMs = NOT_TIMED.has(trouble.code) ? null : when.nextTryMs;
    this.#journal.putTrouble({ path, trouble, sinceMs, tries: when.tries, nextTryMs });
  }
}
