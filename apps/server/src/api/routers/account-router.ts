import { changePasswordInput, changePasswordOutput } from '@tidesync/shared/wire/people';
import { accountQuota } from '@tidesync/shared/wire/quotas';
import { changePassword } from '../../use-cases/account/change-password.ts';
import { readQuota } from '../../use-cases/account/read-quota.ts';
import { procedure, router } from '../trpc.ts';

export const accountRouter = router({
  quota: procedure.output(accountQuota).query(({ ctx }) => readQuota(ctx.ports, ctx.caller)),
  changePassword: procedure
    .input(changePasswordInput)
    .output(changePasswordOutput)
    .mutation(({ ctx, input }) => changePassword(ctx.ports, ctx.caller, input)),
});
