import type { AccountId, LibraryId } from '@tidesync/shared/ids';
import type { Doorbell } from '@tidesync/shared/wire/sync';

/** What a listener hears. None of it carries data: each says where to look. */
export type Ring =
  /** The library may have news. */
  | { readonly kind: 'library'; readonly bell: Doorbell }
  /** What the listener's account may see has changed, or which of its devices may listen. */
  | { readonly kind: 'access' }
  /** Rings may have been lost. */
  | { readonly kind: 'lookAgain' };

/** Whom a listener listens for; asked at each ring, so it may change. */
export interface Interest {
  readonly accountId: AccountId;
  /**
   * The libraries to hear of, each with the head that was told of last. Null while the listener looks which these
   * are: meanwhile it hears of all.
   */
  heads(): ReadonlyMap<LibraryId, number> | null;
}

/**
 * Says on every server of the installation that there may be news; carries no data, so losing a ring costs a poll
 * and nothing else.
 * - `ring` and `ringAccess` never throw and never wait. Listeners of this process hear them at once.
 * - `listen` hears every ring of its interest from the call on. Rings of one library that were not taken yet are
 *   joined into the newest, and more than `RINGS_UNTAKEN_MAX` into one `lookAgain`: a slow listener costs no more
 *   than that. It ends, without an error, when the signal aborts.
 * - When rings of other servers may have been lost, listeners hear `lookAgain` once they come again.
 */
export interface Doorbells {
  ring(bell: Doorbell): void;
  /** To call after a device was signed out, an account suspended, or a membership made, changed or ended. */
  ringAccess(accountId: AccountId): void;
  listen(interest: Interest, signal: AbortSignal): AsyncIterable<Ring>;
}

export const RINGS_UNTAKEN_MAX = 1_000;

/** The listeners of this process alone. */
export interface ListenersHere {
  /** Every library that someone here listens for, with the lowest head that was told of. */
  watchedHeads(): ReadonlyMap<LibraryId, number>;
  /** As `ring`, for this process alone. */
  ringHere(bell: Doorbell): void;
}
