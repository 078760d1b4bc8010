import { fail } from '@tidesync/shared/problems';
import type { whoamiOutput } from '@tidesync/shared/wire/people';
import type { z } from 'zod';
import type { ServerPorts } from '../../ports/server-ports.ts';
import type { Caller } from '../caller.ts';

/** Errors: `deviceRevoked`, if that happened just now. */
export async function whoami(
  ports: Pick<ServerPorts, 'store' | 'clock'>,
  caller: Caller,
): Promise<z.infer<typeof whoamiOutput>> {
  const devices = await ports.store.read.devices.listFor(caller.accountId, ports.clock.nowMs());
  const device = devices.find((one) => one.deviceId === caller.deviceId);
  if (device === undefined) fail({ reason: 'deviceRevoked' });
  return { ...caller, deviceName: device.name };
}
