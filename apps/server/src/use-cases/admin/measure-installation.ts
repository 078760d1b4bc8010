import { limits } from '@tidesync/shared/limits';
import type { ServerPorts } from '../../ports/server-ports.ts';
import { NO_SERVER } from '../../ports/store-admin.ts';

const HOUR_MS = 3_600_000;

/** Writes down what there is in this hour, over all servers, and forgets what is older than is ever shown. */
export async function measureInstallation({
  store,
  clock,
}: Pick<ServerPorts, 'store' | 'clock'>): Promise<void> {
  const nowMs = clock.nowMs();
  const hourMs = Math.floor(nowMs / HOUR_MS) * HOUR_MS;
  const { admin, garbage } = store.read;
  const { storedBytes } = await admin.libraryCounts();
  const { activeDevices, activeUsers } = await admin.deviceCounts({
    nowMs,
    sinceMs: nowMs - limits.activeWithinMs,
  });
  const measured = await garbage.measuredTotal();
  const values: [string, number][] = [
    ['storedBytes', storedBytes],
    ['activeDevices', activeDevices],
    ['activeUsers', activeUsers],
  ];
  if (measured !== null) values.push(['liveBytes', measured.usage.liveBytes]);
  await store.transact(
    async (tx) => {
      await tx.admin.setSamples(
        values.map(([name, value]) => ({ hourMs, name, value, serverId: NO_SERVER })),
      );
      await tx.admin.dropSamplesBefore(hourMs - limits.activityHoursMax * HOUR_MS);
    },
    { repeatable: true },
  );
}
