import {
  treeFolderInput,
  treeFolderOutput,
  treeListInput,
  treeListOutput,
  treeSearchInput,
  treeSearchOutput,
} from '@tidesync/shared/wire/sync';
import { listFolder } from '../../use-cases/tree/list-folder.ts';
import { listTree } from '../../use-cases/tree/list-tree.ts';
import { searchTree } from '../../use-cases/tree/search-tree.ts';
import { procedure, router } from '../trpc.ts';

export const treeRouter = router({
  list: procedure
    .input(treeListInput)
    .output(treeListOutput)
    .query(({ ctx, input }) => listTree(ctx.ports, ctx.caller, input)),
  folder: procedure
    .input(treeFolderInput)
    .output(treeFolderOutput)
    .query(({ ctx, input }) => listFolder(ctx.ports, ctx.caller, input)),
  search: procedure
    .input(treeSearchInput)
    .output(treeSearchOutput)
    .query(({ ctx, input }) => searchTree(ctx.ports, ctx.caller, input)),
});
