import { fileSizeFault, fileTypeFault } from '@tidesync/shared/file-policy';
import type { EntryId } from '@tidesync/shared/ids';
import { limits } from '@tidesync/shared/limits';
import type { Decision } from './decide.ts';
import { decide } from './decide.ts';
import type { Place } from './entry.ts';
import { decideExcluded } from './excluded.ts';
import { isParkingNameOf } from './order-edits.ts';
import type { PlanContext } from './plan.ts';
import type { Trees } from './trees.ts';
import type { PathTrouble } from './trouble.ts';
import { troubleOfRefusal } from './trouble.ts';

/** What becomes of an entry once parents, children and cycles have had their say. */
export type Fate =
  | Decision
  | { readonly is: 'frozen' }
  /** Left out on this device: it goes here, and only here. */
  | { readonly is: 'drop' }
  /** Gone here, and its delete may not leave yet (S28). */
  | { readonly is: 'heldDelete' }
  | { readonly is: 'held'; readonly trouble: PathTrouble };

/** Two trees as deep as can be, one hung into the other: a longer way up goes in a circle. */
const DEPTH_MAX = 2 * limits.pathDepthMax;

export interface Fates {
  of(id: EntryId): Fate;
  /** Where the entry is to be put in the remote tree by this device, if it is. */
  wantedThere(id: EntryId): Place | null;
  wantedHere(id: EntryId): Place | null;
}

/**
 * Decisions in their surroundings. Each question is answered once per round and may ask about other entries:
 * Decision → cycles (S16) → children's fates (a folder with survivors survives, S14). Names and parents come
 * after (ways.ts).
 */
export function createFates(trees: Trees, context: PlanContext): Fates {
  const decided = remembered((id): Fate => {
    if (context.isMasked(id)) return { is: 'settled' };
    if (context.isFrozen(id)) return { is: 'frozen' };
    return leaving(context, trees, id) ?? forViewer(context, withinPolicy(context, trees, id));
  });

  /** The parent in the remote tree once all that this device wants to move or make there is done. */
  const parentThere = (id: EntryId): EntryId | null => {
    const fate = decided(id);
    const { local, remote } = trees.get(id);
    const moves = fate.is === 'merge' && fate.place === 'push';
    if (local.is === 'present' && (moves || remote.is === 'absent')) return local.parentId;
    return remote.is === 'present' ? remote.parentId : null;
  };

  /** Our move and a move of others would put folders inside each other: ours is taken back (S16). */
  const closesCycle = (id: EntryId): boolean => {
    let parent = parentThere(id);
    for (let depth = 0; parent !== null && parent !== trees.topId; depth++) {
      if (parent === id || depth > DEPTH_MAX) return true;
      parent = parentThere(parent);
    }
    return false;
  };

  const afterCycles = (id: EntryId): Fate => {
    const fate = decided(id);
    const moves = fate.is === 'merge' && fate.place === 'push';
    return moves && closesCycle(id) ? { ...fate, place: 'pull' } : fate;
  };

  /** A folder is deleted only if all that is in it goes too; otherwise it is made again where it is missing. */
  const afterChildren = (id: EntryId, decision: Fate): Fate => {
    if (decision.is !== 'deleteHere' && decision.is !== 'deleteThere') return decision;
    const here = decision.is === 'deleteHere';
    // What is masked here may stay behind, detached; the server would refuse to delete the folder around it.
    const children = here
      ? trees.localChildren(id).filter((child) => !context.isMasked(child))
      : trees.remoteChildren(id);
    const verdicts = new Set(children.map((child) => verdictOn(of(child), here)));
    if (verdicts.has('stays')) return { is: here ? 'makeThere' : 'makeHere', why: 'outlived' };
    return verdicts.has('waits') ? { is: 'frozen' } : decision;
  };

  const of: (id: EntryId) => Fate = remembered((id): Fate => {
    const fate = afterCycles(id);
    if (fate.is === 'held') return fate;
    const whole = afterChildren(id, fate);
    return forViewer(context, fate.is === 'deleteThere' ? afterHold(context, id, whole) : whole);
  });

  /** The entry merges, and its place goes that way. */
  const moves = (id: EntryId, way: 'push' | 'pull'): boolean => {
    const fate = of(id);
    return fate.is === 'merge' && fate.place === way && fate.content !== 'conflict';
  };
  const wantedThere = (id: EntryId): Place | null => {
    const { local } = trees.get(id);
    const wanted = of(id).is === 'makeThere' || moves(id, 'push');
    return wanted && local.is === 'present' ? local : null;
  };
  const wantedHere = (id: EntryId): Place | null => {
    const { remote } = trees.get(id);
    const wanted = of(id).is === 'makeHere' || moves(id, 'pull');
    return wanted && remote.is === 'present' ? remote : null;
  };

  return { of, wantedThere, wantedHere };
}

