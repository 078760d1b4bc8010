import type { Check, Figure } from '../figures.ts';
import type { Scale } from '../scale.ts';
import type { Measured } from '../world/measure.ts';
import type { World } from '../world/world.ts';

export interface Found {
  readonly figures: readonly Figure[];
  readonly checks: readonly Check[];
  readonly measured: Omit<Measured<unknown>, 'value'>;
  /** What the servers' processor time is divided by. */
  readonly units: { readonly what: string; readonly count: number };
  /** Bytes of files that were moved while it was measured; 0 where nothing was. */
  readonly contentBytes: number;
}

export interface Scenario {
  readonly name: string;
  title(scale: Scale): string;
  /** Every run makes accounts and libraries of its own. */
  run(world: World, scale: Scale): Promise<Found>;
}
