import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  adminDeviceRevokeInput,
  adminDevicesInput,
  adminDevicesOutput,
  collectInput,
  collection,
  overviewInput,
  overviewOutput,
  storageOutput,
} from '@tidesync/shared/wire/admin';
import { listAllDevices, revokeAnyDevice } from '../../use-cases/admin/devices-of-all.ts';
import { readOverview } from '../../use-cases/admin/overview.ts';
import { collectAsAdmin, readStorage } from '../../use-cases/admin/storage.ts';
import { nothing } from '../nothing.ts';
import { adminProcedure, router } from '../trpc.ts';

export const overviewProcedure = adminProcedure
  .input(overviewInput)
  .output(overviewOutput)
  .query(({ ctx, input }) => readOverview(ctx.ports, ctx.caller, input));

export const allDevicesRouter = router({
  list: adminProcedure
    .input(adminDevicesInput)
    .output(adminDevicesOutput)
    .query(({ ctx, input }) => listAllDevices(ctx.ports, ctx.caller, input)),
  revoke: adminProcedure
    .input(adminDeviceRevokeInput)
    .output(nothing)
    .mutation(({ ctx, input }) => revokeAnyDevice(ctx.ports, ctx.caller, input)),
});

export const storageRouter = router({
  show: adminProcedure.output(storageOutput).query(({ ctx }) => readStorage(ctx.ports, ctx.caller)),
  collect: adminProcedure
    .input(collectInput)
    .output(collection)
    .mutation(({ ctx, input }) =>
      collectAsAdmin({ ...ctx.ports, turn: () => nextTurn() }, ctx.caller, input),
    ),
});
