import type { EntryId } from '@tidesync/shared/ids';
import type { Place } from './entry.ts';
import { samePlace } from './entry.ts';
import type { Fate, Fates } from './fates.ts';
import { remembered } from './fates.ts';
import { canExistHere } from './name-rules.ts';
import type { OccupantOf } from './occupant.ts';
import type { PlanContext } from './plan.ts';
import type { Trees } from './trees.ts';
import type { PathTrouble } from './trouble.ts';

/** Whether a step can go into one of the trees now. */
export type Way =
  | { readonly is: 'free' }
  /** Another entry has to move first. */
  | { readonly is: 'wait' }
  /** The name is taken there for good: the local entry gives way. */
  | { readonly is: 'setAside' }
  | { readonly is: 'held'; readonly trouble: PathTrouble };

const FREE: Way = { is: 'free' };
const WAIT: Way = { is: 'wait' };

/** Whether names and parents let an entry go where it is wanted (S13). */
export interface Ways {
  there(id: EntryId): Way;
  here(id: EntryId): Way;
}

interface WaysInput {
  readonly trees: Trees;
  readonly context: PlanContext;
  readonly fates: Fates;
  readonly occupantHere: OccupantOf;
}

export function createWays({ trees, context, fates, occupantHere }: WaysInput): Ways {
  const there: (id: EntryId) => Way = remembered((id): Way => {
    const place = fates.wantedThere(id);
    if (place === null) return FREE;
    const holder = trees.remoteAt(place.parentId, place.name);
    const name = holder === null || holder === id ? FREE : nameWayThere(holder);
    return name.is === 'free' ? parentWayThere(place.parentId) : name;
  });

  const nameWayThere = (holder: EntryId): Way => {
    const fate = fates.of(holder);
    if (fate.is === 'deleteThere' || (fate.is === 'merge' && fate.place === 'push')) return FREE;
    // The two are not mixed, and neither gives way: a person says which of the names is meant.
    if (context.isExcluded(holder) && trees.get(holder).local.is === 'absent')
      return held({ code: 'excludedName' });
    return mayStillLeave(fate, trees.get(holder).local.is) ? WAIT : { is: 'setAside' };
  };

  const parentWayThere = (parent: EntryId): Way => {
    if (parent === trees.topId || trees.get(parent).remote.is === 'present') return FREE;
    return fates.of(parent).is === 'makeThere' ? passedOn(there(parent)) : WAIT;
  };

  /** Hopeful: who goes elsewhere is taken to get there; the order of edits finds out (S20). */
  const leavesHere = (id: EntryId, place: Place): boolean => {
    const fate = fates.of(id);
    if (fate.is === 'deleteHere' || fate.is === 'drop') return true;
    if (fate.is === 'merge' && fate.content === 'conflict') return true;
    const target = fates.wantedHere(id);
    if (target !== null && !samePlace(target, place)) return !isNowhereHere(id);
    return there(id).is === 'setAside';
  };
  const isNowhereHere = nowhereHere({ trees, context, fates });

  const here: (id: EntryId) => Way = remembered((id): Way => {
    const place = fates.wantedHere(id);
    if (place === null) return FREE;
    if (!canExistHere(context.rules, place.name)) return held({ code: 'badName', fault: 'reserved' });
    const holder = occupantHere(place);
    const name = holder === null || holder === id ? FREE : nameWayHere(holder, place);
    return name.is === 'free' ? parentWayHere(place.parentId) : name;
  });

  /** A name that is taken waits if its holder has a step to come; what this disk takes for the same name never goes. */
  const nameWayHere = (holder: EntryId, place: Place): Way => {
    if (leavesHere(holder, place)) return FREE;
    const { local } = trees.get(holder);
    // Not by what the disk shows: it may have stored the one in the form of the other.
    const [name, shown] = local.is === 'present' ? [local.name, local.localName] : [place.name, place.name];
    const stays = fates.of(holder).is === 'held' || name !== place.name || isNowhereHere(holder);
    return stays && !mayStillLeave(fates.of(holder), 'present')
      ? held({ code: 'nameClash', with: shown })
      : WAIT;
  };

  const parentWayHere = (id: EntryId): Way => {
    if (id === trees.topId) return FREE;
    const parent = fates.of(id);
    if (parent.is === 'makeHere') return here(id);
    const goes = parent.is === 'deleteHere' || parent.is === 'drop';
    return trees.get(id).local.is === 'present' && !goes ? FREE : WAIT;
  };

  return { there, here };
}

/** Whether an entry is wanted under a name that cannot exist here, or in a folder of such a name. */
function nowhereHere({ trees, context, fates }: Omit<WaysInput, 'occupantHere'>): (id: EntryId) => boolean {
  return (id) => {
    for (let at = fates.wantedHere(id); at !== null; at = fates.wantedHere(at.parentId)) {
      if (!canExistHere(context.rules, at.name)) return true;
      if (at.parentId === trees.topId || trees.get(at.parentId).local.is === 'present') return false;
    }
    return false;
  };
}

/** The holder of a name may be about to go: it is being read, proved absent, or in work while it is here. */
function mayStillLeave(fate: Fate, local: 'present' | 'absent'): boolean {
  if (fate.is === 'read' || fate.is === 'prove' || fate.is === 'heldDelete') return true;
  if (fate.is === 'drop') return true;
  return fate.is === 'frozen' && local === 'present';
}

function held(trouble: PathTrouble): Way {
  return { is: 'held', trouble };
}

/** A child waits where its new parent cannot go there yet. */
function passedOn(parent: Way): Way {
  return parent.is === 'free' ? FREE : parent.is === 'held' ? parent : WAIT;
}