/** A delete, after the children: what survives in a folder brings the folder back, whether or not it is held. */
function afterHold(context: PlanContext, id: EntryId, fate: Fate): Fate {
  const leaves = fate.is === 'deleteThere' || fate.is === 'frozen';
  return leaves && context.mayWrite && !context.mayDelete(id) ? { is: 'heldDelete' } : fate;
}

/** Each question is answered once in a round. */
export function remembered<V>(answer: (id: EntryId) => V): (id: EntryId) => V {
  const answers = new Map<EntryId, V>();
  return (id) => {
    const known = answers.get(id);
    if (known !== undefined) return known;
    const value = answer(id);
    answers.set(id, value);
    return value;
  };
}

function leaving(context: PlanContext, trees: Trees, id: EntryId): Fate | null {
  return context.isExcluded(id) ? decideExcluded(trees.get(id)) : null;
}

/** A file that the server does not take is not even read (S25, S27). */
function withinPolicy({ files }: PlanContext, trees: Trees, id: EntryId): Fate {
  const { base, local } = trees.get(id);
  const decision = backInPlace(trees, id);
  if (decision.is !== 'read' || local.is === 'absent' || local.body.kind !== 'file') return decision;
  // What the server has under that name it has taken once; if the content is another now, only reading can tell.
  const isNew = base === null && trees.remoteAt(local.parentId, local.name) === null;
  const typeFault = isNew ? fileTypeFault(files, local.name) : null;
  const fault = fileSizeFault(files, local.body.sizeBytes) ?? typeFault;
  return fault === null ? decision : { is: 'held', trouble: troubleOfRefusal(fault) };
}

/** Under the name that puts it out of the way of others nobody has called it: a step was stopped (T14). */
function backInPlace(trees: Trees, id: EntryId): Decision {
  const { local } = trees.get(id);
  const decision = decide(trees.get(id));
  if (decision.is !== 'merge' || decision.place !== 'push' || local.is === 'absent') return decision;
  const isParked = local.parentId === trees.topId && isParkingNameOf(local.name, id);
  return isParked ? { ...decision, place: 'pull' } : decision;
}

/** What a viewer changed stays as it is: never sent, never overwritten (S18). */
function forViewer(context: PlanContext, fate: Fate): Fate {
  if (context.mayWrite) return fate;
  const pushes =
    fate.is === 'makeThere' ||
    fate.is === 'deleteThere' ||
    (fate.is === 'merge' &&
      [fate.place, fate.content, fate.attributes].some((a) => a === 'push' || a === 'conflict'));
  return pushes ? { is: 'held', trouble: { code: 'readOnlyMember' } } : fate;
}

/** Whether a child lets its folder be deleted on that side. */
function verdictOn(child: Fate, here: boolean): 'goes' | 'waits' | 'stays' {
  if (child.is === (here ? 'deleteHere' : 'deleteThere') || child.is === 'forget') return 'goes';
  if (child.is === 'drop' && here) return 'goes';
  if (child.is === 'merge' && child.place === (here ? 'pull' : 'push')) return 'goes';
  const waits = ['frozen', 'read', 'prove', 'heldDelete'].includes(child.is);
  return waits ? 'waits' : 'stays';
}
