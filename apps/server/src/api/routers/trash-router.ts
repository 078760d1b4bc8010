import {
  trashListInput,
  trashListOutput,
  trashRestoreInput,
  trashRestoreOutput,
} from '@tidesync/shared/wire/sync';
import { listTrash } from '../../use-cases/trash/list-trash.ts';
import { restoreTrash } from '../../use-cases/trash/restore-trash.ts';
import { procedure, router } from '../trpc.ts';

export const trashRouter = router({
  list: procedure
    .input(trashListInput)
    .output(trashListOutput)
    .query(({ ctx, input }) => listTrash(ctx.ports, ctx.caller, input)),
  restore: procedure
    .input(trashRestoreInput)
    .output(trashRestoreOutput)
    .mutation(({ ctx, input }) => restoreTrash(ctx.ports, ctx.caller, input)),
});
