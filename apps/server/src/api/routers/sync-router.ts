import { commitInput, commitLookupInput, commitLookupOutput, commitOutput } from '@tidesync/shared/wire/sync';
import { commitOps } from '../../use-cases/sync/commit-ops.ts';
import { lookUpCommit } from '../../use-cases/sync/look-up-commit.ts';
import { procedure, router } from '../trpc.ts';

export const syncRouter = router({
  commit: procedure
    .input(commitInput)
    .output(commitOutput)
    .mutation(({ ctx, input }) => commitOps(ctx.ports, ctx.caller, input)),
  lookup: procedure
    .input(commitLookupInput)
    .output(commitLookupOutput)
    .query(({ ctx, input }) => lookUpCommit(ctx.ports, ctx.caller, input)),
});
