import type { EntryId } from '@tidesync/shared/ids';
import type { EntryName } from '@tidesync/shared/names';
import type { Op } from '@tidesync/shared/wire/sync';
import { conflictName } from './conflict-name.ts';
import { isAgreed } from './decide.ts';
import type { LocalPresent, Place, Triple } from './entry.ts';
import type { Fate, Fates } from './fates.ts';
import { createFates } from './fates.ts';
import type { TreeEdit } from './order-edits.ts';
import { orderEdits } from './order-edits.ts';
import type { LocalStep, Plan, PlanContext } from './plan.ts';
import { findRebinds } from './rebind.ts';
import type { Trees } from './trees.ts';

interface HereEdit extends TreeEdit {
  readonly step: LocalStep;
}
interface ThereEdit extends TreeEdit {
  readonly op: Op;
}
type MergeFate = Extract<Fate, { is: 'merge' }>;

/**
 * The pure decision of one round: what to do so that the three trees become equal.
 * Reads only dirty entries and those they touch; planning them equals planning everything.
 * Deterministic in trees, context and the ids the context draws. Rules: docs/spec/sync.md.
 */
export function planRound(trees: Trees, context: PlanContext): Plan {
  const dirty = trees.dirtyIds();
  const rebinds = findRebinds(trees, context, dirty);
  const round = new Round(trees, context);
  if (rebinds.length === 0) for (const id of dirty) round.consider(id);
  return { ...round.finish(), rebinds };
}

