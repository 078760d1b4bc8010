import { limits } from '@tidesync/shared/limits';
import { fail } from '@tidesync/shared/problems';
import type { Collection, collectInput, StorageOverview } from '@tidesync/shared/wire/admin';
import type { z } from 'zod';
import type { ServerPorts } from '../../ports/server-ports.ts';
import { collectGarbage } from '../garbage/collect-garbage.ts';
import type { CollectPorts } from '../garbage/library-run.ts';
import type { Administrator } from './require-admin.ts';
import { actorOf, requireAdmin } from './require-admin.ts';

/** What is stored, as each library was last measured. Errors: `adminOnly`. */
export async function readStorage(
  ports: Pick<ServerPorts, 'store' | 'policy'>,
  caller: Administrator,
): Promise<StorageOverview> {
  requireAdmin(caller);
  const { admin, garbage, heal } = ports.store.read;
  const measured = await garbage.measuredTotal();
  return {
    backend: ports.policy.storage,
    usage: measured?.usage ?? null,
    librariesMeasured: measured?.libraries ?? 0,
    libraries: (await admin.libraryCounts()).libraries,
    damagedPacks: await garbage.damagedPacks(),
    wantedContents: await heal.wantedTotal(),
    deleteAfterDays: ports.policy.deleteAfterDays,
  };
}

/**
 * Collects garbage for as long as one call may take; servers do the rest by themselves.
 * Errors: `adminOnly`, `libraryMissing`, `storeUnavailable`.
 */
export async function collectAsAdmin(
  ports: CollectPorts,
  caller: Administrator,
  { dryRun, libraryId }: z.infer<typeof collectInput>,
): Promise<Collection> {
  requireAdmin(caller);
  const wanted = libraryId ?? null;
  if (wanted !== null && (await ports.store.read.libraries.byId(wanted)) === null) {
    fail({ reason: 'libraryMissing', library: wanted });
  }
  return collectGarbage(ports, {
    ...{ libraryId: wanted, dryRun, actor: actorOf(caller) },
    signal: new AbortController().signal,
    untilMs: ports.clock.nowMs() + limits.collectCallMs,
  });
}
