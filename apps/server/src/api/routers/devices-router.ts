import { deviceRevokeInput, devicesListOutput, tokenRotateInput } from '@tidesync/shared/wire/people';
import { listDevices } from '../../use-cases/devices/list-devices.ts';
import { revokeDevice } from '../../use-cases/devices/revoke-device.ts';
import { rotateToken } from '../../use-cases/devices/rotate-token.ts';
import { nothing } from '../nothing.ts';
import { procedure, router } from '../trpc.ts';

export const devicesRouter = router({
  list: procedure.output(devicesListOutput).query(({ ctx }) => listDevices(ctx.ports, ctx.caller)),
  revoke: procedure
    .input(deviceRevokeInput)
    .output(nothing)
    .mutation(({ ctx, input }) => revokeDevice(ctx.ports, ctx.caller, input)),
  rotate: procedure
    .input(tokenRotateInput)
    .output(nothing)
    .mutation(({ ctx, input }) => rotateToken(ctx.ports, ctx.token, input)),
});
