import { limits } from '@tidesync/shared/limits';
import type { suspectInput } from '@tidesync/shared/wire/content';
import type { z } from 'zod';
import type { ServerPorts } from '../../ports/server-ports.ts';
import type { Caller } from '../caller.ts';
import { requireRole } from '../require-role.ts';

/** A pack that was read since then is what it was: the word of a device changes nothing about that. */
export const SUSPECT_AGAIN_AFTER_MS = 20_000;

/**
 * A device got other bytes from these packs than it asked for. They are read back soon, and nothing else: what a
 * device says makes nothing bad. More than a library may have waiting is left out, as devices try again.
 * Errors: `libraryMissing`.
 */
export async function reportSuspects(
  { store, clock }: Pick<ServerPorts, 'store' | 'clock'>,
  caller: Caller,
  { libraryId, packIds }: z.infer<typeof suspectInput>,
): Promise<void> {
  const { heal } = store.read;
  await requireRole(store.read, caller, { libraryId, role: 'viewer' });
  const nowMs = clock.nowMs();
  const unread = await heal.unreadSince(libraryId, packIds, nowMs - SUSPECT_AGAIN_AFTER_MS);
  const room = limits.suspectPacksMax - (await heal.suspectCount(libraryId));
  const taken = unread.slice(0, Math.max(0, room));
  if (taken.length === 0) return;
  await store.transact((tx) => tx.heal.addSuspects(libraryId, taken, nowMs), { repeatable: true });
}
