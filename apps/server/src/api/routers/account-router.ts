import { changePasswordInput, changePasswordOutput, quota } from '@tidesync/shared/wire/people';
import { changePassword } from '../../use-cases/account/change-password.ts';
import { readQuota } from '../../use-cases/account/read-quota.ts';
import { procedure, router } from '../trpc.ts';

export const accountRouter = router({
  quota: procedure.output(quota).query(({ ctx }) => readQuota(ctx.ports, ctx.caller)),
  changePassword: procedure
    .input(changePasswordInput)
    .output(changePasswordOutput)
    .mutation(({ ctx, input }) => changePassword(ctx.ports, ctx.caller, input)),
});
