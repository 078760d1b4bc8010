import type { AccountId, ChunkId, PackId } from '@tidesync/shared/ids';

/** A place of a chunk, with what decides whether it is as good as its pack. */
export interface HealPlace {
  readonly chunkId: ChunkId;
  readonly packId: PackId;
  readonly offset: number;
  readonly storedBytes: number;
  readonly plainBytes: number;
  readonly uploaderId: AccountId;
  readonly verified: boolean;
  readonly charged: boolean;
  /** Its pack was found damaged. */
  readonly damaged: boolean;
}

/**
 * How a place in a damaged pack stands. `replaced`: a verified pack has the chunk as well. `onItsWay`: one that nobody
 * has verified yet says so. `open`: it is in damaged packs alone.
 */
export type PlaceStanding = 'replaced' | 'onItsWay' | 'open';

export function standingOf(place: HealPlace, ofChunk: readonly HealPlace[]): PlaceStanding {
  const others = ofChunk.filter((one) => one.packId !== place.packId && !one.damaged);
  if (others.some((one) => one.verified)) return 'replaced';
  return others.length > 0 ? 'onItsWay' : 'open';
}

/** What the owner pays for once a place is dropped: less, or another place instead of it. */
export type ChargeMove =
  | { readonly is: 'none' }
  | { readonly is: 'givenBack'; readonly sizeBytes: number }
  | { readonly is: 'moved'; readonly to: HealPlace };

/** A chunk that is there is paid for once, wherever it lies. */
export function chargeAfter(place: HealPlace, ofChunk: readonly HealPlace[]): ChargeMove {
  if (!place.charged) return { is: 'none' };
  const verified = ofChunk.filter((one) => one.packId !== place.packId && one.verified);
  const to = verified.find((one) => one.storedBytes === place.storedBytes);
  if (to === undefined || verified.some((one) => one.charged))
    return { is: 'givenBack', sizeBytes: place.storedBytes };
  return { is: 'moved', to };
}

/**
 * Whether a lost chunk is paid for, so that it costs nothing to send it again. Only while nobody has: who sends rubbish
 * for it pays for the second time.
 */
export function isPaid(sizeBytes: number, ofChunk: readonly HealPlace[]): boolean {
  return (
    ofChunk.some((one) => one.charged && one.storedBytes === sizeBytes) &&
    ofChunk.every((one) => one.charged && one.damaged)
  );
}
