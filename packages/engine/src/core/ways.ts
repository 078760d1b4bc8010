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

export function createWays(input: WaysInput): Ways {
  const there = waysThere(input);
  return { there, here: waysHere(input, there) };
}

function waysThere({ trees, context, fates }: WaysInput): Ways['there'] {
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

  return there;
}

function waysHere({ trees, context, fates, occupantHere }: WaysInput, there: Ways['there']): Ways['here'] {
  /** Hopeful: who goes elsewhere is taken to get there; the order of edits finds out (S20). */
  const leavesHere = (id: EntryId, place: Place): boolean => {
    const fate = fates.of(id);
    if (fate.is === 'deleteHere' || fate.is === 'drop') return true;
    if (isSplit(fate)) return true;
    const target = fates.wantedHere(id);
    if (target !== null && !samePlace(target, place)) return !isStuckHere(id);
    return there(id).is === 'setAside';
  };

  const nextInWay = (id: EntryId): Waited => {
    const place = fates.wantedHere(id);
    if (place === null) return 'comes';
    if (!canExistHere(context.rules, place.name)) return 'stays';
    const holder = occupantHere(place);
    if (holder !== null && holder !== id) return waitsFor(holder, place);
    const isHere = place.parentId === trees.topId || trees.get(place.parentId).local.is === 'present';
    return isHere ? 'comes' : place.parentId;
  };
  const waitsFor = (holder: EntryId, place: Place): Waited => {
    const target = fates.wantedHere(holder);
    if (target !== null && !samePlace(target, place)) return isSplit(fates.of(holder)) ? 'comes' : holder;
    return nameWayHere(holder, place).is === 'held' ? 'stays' : 'comes';
  };
  const isStuckHere = stuckHere(nextInWay);

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
    const stays = fates.of(holder).is === 'held' || name !== place.name || isStuckHere(holder);
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

  return here;
}

/** Who has to go before an entry gets where it is wanted; or whether it gets there, where nobody has to. */
type Waited = EntryId | 'comes' | 'stays';

/**
 * Whether an entry never gets where it is wanted here. Each waits for one other at most, so all on a way have the
 * answer of its end; a ring comes loose (S20).
 */
function stuckHere(next: (id: EntryId) => Waited): (id: EntryId) => boolean {
  const answers = new Map<EntryId, boolean>();
  return (first) => {
    const walked = new Set<EntryId>();
    let at: Waited = first;
    while (at !== 'comes' && at !== 'stays') {
      if (walked.has(at)) at = 'comes';
      else if (answers.has(at)) at = answers.get(at) === true ? 'stays' : 'comes';
      else {
        walked.add(at);
        at = next(at);
      }
    }
    for (const id of walked) answers.set(id, at === 'stays');
    return at === 'stays';
  };
}

function isSplit(fate: Fate): boolean {
  return fate.is === 'merge' && fate.content === 'conflict';
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
