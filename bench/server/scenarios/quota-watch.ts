import { connectDevice } from '../clients/connected-device.ts';
import type { SeededAccount } from '../world/seeds.ts';
import type { World } from '../world/world.ts';
import { accessOf } from '../world/world.ts';

export interface Looks {
  readonly count: number;
  /** Highest of used and reserved together that any look saw. */
  readonly highestBytes: number;
}

/** Looks at an account's quota through every server, again and again, while something else is done. */
export async function whileWatchingQuota<T>(
  world: World,
  account: SeededAccount,
  work: () => Promise<T>,
): Promise<{ readonly value: T; readonly looks: Looks }> {
  let stopped = false;
  let count = 0;
  let highestBytes = 0;
  const loops = world.servers.map(async (_, n) => {
    const { server } = connectDevice(accessOf(world, account.tokens[0] as string, n));
    while (!stopped) {
      const { usedBytes, reservedBytes } = await server.quota();
      count++;
      highestBytes = Math.max(highestBytes, usedBytes + reservedBytes);
    }
  });
  const watched = Promise.all(loops);
  // Heard below; until then a look that fails is nobody's yet.
  watched.catch(() => undefined);
  let value: T;
  try {
    value = await work();
  } finally {
    stopped = true;
  }
  await watched;
  return { value, looks: { count, highestBytes } };
}
