import type { EntryId } from '@tidesync/shared/ids';
import type { EntryName } from '@tidesync/shared/names';
import type { Op } from '@tidesync/shared/wire/sync';
import { conflictName } from './conflict-name.ts';
import { isAgreed } from './decide.ts';
import type { LocalPresent, LocalState, Place, RemoteState, Triple } from './entry.ts';
import type { Fate, Fates } from './fates.ts';
import { createFates } from './fates.ts';
import { foldName } from './name-rules.ts';
import type { OccupantOf } from './occupant.ts';
import { createOccupants } from './occupant.ts';
import type { TreeEdit } from './order-edits.ts';
import { orderEdits } from './order-edits.ts';
import type { LocalStep, Plan, PlanContext } from './plan.ts';
import { findRebinds } from './rebind.ts';
import type { Trees } from './trees.ts';
import type { Ways } from './ways.ts';
import { createWays } from './ways.ts';

interface HereEdit extends TreeEdit {
  /** A fetch makes its file when the steps are done, but has to find its name free like them. */
  readonly step: LocalStep | { readonly do: 'fetch'; readonly id: EntryId };
}
interface ThereEdit extends TreeEdit {
  readonly op: Op;
}
type MergeFate = Extract<Fate, { is: 'merge' }>;
type ComingFate = Extract<Fate, { is: 'merge' | 'makeHere' | 'makeThere' }>;

/** How many entries are asked for at first, for each step that a part may have: some call for none. */
const IDS_PER_STEP = 4;

/**
 * The pure decision of one round: what to do so that the three trees become equal.
 * Reads only dirty entries, excluded ones that are here, and what they touch; planning them equals planning everything.
 * Deterministic in trees, context and the ids the context draws. Rules: docs/spec/sync.md.
 */
export function planRound(trees: Trees, context: PlanContext): Plan {
  const round = new Round(trees, context);
  const considered: EntryId[] = [];
  let isPart = false;
  for (const id of wantedIds(trees, context)) {
    isPart = round.stepCount >= (context.stepsMax ?? Number.POSITIVE_INFINITY);
    if (isPart) break;
    round.consider(id);
    considered.push(id);
  }
  const rebinds = findRebinds(trees, context, considered);
  return { ...(rebinds.length === 0 ? round : new Round(trees, context)).finish(), rebinds, isPart };
}

/** What a plan looks at, each once. A part of a large root is most often drawn without asking for all of it. */
function* wantedIds(trees: Trees, { leaving, stepsMax }: PlanContext): Generator<EntryId> {
  const told = new Set<EntryId>();
  let max = (stepsMax ?? Number.POSITIVE_INFINITY) * IDS_PER_STEP;
  for (let isAll = false; !isAll; max *= IDS_PER_STEP) {
    const dirty = trees.dirtyIds(max);
    isAll = dirty.length < max;
    for (const id of dirty.slice(told.size)) {
      told.add(id);
      yield id;
    }
  }
  for (const id of leaving) if (!told.has(id)) yield id;
}

