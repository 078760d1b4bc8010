import { treeListInput, treeListOutput } from '@tidesync/shared/wire/sync';
import { listTree } from '../../use-cases/tree/list-tree.ts';
import { procedure, router } from '../trpc.ts';

export const treeRouter = router({
  list: procedure
    .input(treeListInput)
    .output(treeListOutput)
    .query(({ ctx, input }) => listTree(ctx.ports, ctx.caller, input)),
});
