import type { ServerPorts } from '../../ports/server-ports.ts';

const SESSIONS_PER_STEP = 500;

/**
 * Signs browsers out whose time is over, as if their people had; how many that were. The rows stay, as those of other
 * devices that were signed out: histories name them.
 */
export async function expireSessions({
  store,
  clock,
}: Pick<ServerPorts, 'store' | 'clock'>): Promise<number> {
  const nowMs = clock.nowMs();
  for (let total = 0; ; ) {
    const ended = await store.transact((tx) => tx.devices.revokeExpired(nowMs, SESSIONS_PER_STEP), {
      repeatable: true,
    });
    total += ended;
    if (ended < SESSIONS_PER_STEP) return total;
  }
}
