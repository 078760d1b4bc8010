import { loginInput, loginOutput, whoamiOutput } from '@tidesync/shared/wire/people';
import { login } from '../../use-cases/auth/login.ts';
import { logout } from '../../use-cases/auth/logout.ts';
import { whoami } from '../../use-cases/auth/whoami.ts';
import { nothing } from '../nothing.ts';
import { openProcedure, procedure, router } from '../trpc.ts';

export const authRouter = router({
  login: openProcedure
    .input(loginInput)
    .output(loginOutput)
    .mutation(({ ctx, input }) => login(ctx.ports, { ...input, address: ctx.address })),
  logout: procedure.output(nothing).mutation(({ ctx }) => logout(ctx.ports, ctx.caller)),
  whoami: procedure.output(whoamiOutput).query(({ ctx }) => whoami(ctx.ports, ctx.caller)),
});
