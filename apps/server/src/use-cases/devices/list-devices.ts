import type { devicesListOutput } from '@tidesync/shared/wire/people';
import type { z } from 'zod';
import type { ServerPorts } from '../../ports/server-ports.ts';
import type { Caller } from '../caller.ts';

/** The account's signed-in devices, oldest first. */
export async function listDevices(
  ports: Pick<ServerPorts, 'store' | 'clock'>,
  caller: Caller,
): Promise<z.infer<typeof devicesListOutput>> {
  const rows = await ports.store.read.devices.listFor(caller.accountId, ports.clock.nowMs());
  const devices = rows.map(({ deviceId, name, createdAtMs, lastSeenAtMs }) => {
    return { deviceId, name, createdAtMs, lastSeenAtMs, current: deviceId === caller.deviceId };
  });
  return { devices };
}
