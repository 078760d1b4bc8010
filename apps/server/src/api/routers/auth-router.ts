import {
  loginInput,
  loginOutput,
  sessionOpenInput,
  sessionOpenOutput,
  whoamiOutput,
} from '@tidesync/shared/wire/people';
import { login } from '../../use-cases/auth/login.ts';
import { logout } from '../../use-cases/auth/logout.ts';
import { whoami } from '../../use-cases/auth/whoami.ts';
import { nothing } from '../nothing.ts';
import { openProcedure, procedure, router } from '../trpc.ts';

export const authRouter = router({
  login: openProcedure
    .input(loginInput)
    .output(loginOutput)
    .mutation(({ ctx, input }) => login(ctx.ports, { ...input, address: ctx.address, life: 'device' })),
  /** As `login`, for a browser: the token goes into a cookie alone. */
  openSession: openProcedure
    .input(sessionOpenInput)
    .output(sessionOpenOutput)
    .mutation(async ({ ctx, input }) => {
      const life = input.remember ? 'rememberedBrowser' : 'browser';
      const { token, ...who } = await login(ctx.ports, { ...input, address: ctx.address, life });
      ctx.session.keep(token, input.remember);
      return who;
    }),
  logout: procedure.output(nothing).mutation(async ({ ctx }) => {
    await logout(ctx.ports, ctx.caller);
    ctx.session.drop();
  }),
  whoami: procedure.output(whoamiOutput).query(({ ctx }) => whoami(ctx.ports, ctx.caller)),
});
