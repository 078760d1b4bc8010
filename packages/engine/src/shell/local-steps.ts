import { absurd } from '@tidesync/shared/brand';
import type { EntryId } from '@tidesync/shared/ids';
import type { EntryName, RelPath } from '@tidesync/shared/names';
import { joinPath, parentPath } from '@tidesync/shared/names';
import { agreeOn } from '../core/agree.ts';
import type { LocalPresent, Place, RemotePresent } from '../core/entry.ts';
import { LOCAL_ABSENT, REMOTE_ABSENT } from '../core/entry.ts';
import type { IgnoreRules } from '../core/ignore-rules.ts';
import { localPathOf } from '../core/path-of.ts';
import type { LocalStep } from '../core/plan.ts';
import type { PathTrouble } from '../core/trouble.ts';
import type { DiskFault, DiskNode } from '../ports/disk.ts';
import { isDiskError } from '../ports/disk.ts';
import type { ActivityKind, MoveUnderWay } from '../ports/journal.ts';
import { withAllAbove } from './lasting-names.ts';
import { layout } from './layout.ts';
import { moveOut } from './leaving.ts';
import type { Settled } from './record-step.ts';
import { recordSetAside, recordSettled } from './record-step.ts';
import type { OpenParts } from './root-parts.ts';
import { dayOf, labelOf } from './root-parts.ts';
import { expectNode, MovedUnderUs, moveWithoutReplacing, trashPathFor } from './safe-moves.ts';
import { swapIn } from './swap-in.ts';
import { takeExpected } from './take-expected.ts';
import { writeTrouble } from './transfer/disk-trouble.ts';

export type StepOutcome =
  | {
      readonly is: 'done';
      readonly activity: {
        readonly kind: ActivityKind;
        readonly path: RelPath;
        readonly detail: string;
      } | null;
    }
  /** The disk is not as expected: look there again. */
  | { readonly is: 'rescan'; readonly folder: RelPath }
  | { readonly is: 'trouble'; readonly path: RelPath; readonly trouble: PathTrouble };

/**
 * Carries out the steps of a plan that change this disk's tree, in order, and records each. Folders whose names
 * changed are synced to disk before the journal says so: else a power cut could make our own step look like a
 * person's delete, or what a step took aside like somebody's work.
 */
export class LocalSteps {
  readonly #parts: OpenParts;
  readonly #ignore: IgnoreRules;
  readonly #touched = new Set<RelPath>();
  readonly #records: (() => void)[] = [];
  /** When the step under way began. */
  #sinceMs = 0;

  constructor(parts: OpenParts, ignore: IgnoreRules) {
    this.#parts = parts;
    this.#ignore = ignore;
  }