class Round {
  readonly #trees: Trees;
  readonly #context: PlanContext;
  readonly #fates: Fates;
  readonly #ways: Ways;
  readonly #occupantHere: OccupantOf;
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
    excluded: [] as EntryId[],
  };

  constructor(trees: Trees, context: PlanContext) {
    this.#trees = trees;
    this.#context = context;
    this.#occupantHere = createOccupants(trees, context.rules);
    this.#fates = createFates(trees, context);
    this.#ways = createWays({ trees, context, fates: this.#fates, occupantHere: this.#occupantHere });
  }

  consider(id: EntryId): void {
    const fate = this.#fates.of(id);
    const triple = this.#trees.get(id);
    if (fate.is === 'settled') this.#settled(id);
    else this.#act(id, triple, fate);
  }

  #settled(id: EntryId): void {
    if (this.#context.isExcluded(id) && !this.#context.isMasked(id)) this.#lists.excluded.push(id);
  }

  #act(id: EntryId, triple: Triple, fate: Exclude<Fate, { is: 'settled' }>): void {
    if (fate.is === 'forget') this.#lists.agreed.push(id);
    else if (fate.is === 'read') this.#lists.reads.push(id);
    else if (fate.is === 'prove') this.#lists.proofs.push(id);
    else if (fate.is === 'frozen' || fate.is === 'heldDelete') this.#lists.waiting.push(id);
    else if (fate.is === 'held') this.#lists.held.push({ id, trouble: fate.trouble });
    else if (fate.is === 'drop') this.#drop(id, triple);
    else if (fate.is === 'deleteHere') this.#editHere(triple, null, { do: 'trash', id });
    else if (fate.is === 'deleteThere') this.#deleteThere(id, triple);
    else this.#makeOrMerge(id, triple, fate);
  }

  /** Steps so far; what has to wait for others counts, too, until they are ordered. */
  get stepCount(): number {
    const { agreed, reads, uploads, proofs } = this.#lists;
    const lists = [
      agreed,
      reads,
      uploads,
      proofs,
      this.#here,
      this.#there,
      this.#hereInPlace,
      this.#thereInPlace,
    ];
    return lists.reduce((sum, list) => sum + list.length, 0);
  }

  finish(): Omit<Plan, 'rebinds' | 'isPart'> {
    const local = this.#orderedHere();
    const ops = this.#orderedThere();
    return { ...this.#lists, local, ops };
  }

  #makeOrMerge(id: EntryId, triple: Triple, fate: ComingFate): void {
    const { local } = triple;
    const conflict = fate.is === 'merge' && fate.content === 'conflict';
    const givesWay = conflict || this.#ways.there(id).is === 'setAside';
    if (givesWay && local.is === 'present') this.#setAside(id, local, conflict);
    else if (fate.is === 'merge') this.#merge(id, triple, fate);
    else if (!this.#hasWay(id)) return;
    else if (fate.is === 'makeHere') this.#makeHere(id, triple);
    else this.#makeThere(id, triple);
  }

  /** Names and parents: true if nothing stands in the way of this entry's own place. */
  #hasWay(id: EntryId): boolean {
    for (const way of [this.#ways.there(id), this.#ways.here(id)]) {
      if (way.is === 'wait') this.#lists.waiting.push(id);
      if (way.is === 'held') this.#lists.held.push({ id, trouble: way.trouble });
      if (way.is !== 'free') return false;
    }
    return true;
  }

  #setAside(id: EntryId, local: LocalPresent, split: boolean): void {
    const isFree = (name: EntryName) =>
      this.#occupantHere({ parentId: local.parentId, name }) === null &&
      this.#trees.remoteAt(local.parentId, name) === null &&
      !this.#claimed.has(`${local.parentId}/${foldName(this.#context.rules, name)}`);
    const name = conflictName(local.name, this.#context.label, isFree);
    this.#claimed.add(`${local.parentId}/${foldName(this.#context.rules, name)}`);
    const copyId = split ? this.#context.newEntryId() : null;
    this.#here.push({
      id,
      from: local,
      to: { parentId: local.parentId, name },
      step: { do: 'setAside', id, name, copyId },
    });
  }

  #editHere({ local }: Triple, to: Place | null, step: HereEdit['step']): void {
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
    else if (remote.body.kind === 'file') this.#editHere(triple, to, { do: 'fetch', id });
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

  /** What is not here has only to be forgotten. */
  #drop(id: EntryId, triple: Triple): void {
    if (triple.local.is === 'present') this.#editHere(triple, null, { do: 'drop', id });
    else this.#hereInPlace.push({ do: 'drop', id });
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
    if (isAgreed(fate)) this.#lists.agreed.push(id);
    // A name that is taken holds back no edit of the content.
    if (this.#hasWay(id)) this.#mergePlace(id, triple, fate);
    this.#mergeAttributes(id, triple, fate);
    if (fate.content === 'push') this.#pushContent(id, triple);
    if (fate.content === 'pull') this.#pullContent(id, triple);
  }

  #mergePlace(id: EntryId, triple: Triple, { place }: MergeFate): void {
    const { local, remote } = triple;
    if (local.is === 'absent' || remote.is === 'absent') return;
    if (place === 'push') {
      const { parentId, name } = local;
      const basePlaceSeq = remote.versions.placeSeq;
      this.#editThere(triple, local, { op: 'move', entryId: id, basePlaceSeq, parentId, name });
    }
    if (place === 'pull') {
      const to: Place = { parentId: remote.parentId, name: remote.name };
      this.#editHere(triple, to, { do: 'move', id, to });
    }
  }

  /** While content is on its way its attributes wait: the time goes with the bytes, and the rest follows them. */
  #mergeAttributes(id: EntryId, { local, remote }: Triple, { attributes, content }: MergeFate): void {
    if (local.is === 'absent' || remote.is === 'absent' || local.body.kind !== 'file') return;
    if (attributes === 'push' && content !== 'push') {
      const { body, mtimeMs } = local;
      const baseAttributesSeq = remote.versions.attributesSeq;
      const { executable } = body;
      this.#thereInPlace.push({ op: 'attributes', entryId: id, baseAttributesSeq, executable, mtimeMs });
    }
    if (attributes === 'pull' && content !== 'pull' && content !== 'push')
      this.#hereInPlace.push({ do: 'setAttributes', id });
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
    const trees = this.#trees;
    const { rules, isMasked } = this.#context;
    const { ordered, waiting } = orderEdits({
      edits: this.#here,
      parkedUntil: 'placed',
      tree: {
        topId: trees.topId,
        placeOf: (id) => present(trees.get(id).local),
        occupant: this.#occupantHere,
        children: (folder) => trees.localChildren(folder).filter((child) => !isMasked(child)),
        foldName: (name) => foldName(rules, name),
      },
    });
    this.#lists.waiting.push(...waiting.map(({ id }) => id));
    const steps: LocalStep[] = [];
    for (const one of ordered) {
      const { edit } = one;
      if (one.do === 'park') steps.push({ do: 'park', id: edit.id, to: one.to });
      else if (edit.step.do === 'fetch') this.#lists.fetches.push(edit.id);
      else steps.push(edit.step);
    }
    return [...steps, ...this.#hereInPlace];
  }

  /** A ring of moves in the remote tree takes two commits: others may see the parked name for a moment. */
  #orderedThere(): Op[] {
    const trees = this.#trees;
    const { ordered, waiting } = orderEdits({
      edits: this.#there,
      parkedUntil: 'nextPlan',
      tree: {
        topId: trees.topId,
        placeOf: (id) => present(trees.get(id).remote),
        occupant: (place) => trees.remoteAt(place.parentId, place.name),
        children: (folder) => trees.remoteChildren(folder),
        foldName: (name) => name,
      },
    });
    this.#lists.waiting.push(...waiting.map(({ id }) => id));
    const ops = ordered.map((one): Op => {
      const { op } = one.edit;
      return one.do === 'park' && op.op === 'move' ? { ...op, ...one.to } : op;
    });
    return [...ops, ...this.#thereInPlace];
  }
}

/** Where the entry is in that tree, if it is. */
function present(state: LocalState | RemoteState): Place | null {
  return state.is === 'present' ? state : null;
}
