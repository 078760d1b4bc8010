import type { Doorbell } from '@tidesync/shared/wire/sync';

/**
 * Says that a library may have news; carries no data, so losing one costs a poll and nothing else.
 * - `ring` never throws and never waits.
 * - `listen` hears every ring from the call on, whoever may see the library: the listener filters.
 *   Rings of one library that were not taken yet are joined into the newest, so a slow listener costs one
 *   bell per library at most. It ends, without an error, when the signal aborts.
 */
export interface Doorbells {
  ring(bell: Doorbell): void;
  listen(signal: AbortSignal): AsyncIterable<Doorbell>;
}