class Round {
  readonly #trees: Trees;
  readonly #context: PlanContext;
  readonly #fates: Fates;
  readonly #here: HereEdit[] = [];
  readonly #there: ThereEdit[] = [];
  readonly #hereInPlace: LocalStep[] = [];
  readonly #thereInPlace: Op[] = [];
  readonly #claimed = new Set<string>();
  readonly #lists = {
    agreed: [] as EntryId[],
    reads: [] as EntryId[],
    uploads: [] as Plan['uploads'][number][],
    fetches: [] as EntryId[],
    held: [] as Plan['held'][number][],
    proofs: [] as EntryId[],
    waiting: [] as EntryId[],
  };

  constructor(trees: Trees, context: PlanContext) {
    this.#trees = trees;
    this.#context = context;
    this.#fates = createFates(trees, context);
  }

  consider(id: EntryId): void {
    const fate = this.#fates.of(id);
    const triple = this.#trees.get(id);
    if (fate.is === 'settled') return;
    if (fate.is === 'forget') this.#lists.agreed.push(id);
    else if (fate.is === 'read') this.#lists.reads.push(id);
    else if (fate.is === 'prove') this.#lists.proofs.push(id);
    else if (fate.is === 'frozen') this.#lists.waiting.push(id);
    else if (fate.is === 'held') this.#lists.held.push({ id, trouble: fate.trouble });
    else if (fate.is === 'deleteHere') this.#editHere(triple, null, { do: 'trash', id });
    else if (fate.is === 'deleteThere') this.#deleteThere(id, triple);
    else if (this.#hasWay(id, triple, fate)) this.#act(id, triple, fate);
  }

  finish(): Omit<Plan, 'rebinds'> {
    return { ...this.#lists, local: this.#orderedHere(), ops: this.#orderedThere() };
  }

  #act(id: EntryId, triple: Triple, fate: Fate): void {
    if (fate.is === 'makeHere') this.#makeHere(id, triple);
    else if (fate.is === 'makeThere') this.#makeThere(id, triple);
    else if (fate.is === 'merge') this.#merge(id, triple, fate);
  }

  /** Names and parents: true if nothing stands in the way of this entry's own steps. */
  #hasWay(id: EntryId, { local }: Triple, fate: Fate): boolean {
    const conflict = fate.is === 'merge' && fate.content === 'conflict';
    const there = this.#fates.wayThere(id);
    if ((conflict || there.is === 'setAside') && local.is === 'present') {
      this.#setAside(id, local, conflict);
      return false;
    }
    for (const way of [there, this.#fates.wayHere(id)]) {
      if (way.is === 'wait') this.#lists.waiting.push(id);
      if (way.is === 'held') this.#lists.held.push({ id, trouble: way.trouble });
      if (way.is !== 'free') return false;
    }
    return true;
  }

  #setAside(id: EntryId, local: LocalPresent, split: boolean): void {
    const isFree = (name: EntryName) =>
      this.#trees.localAt(local.parentId, name) === null &&
      this.#trees.remoteAt(local.parentId, name) === null &&
      !this.#claimed.has(`${local.parentId}/${name}`);
    const name = conflictName(local.name, this.#context.label, isFree);
    this.#claimed.add(`${local.parentId}/${name}`);
    const copyId = split ? this.#context.newEntryId() : null;
    this.#here.push({
      id,
      from: local,
      to: { parentId: local.parentId, name },
      step: { do: 'setAside', id, name, copyId },
    });
  }

  #editHere({ local }: Triple, to: Place | null, step: LocalStep): void {
    this.#here.push({ id: step.id, from: local.is === 'present' ? local : null, to, step });
  }
  #editThere({ remote }: Triple, to: Place | null, op: Op): void {
    this.#there.push({ id: op.entryId, from: remote.is === 'present' ? remote : null, to, op });
  }

  #makeHere(id: EntryId, triple: Triple): void {
    const { remote } = triple;
    if (remote.is === 'absent') return;
    const to: Place = { parentId: remote.parentId, name: remote.name };
    if (remote.body.kind === 'folder') this.#editHere(triple, to, { do: 'makeFolder', id, to });
    else if (remote.body.kind === 'file') this.#lists.fetches.push(id);
    else this.#editHere(triple, to, { do: 'makeSymlink', id, to, target: remote.body.target });
  }

  #makeThere(id: EntryId, triple: Triple): void {
    const { local } = triple;
    if (local.is === 'absent') return;
    const { parentId, name, body, mtimeMs } = local;
    const create = (body: Extract<Op, { op: 'create' }>['body']) =>
      this.#editThere(triple, local, { op: 'create', entryId: id, parentId, name, mtimeMs, body });
    if (body.kind !== 'file') create(body);
    else if (body.contentId === null) return;
    else if (!this.#context.isStaged(body.contentId))
      this.#lists.uploads.push({ id, contentId: body.contentId });
    else create({ kind: 'file', contentId: body.contentId, executable: body.executable });
  }

  #deleteThere(id: EntryId, triple: Triple): void {
    if (triple.remote.is === 'absent') return;
    const { contentSeq, placeSeq } = triple.remote.versions;
    this.#editThere(triple, null, {
      op: 'delete',
      entryId: id,
      baseContentSeq: contentSeq,
      basePlaceSeq: placeSeq,
    });
  }

  #merge(id: EntryId, triple: Triple, fate: MergeFate): void {
    const { local, remote } = triple;
    if (local.is === 'absent' || remote.is === 'absent') return;
    if (isAgreed(fate)) this.#lists.agreed.push(id);
    if (fate.place === 'push') {
      const { parentId, name } = local;
      this.#editThere(triple, local, {
        op: 'move',
        entryId: id,
        basePlaceSeq: remote.versions.placeSeq,
        parentId,
        name,
      });
    }
    if (fate.place === 'pull') {
      const to: Place = { parentId: remote.parentId, name: remote.name };
      this.#editHere(triple, to, { do: 'move', id, to });
    }
    if (fate.attributes === 'push' && local.body.kind === 'file') {
      const { executable } = local.body;
      const baseAttributesSeq = remote.versions.attributesSeq;
      this.#thereInPlace.push({
        op: 'attributes',
        entryId: id,
        baseAttributesSeq,
        executable,
        mtimeMs: local.mtimeMs,
      });
    }
    if (fate.attributes === 'pull' && fate.content !== 'pull')
      this.#hereInPlace.push({ do: 'setAttributes', id });
    if (fate.content === 'push') this.#pushContent(id, triple);
    if (fate.content === 'pull') this.#pullContent(id, triple);
  }

  #pushContent(id: EntryId, { local, remote }: Triple): void {
    if (local.is === 'absent' || remote.is === 'absent') return;
    const { body, mtimeMs } = local;
    const baseContentSeq = remote.versions.contentSeq;
    if (body.kind === 'symlink') {
      this.#thereInPlace.push({ op: 'retarget', entryId: id, baseContentSeq, target: body.target, mtimeMs });
    }
    if (body.kind !== 'file' || body.contentId === null) return;
    const { contentId } = body;
    if (!this.#context.isStaged(contentId)) this.#lists.uploads.push({ id, contentId });
    else this.#thereInPlace.push({ op: 'write', entryId: id, baseContentSeq, contentId, mtimeMs });
  }

  #pullContent(id: EntryId, { remote }: Triple): void {
    if (remote.is === 'absent') return;
    if (remote.body.kind === 'file') this.#lists.fetches.push(id);
    if (remote.body.kind === 'symlink')
      this.#hereInPlace.push({ do: 'retarget', id, target: remote.body.target });
  }

  #orderedHere(): LocalStep[] {
    const ordered = orderEdits({
      edits: this.#here,
      occupant: (place) => this.#trees.localAt(place.parentId, place.name),
      children: (folder) => this.#trees.localChildren(folder),
    });
    const steps = ordered.map(
      (one): LocalStep => (one.do === 'park' ? { do: 'park', id: one.edit.id } : one.edit.step),
    );
    return [...steps, ...this.#hereInPlace];
  }

  /** A ring of moves in the remote tree goes in two commits: others may see the parked name for a moment. */
  #orderedThere(): Op[] {
    const ordered = orderEdits({
      edits: this.#there,
      occupant: (place) => this.#trees.remoteAt(place.parentId, place.name),
      children: (folder) => this.#trees.remoteChildren(folder),
    });
    const parked = new Set<EntryId>();
    const ops: Op[] = [];
    for (const { do: what, edit } of ordered) {
      if (what === 'park' && edit.op.op === 'move') {
        parked.add(edit.id);
        ops.push({
          ...edit.op,
          parentId: edit.from?.parentId ?? edit.op.parentId,
          name: parkedName(edit.id),
        });
      } else if (!parked.has(edit.id)) ops.push(edit.op);
    }
    return [...ops, ...this.#thereInPlace];
  }
}

function parkedName(id: EntryId): EntryName {
  return `.tidesync-moving-${id.slice(0, 8)}` as EntryName;
}
