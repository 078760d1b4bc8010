import {
  userQuotasInput,
  userQuotasOutput,
  userShowInput,
  userShowOutput,
} from '@tidesync/shared/wire/admin';
import {
  adminUser,
  userCreateInput,
  userQuotaInput,
  userSuspendInput,
  usersListInput,
  usersListOutput,
} from '@tidesync/shared/wire/people';
import { createUser } from '../../use-cases/admin/create-user.ts';
import { listUsers } from '../../use-cases/admin/list-users.ts';
import { setQuota } from '../../use-cases/admin/set-quota.ts';
import { setQuotas } from '../../use-cases/admin/set-quotas.ts';
import { showUser } from '../../use-cases/admin/show-user.ts';
import { suspendUser } from '../../use-cases/admin/suspend-user.ts';
import { adminProcedure, router } from '../trpc.ts';
import { auditRouter, librariesRouter, organisationsRouter, quotasRouter } from './admin-quota-routers.ts';
import { allDevicesRouter, overviewProcedure, storageRouter } from './admin-view-routers.ts';

const usersRouter = router({
  list: adminProcedure
    .input(usersListInput)
    .output(usersListOutput)
    .query(({ ctx, input }) => listUsers(ctx.ports, ctx.caller, input)),
  create: adminProcedure
    .input(userCreateInput)
    .output(adminUser)
    .mutation(({ ctx, input }) => createUser(ctx.ports, ctx.caller, input)),
  suspend: adminProcedure
    .input(userSuspendInput)
    .output(adminUser)
    .mutation(({ ctx, input }) => suspendUser(ctx.ports, ctx.caller, input)),
  setQuota: adminProcedure
    .input(userQuotaInput)
    .output(adminUser)
    .mutation(({ ctx, input }) => setQuota(ctx.ports, ctx.caller, input)),
  show: adminProcedure
    .input(userShowInput)
    .output(userShowOutput)
    .query(({ ctx, input }) => showUser(ctx.ports, ctx.caller, input)),
  setQuotas: adminProcedure
    .input(userQuotasInput)
    .output(userQuotasOutput)
    .mutation(({ ctx, input }) => setQuotas(ctx.ports, ctx.caller, input)),
});

export const adminRouter = router({
  overview: overviewProcedure,
  users: usersRouter,
  devices: allDevicesRouter,
  storage: storageRouter,
  organisations: organisationsRouter,
  libraries: librariesRouter,
  quotas: quotasRouter,
  audit: auditRouter,
});
