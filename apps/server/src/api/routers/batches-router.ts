import {
  batchesListInput,
  batchesListOutput,
  batchesShowInput,
  batchesShowOutput,
  batchesUndoInput,
  batchesUndoOutput,
} from '@tidesync/shared/wire/batches';
import { listBatches } from '../../use-cases/batches/list-batches.ts';
import { showBatch } from '../../use-cases/batches/show-batch.ts';
import { undoBatch } from '../../use-cases/batches/undo-batch.ts';
import { procedure, router } from '../trpc.ts';

export const batchesRouter = router({
  list: procedure
    .input(batchesListInput)
    .output(batchesListOutput)
    .query(({ ctx, input }) => listBatches(ctx.ports, ctx.caller, input)),
  show: procedure
    .input(batchesShowInput)
    .output(batchesShowOutput)
    .query(({ ctx, input }) => showBatch(ctx.ports, ctx.caller, input)),
  undo: procedure
    .input(batchesUndoInput)
    .output(batchesUndoOutput)
    .mutation(({ ctx, input }) => undoBatch(ctx.ports, ctx.caller, input)),
});