  async run(
    steps: readonly LocalStep[],
    signal: AbortSignal,
  ): Promise<{ step: LocalStep; outcome: StepOutcome }[]> {
    const outcomes: { step: LocalStep; outcome: StepOutcome }[] = [];
    try {
      for (const step of steps) {
        if (signal.aborted) break;
        outcomes.push({ step, outcome: await this.#guarded(step) });
        // Later steps find their paths in the journal, so each batch that changes paths is written at once.
        if (!['trash', 'drop', 'setAttributes'].includes(step.do)) await this.#flush();
        else if (this.#records.length >= RECORDS_PER_BATCH) await this.#flush();
      }
    } finally {
      await this.#flush();
    }
    return outcomes;
  }

  async #flush(): Promise<void> {
    if (this.#records.length === 0) return;
    for (const folder of withAllAbove(this.#touched))
      await this.#parts.disk.syncFolder(folder).catch(ignoreMissing);
    this.#parts.journal.transaction(() => {
      for (const record of this.#records) record();
    });
    this.#records.length = 0;
    this.#touched.clear();
  }

  async #guarded(step: LocalStep): Promise<StepOutcome> {
    const path = localPathOf(this.#parts.journal, step.id) ?? this.#targetOf(step) ?? ('' as RelPath);
    this.#sinceMs = this.#parts.clock.nowMs();
    try {
      return await this.#do(step);
    } catch (error) {
      if (error instanceof MovedUnderUs) return { is: 'rescan', folder: parentPath(error.path) };
      if (!isDiskError(error)) throw error;
      if (NOT_AS_EXPECTED.has(error.fault)) return { is: 'rescan', folder: parentPath(error.path) };
      if (error.fault === 'exists') return this.#occupied(error.path);
      return { is: 'trouble', path, trouble: writeTrouble(error, 0) };
    }
  }

  /** Something new has the name (then a scan shows it), or something ignored has it (then it stays in the way). */
  async #occupied(path: RelPath): Promise<StepOutcome> {
    const node = await this.#parts.disk.look(path).catch(() => null);
    const ignored =
      node !== null && (node.kind === 'other' || this.#ignore.isIgnored(path, node.kind === 'folder'));
    return ignored
      ? { is: 'trouble', path, trouble: { code: 'occupied' } }
      : { is: 'rescan', folder: parentPath(path) };
  }

  #do(step: LocalStep): Promise<StepOutcome> {
    switch (step.do) {
      case 'makeFolder':
        return this.#make(step, (path) => this.#parts.disk.makeFolder(path));
      case 'makeSymlink':
        return this.#make(step, (path) => this.#parts.disk.makeSymlink(path, step.target));
      case 'move':
        return this.#move(step.id, step.to);
      case 'park':
        return this.#park(step.id, step.to);
      case 'trash':
        return this.#trash(step.id);
      case 'drop':
        return this.#drop(step.id);
      case 'setAside':
        return this.#setAside(step);
      case 'setAttributes':
        return this.#setAttributes(step.id);
      case 'retarget':
        return this.#retarget(step.id, step.target);
      default:
        return absurd(step);
    }
  }

  #targetOf(step: LocalStep): RelPath | null {
    return 'to' in step ? this.#pathAt(step.to) : null;
  }
  #pathAt(place: Place): RelPath | null {
    const folder = localPathOf(this.#parts.journal, place.parentId);
    return folder === null ? null : joinPath(folder, place.name);
  }

  /** Another entry was to leave that name, and could not: what has it now has to be looked at first. */
  async #isTaken(id: EntryId, { parentId, name }: Place): Promise<boolean> {
    const isAnothers = () => (this.#parts.journal.localAt(parentId, name) ?? id) !== id;
    if (!isAnothers()) return false;
    await this.#flush();
    return isAnothers();
  }

  /** Path and local state of an entry that a step changes. */
  #present(id: EntryId): { path: RelPath; local: LocalPresent } {
    const path = localPathOf(this.#parts.journal, id);
    const { local } = this.#parts.journal.get(id);
    if (path === null || local.is === 'absent') throw new MovedUnderUs('' as RelPath);
    return { path, local };
  }

  #settle(id: EntryId, settled: Omit<Settled, 'sinceMs'>): void {
    const sinceMs = this.#sinceMs;
    this.#records.push(() => recordSettled(this.#parts, id, { ...settled, sinceMs }));
  }

  async #make(
    step: { id: EntryId; to: Place; target?: string },
    make: (path: RelPath) => Promise<void>,
  ): Promise<StepOutcome> {
    const path = this.#pathAt(step.to);
    if (path === null) return { is: 'rescan', folder: '' as RelPath };
    if (await this.#isTaken(step.id, step.to)) return { is: 'rescan', folder: parentPath(path) };
    await make(path);
    const node = await this.#parts.disk.look(path);
    const isOurs = node?.kind === (step.target === undefined ? 'folder' : 'symlink');
    if (node === null || !isOurs) throw new MovedUnderUs(path);
    this.#touched.add(parentPath(path));
    this.#settle(step.id, { node, place: step.to, target: step.target ?? null });
    return done('madeHere', path);
  }

  async #move(id: EntryId, to: Place, as: 'move' | 'park' = 'move'): Promise<StepOutcome> {
    const { path, local } = this.#present(id);
    const target = this.#pathAt(to);
    if (target === null) return { is: 'rescan', folder: parentPath(path) };
    if (await this.#isTaken(id, to)) return { is: 'rescan', folder: parentPath(target) };
    await expectNode(this.#parts.disk, path, { kind: local.body.kind, stamp: local.stamp });
    const way = { id, from: path, to: target, into: to.parentId, as: { is: as } };
    const node = await this.#takeTo(way);
    this.#touched.add(parentPath(path)).add(parentPath(target));
    const linksTo = local.body.kind === 'symlink' ? local.body.target : null;
    this.#settle(id, { node, place: to, target: linksTo });
    return done('movedHere', target, path);
  }

  /** What is there now may be something new already; an entry keeps its kind, so that is for the scan to see. */
  async #takeTo(way: Omit<MoveUnderWay, 'inode' | 'birthtimeNs' | 'links'>): Promise<DiskNode> {
    const { journal, disk } = this.#parts;
    const { id, to } = way;
    const { local } = this.#present(id);
    const note = ({ stamp: { inode, birthtimeNs }, links }: DiskNode) =>
      journal.noteMove({ ...way, inode, birthtimeNs, links });
    const { node, isOver } = await moveWithoutReplacing(disk, { ...way, label: labelOf(this.#parts), note });
    if (node.kind !== local.body.kind) throw new MovedUnderUs(to);
    this.#touched.add(layout.aside);
    if (isOver) this.#records.push(() => journal.dropMove(id, to));
    return node;
  }

  /** Under a name that anyone may see: if we are stopped now, it is simply a file that was renamed. */
  async #park(id: EntryId, to: Place): Promise<StepOutcome> {
    const outcome = await this.#move(id, to, 'park');
    return outcome.is === 'done' ? { is: 'done', activity: null } : outcome;
  }

  async #trash(id: EntryId): Promise<StepOutcome> {
    const { path, local } = this.#present(id);
    const { disk, clock } = this.#parts;
    if (local.body.kind === 'folder') {
      await expectNode(disk, path, { kind: 'folder', stamp: local.stamp });
      return this.#removeFolder(id, path, 'deletedHere');
    }
    const aside = await takeExpected(this.#parts, { id, path, local });
    const trash = await trashPathFor(disk, path, { day: dayOf(clock.nowMs()), tag: id.slice(0, 8) });
    await disk.rename(aside, trash);
    this.#touched.add(parentPath(path)).add(layout.aside).add(parentPath(trash));
    this.#forget(id);
    return done('deletedHere', path);
  }

  /** The server has it: what it is here may go for good, if it is what both sides agreed on. */
  async #drop(id: EntryId): Promise<StepOutcome> {
    const { local } = this.#parts.journal.get(id);
    if (local.is === 'absent') {
      this.#leave(id);
      return { is: 'done', activity: null };
    }
    const { path } = this.#present(id);
    if (local.body.kind === 'folder') {
      await expectNode(this.#parts.disk, path, { kind: 'folder', stamp: local.stamp });
      return this.#removeFolder(id, path, 'leftOut');
    }
    await moveOut(this.#parts, { id, path, local });
    this.#touched.add(parentPath(path)).add(layout.aside);
    this.#leave(id);
    return { is: 'done', activity: null };
  }

  /** Its entries are gone already. What is left inside was not synced: it stays, and so does the folder. */
  async #removeFolder(id: EntryId, path: RelPath, why: 'deletedHere' | 'leftOut'): Promise<StepOutcome> {
    await this.#flush();
    if (this.#parts.journal.localChildren(id).length > 0) return { is: 'rescan', folder: path };
    try {
      await this.#parts.disk.removeFolder(path);
    } catch (error) {
      if (!isDiskError(error, 'notEmpty')) throw error;
      if (!(await this.#holdsOnlyIgnored(path))) return { is: 'rescan', folder: path };
      this.#records.push(() =>
        this.#parts.journal.setDetachedFolders([...this.#parts.journal.detachedFolders(), path]),
      );
    }
    this.#touched.add(parentPath(path));
    if (why === 'leftOut') this.#leave(id);
    else this.#forget(id);
    return done(why, path);
  }

  /** Something, and nothing but ignored files and folders that stay for such files themselves. */
  async #holdsOnlyIgnored(folder: RelPath): Promise<boolean> {
    const detached = new Set(this.#parts.journal.detachedFolders());
    const left = await this.#parts.disk.list(folder);
    const stays = left.every(({ shown, node }) => {
      const path = joinPath(folder, shown as EntryName);
      return detached.has(path) || this.#ignore.isIgnored(path, node.kind === 'folder');
    });
    return stays && left.length > 0;
  }

  #forget(id: EntryId): void {
    this.#records.push(() =>
      this.#parts.journal.set(id, { base: null, local: LOCAL_ABSENT, remote: REMOTE_ABSENT }),
    );
  }

  #leave(id: EntryId): void {
    const { journal } = this.#parts;
    this.#records.push(() => journal.set(id, { ...journal.get(id), base: null, local: LOCAL_ABSENT }));
  }

  async #setAside({ id, name, copyId }: Extract<LocalStep, { do: 'setAside' }>): Promise<StepOutcome> {
    const { path, local } = this.#present(id);
    const to = joinPath(parentPath(path), name);
    await expectNode(this.#parts.disk, path, { kind: local.body.kind, stamp: local.stamp });
    const way = { id, from: path, to, into: local.parentId, as: { is: 'copy', copyId } } as const;
    const node = await this.#takeTo(way);
    const sinceMs = this.#sinceMs;
    this.#touched.add(parentPath(path));
    this.#records.push(() =>
      recordSetAside(this.#parts, id, { copyId, local, from: path, to, node, sinceMs }),
    );
    return done('conflict', path, name);
  }

  /**
   * RACE: a save between look and change would hide behind the time that we set. So the content counts as unread
   * afterwards: it is read once more before anyone agrees on it.
   */
  async #setAttributes(id: EntryId): Promise<StepOutcome> {
    const { path, local } = this.#present(id);
    const { disk, journal } = this.#parts;
    const { remote } = journal.get(id);
    if (remote.is === 'absent' || remote.body.kind !== 'file' || local.body.kind !== 'file')
      return { is: 'done', activity: null };
    const { executable } = remote.body;
    await expectNode(disk, path, { kind: 'file', stamp: local.stamp });
    await disk.setAttributes(path, { executable, mtimeMs: remote.mtimeMs });
    const node = await disk.look(path);
    if (node?.kind !== 'file') throw new MovedUnderUs(path);
    const body = { kind: 'file', contentId: null, sizeBytes: node.stamp.sizeBytes, executable } as const;
    this.#records.push(() => {
      const now: LocalPresent = { ...local, body, mtimeMs: remote.mtimeMs, stamp: node.stamp };
      journal.set(id, { base: journal.get(id).base, local: now, remote });
    });
    return { is: 'done', activity: null };
  }

  /** A symlink has no content to write: a new one is made and swapped in like a file. */
  async #retarget(id: EntryId, target: string): Promise<StepOutcome> {
    const { path, local } = this.#present(id);
    const { disk } = this.#parts;
    const made = joinPath(layout.temporary, `link-${id}` as EntryName);
    await disk.unlink(made).catch(ignoreMissing);
    await disk.makeSymlink(made, target);
    const { node } = await swapIn(this.#parts, {
      id,
      temporary: made,
      path,
      expected: local,
      label: labelOf(this.#parts),
    });
    this.#touched.add(parentPath(path)).add(layout.aside);
    this.#settleLink(id, node, target);
    return done('downloaded', path);
  }

  #settleLink(id: EntryId, node: DiskNode, target: string): void {
    this.#records.push(() => {
      const { base, local, remote } = this.#parts.journal.get(id);
      if (local.is === 'absent' || remote.is === 'absent') return;
      const now: LocalPresent = { ...local, body: { kind: 'symlink', target }, stamp: node.stamp };
      this.#parts.journal.set(id, { base: agreeOn(base, now, remote as RemotePresent), local: now, remote });
    });
  }
}

/** Faults that mean that the disk is not as the journal has it. */
const NOT_AS_EXPECTED = new Set<DiskFault>(['missing', 'notFolder', 'linkedParent', 'wrongKind', 'isFolder']);

/** Records that wait for one sync of their folders, at most. */
const RECORDS_PER_BATCH = 200;

function done(kind: ActivityKind, path: RelPath, detail = ''): StepOutcome {
  return { is: 'done', activity: { kind, path, detail } };
}

function ignoreMissing(error: unknown): void {
  if (!isDiskError(error, 'missing')) throw error;
}
