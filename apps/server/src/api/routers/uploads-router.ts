import {
  uploadBeginInput,
  uploadBeginOutput,
  uploadMissingInput,
  uploadMissingOutput,
  uploadSealInput,
  uploadSealOutput,
  uploadSignInput,
  uploadSignOutput,
  uploadStageInput,
  uploadStageOutput,
  wantedInput,
  wantedOutput,
} from '@tidesync/shared/wire/content';
import { listWanted } from '../../use-cases/heal/list-wanted.ts';
import { beginUpload } from '../../use-cases/uploads/begin-upload.ts';
import { findMissingChunks } from '../../use-cases/uploads/find-missing-chunks.ts';
import { sealPacks } from '../../use-cases/uploads/seal-packs.ts';
import { signPacks } from '../../use-cases/uploads/sign-packs.ts';
import { stageRevisions } from '../../use-cases/uploads/stage-revisions.ts';
import { procedure, router } from '../trpc.ts';

export const uploadsRouter = router({
  begin: procedure
    .input(uploadBeginInput)
    .output(uploadBeginOutput)
    .mutation(({ ctx, input }) => beginUpload(ctx.ports, ctx.caller, input)),
  missing: procedure
    .input(uploadMissingInput)
    .output(uploadMissingOutput)
    .mutation(({ ctx, input }) => findMissingChunks(ctx.ports, ctx.caller, input)),
  sign: procedure
    .input(uploadSignInput)
    .output(uploadSignOutput)
    .mutation(({ ctx, input }) => signPacks(ctx.ports, ctx.caller, input)),
  seal: procedure
    .input(uploadSealInput)
    .output(uploadSealOutput)
    .mutation(({ ctx, input }) => sealPacks(ctx.ports, ctx.caller, input)),
  stage: procedure
    .input(uploadStageInput)
    .output(uploadStageOutput)
    .mutation(({ ctx, input }) => stageRevisions(ctx.ports, ctx.caller, input)),
  wanted: procedure
    .input(wantedInput)
    .output(wantedOutput)
    .query(({ ctx, input }) => listWanted(ctx.ports, ctx.caller, input)),
});
