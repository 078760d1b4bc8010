import type { EntryId } from '@tidesync/shared/ids';
import type { RelPath } from '@tidesync/shared/names';
import { parentPath } from '@tidesync/shared/names';
import type { IgnoreRules } from '../core/ignore-rules.ts';
import { localPathOf } from '../core/path-of.ts';
import type { ListedNode } from '../ports/disk.ts';
import { Absences } from './absences.ts';
import { putBackAsides } from './asides.ts';
import { finishMoves } from './moves-under-way.ts';
import { bringBackLost, forgetSafe } from './power-losses.ts';
import type { OpenParts, RootParts } from './root-parts.ts';
import { UNLISTED_AGAIN_MS } from './root-times.ts';
import { isUnknown, loadIgnoreRules, selectionOf } from './round.ts';
import type { ScanReport } from './scan.ts';
import { scan } from './scan.ts';
import { haltOf } from './tally.ts';
import type { TroubleBook } from './trouble-book.ts';
import type { WorkList } from './work-list.ts';

export interface LocalViewInput {
  readonly work: WorkList;
  readonly troubles: TroubleBook;
  /** What could not be listed can be, now: nobody has told of it, and nobody watches it. */
  readonly onRegained: () => void;
  /** Whether transfers run. */
  readonly isBusy: () => boolean;
  readonly signal: AbortSignal;
}

/** Until what could not be put back is tried again, whatever else happens. */
const ASIDES_AGAIN_MS = 5_000;

/**
 * What is known of a root's disk beside the local tree in the journal: the ignore rules in force, which folders
 * could not be listed, and what was seen absent but once. It begins anew with the engine: a start looks everywhere.
 */
export class LocalView {
  readonly #input: LocalViewInput;
  readonly absences: Absences;
  #rules: { rules: IgnoreRules; stamp: string } | null = null;
  #unknown: ReadonlySet<EntryId> = new Set();
  #unlisted: ReadonlySet<EntryId> = new Set();
  /** All of the disk was looked at. */
  #hasSeenAll = false;
  /** A power cut may have taken something that was not looked for yet. */
  #mayHaveLost = true;
  /** What lies aside and could not be put back: it is neither here nor gone. */
  #aside: ReadonlySet<EntryId> = new Set();

  constructor({ clock }: RootParts, input: LocalViewInput) {
    this.#input = input;
    this.absences = new Absences(clock);
  }

  /** Null before the first scan. */
  get ignore(): IgnoreRules | null {
    return this.#rules?.rules ?? null;
  }
  /** Folders that could not be listed: what is in them is neither here nor gone. And what is stuck aside. */
  get unknown(): ReadonlySet<EntryId> {
    return this.#aside.size === 0 ? this.#unknown : new Set([...this.#unknown, ...this.#aside]);
  }
  /** Nothing waits for another look. */
  get isCertain(): boolean {
    return this.absences.isEmpty && this.#aside.size === 0;
  }

  /** Comes before anything is concluded from the disk (T13, T20). `found`: what lies aside. */
  async putBack(parts: OpenParts, found: readonly ListedNode[]): Promise<void> {
    const { work, troubles } = this.#input;
    const moves = await finishMoves(parts, found);
    const asides = await putBackAsides(parts, moves.aside);
    const stuck = [...moves.stuck, ...asides.stuck];
    for (const folder of [...moves.folders, ...asides.back.map(parentPath)]) work.scan(folder);
    for (const { id, path, trouble } of stuck) troubles.failed(id, path, trouble);
    const before = this.#aside;
    this.#aside = new Set(stuck.map(({ id }) => id));
    for (const id of before) if (!this.#aside.has(id)) troubles.cleared(id); // what it waited for is over
    if (stuck.length > 0) work.at('asides', ASIDES_AGAIN_MS);
  }

  /** What could not be listed: each folder with all that is in it. */
  lookAgain({ journal }: RootParts): void {
    for (const id of this.#unlisted) {
      const path = localPathOf(journal, id);
      if (path !== null) this.#input.work.scan(path, 'tree');
    }
  }

  /** Looks where the work list says, and where absences wait for proof; new ignore rules look everywhere. */
  async scan(parts: OpenParts): Promise<void> {
    const { work, isBusy, signal } = this.#input;
    const loaded = await loadIgnoreRules(parts);
    if (this.#rules?.stamp !== loaded.stamp) work.scanAll();
    this.#rules = loaded;
    if (!this.#hasSeenAll) work.scanAll();
    forgetSafe(parts);
    const proving = this.absences.takeOld(parts);
    if (proving.folders === 'all') work.scanAll();
    else for (const folder of proving.folders) work.scan(folder);
    const folders = work.takeFolders(isBusy());
    if (folders === null) return;
    const detached = new Set(parts.journal.detachedFolders());
    const { isExcluded } = selectionOf(parts.journal, parts.journal);
    const startedMs = parts.clock.monotonicMs();
    const how = { ignore: loaded.rules, detached, isExcluded, signal };
    const report = await scan(parts, { folders, unknown: this.#unknown, ...how });
    if (report.isWhole) work.looked(null, parts.clock.monotonicMs() - startedMs);
    for (const [folder, tookMs] of report.listedPaths) work.looked(folder, tookMs);
    if (report.detached.size !== detached.size) parts.journal.setDetachedFolders([...report.detached]);
    this.#note(parts, report);
    this.#hasSeenAll ||= report.isWhole;
    await this.#conclude(parts, proving.ids, report);
  }

  #note(parts: OpenParts, report: ScanReport): void {
    const { listed, listedPaths, troubles, isWhole } = report;
    const { work, onRegained } = this.#input;
    const { journal } = parts;
    if ([...this.#unknown].some((id) => listed.has(id))) onRegained();
    const isLeft = (id: EntryId) => !isWhole && !listed.has(id) && localPathOf(journal, id) !== null;
    this.#unknown = new Set([...[...this.#unknown].filter(isLeft), ...report.unknown]);
    this.#unlisted = new Set([...[...this.#unlisted].filter(isLeft), ...report.unlisted]);
    // A folder that could not be listed was tried again with the one above it.
    const isSeen = (path: RelPath) => listedPaths.has(path) || listedPaths.has(parentPath(path));
    this.#input.troubles.scanned(troubles, (path) => isWhole || isSeen(path));
    if (this.#unlisted.size > 0) work.at('unlisted', UNLISTED_AGAIN_MS);
    this.absences.vanished(parts, report.absent);
  }

  /** The root must have been the root until now: only then what was not seen is absent, and this look counts. */
  async #conclude(parts: OpenParts, ids: readonly EntryId[], report: ScanReport): Promise<void> {
    const isQuiet = ids.length === 0 && report.absent.length === 0;
    const isRoot = isQuiet || (await haltOf(parts)) === null;
    if (isRoot && this.#mayHaveLost) {
      const { unknown } = this;
      this.#mayHaveLost = bringBackLost(parts, (id) => isUnknown(parts.journal, unknown, id));
    }
    if (isQuiet) return;
    if (isRoot) this.absences.prove(parts, ids, report);
    else this.absences.doubt();
  }
}
