import { deviceRevokeInput, devicesListOutput } from '@tidesync/shared/wire/people';
import { listDevices } from '../../use-cases/devices/list-devices.ts';
import { revokeDevice } from '../../use-cases/devices/revoke-device.ts';
import { nothing } from '../nothing.ts';
import { procedure, router } from '../trpc.ts';

export const devicesRouter = router({
  list: procedure.output(devicesListOutput).query(({ ctx }) => listDevices(ctx.ports, ctx.caller)),
  revoke: procedure
    .input(deviceRevokeInput)
    .output(nothing)
    .mutation(({ ctx, input }) => revokeDevice(ctx.ports, ctx.caller, input)),
});
