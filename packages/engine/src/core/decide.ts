import type { Triple } from './entry.ts';
import { localEqualsBase, remoteEqualsBase, sameAttributes, sameContent, samePlace } from './entry.ts';

/** One respect in which an entry can differ, three-way. */
export type Aspect =
  | 'same' // nothing changed on either side
  | 'agree' // both changed to the same
  | 'push' // only local changed
  | 'pull' // only remote changed, or both did and remote wins because nothing can be lost by it
  | 'conflict'; // both changed content, differently

export type Decision =
  | { readonly is: 'settled' }
  /** Gone on both sides: base forgets it. */
  | { readonly is: 'forget' }
  /** The local bytes must be read before anything can be decided. */
  | { readonly is: 'read' }
  /** Seen absent once: a second look has to prove it. */
  | { readonly is: 'prove' }
  | { readonly is: 'makeHere'; readonly why: 'new' | 'outlived' }
  | { readonly is: 'makeThere'; readonly why: 'new' | 'outlived' }
  | { readonly is: 'deleteHere' }
  | { readonly is: 'deleteThere' }
  | { readonly is: 'merge'; readonly place: Aspect; readonly content: Aspect; readonly attributes: Aspect };

const is = {
  settled: { is: 'settled' },
  forget: { is: 'forget' },
  read: { is: 'read' },
  prove: { is: 'prove' },
  deleteHere: { is: 'deleteHere' },
  deleteThere: { is: 'deleteThere' },
} as const;

/**
 * What one entry alone calls for (rules S1–S19 of docs/spec/sync.md). Names, parents and cycles are the round's
 * business: it may replace what is decided here.
 */
export function decide(triple: Triple): Decision {
  const { base, local, remote } = triple;
  if (local.is === 'absent' && remote.is === 'absent')
    return base === null && local.confirmed ? is.settled : is.forget;
  if (local.is === 'absent') return decideAbsentHere(triple);
  if (local.body.kind === 'file' && local.body.contentId === null) return is.read;
  if (remote.is === 'absent') return decideAbsentThere(triple);
  return decideMerge(triple);
}

function decideAbsentHere({ base, local, remote }: Triple): Decision {
  if (remote.is === 'absent' || local.is === 'present') return is.settled;
  if (base === null) return { is: 'makeHere', why: 'new' };
  if (!local.confirmed) return is.prove;
  const untouched = samePlace(base, remote) && sameContent(base.body, remote.body);
  return untouched ? is.deleteThere : { is: 'makeHere', why: 'outlived' };
}

function decideAbsentThere({ base, local }: Triple): Decision {
  if (local.is === 'absent') return is.settled;
  if (base === null) return { is: 'makeThere', why: 'new' };
  const untouched = samePlace(base, local) && sameContent(base.body, local.body);
  return untouched ? is.deleteHere : { is: 'makeThere', why: 'outlived' };
}

function decideMerge({ base, local, remote }: Triple): Decision {
  if (local.is === 'absent' || remote.is === 'absent') return is.settled;
  if (base !== null && localEqualsBase(local, base) && remoteEqualsBase(remote, base)) return is.settled;
  const content = aspect(
    base && sameContent(base.body, local.body),
    base && sameContent(base.body, remote.body),
    sameContent(local.body, remote.body),
  );
  const place = aspect(
    base && samePlace(base, local),
    base && samePlace(base, remote),
    samePlace(local, remote),
  );
  const attributes = aspect(
    base && sameAttributes(base, local),
    base && sameAttributes(base, remote),
    sameAttributes(local, remote),
  );
  return { is: 'merge', place: remoteWins(place), content, attributes: remoteWins(attributes) };
}

/** `null` for a comparison with base where there is no base. */
function aspect(localIsBase: boolean | null, remoteIsBase: boolean | null, localIsRemote: boolean): Aspect {
  if (localIsRemote) return localIsBase === true && remoteIsBase === true ? 'same' : 'agree';
  if (localIsBase === true) return 'pull';
  return remoteIsBase === true ? 'push' : 'conflict';
}

/** Places and attributes hold no bytes of anyone: the first commit keeps its word. */
function remoteWins(found: Aspect): Aspect {
  return found === 'conflict' ? 'pull' : found;
}

/** A merge in which nothing is left to do but to write down the agreement. */
export function isAgreed(decision: Decision): boolean {
  if (decision.is !== 'merge') return false;
  const done = (found: Aspect) => found === 'same' || found === 'agree';
  return done(decision.place) && done(decision.content) && done(decision.attributes);
}
