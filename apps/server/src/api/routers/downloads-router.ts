import {
  downloadSignInput,
  downloadSignOutput,
  locateInput,
  locateOutput,
  revisionsInput,
  revisionsOutput,
  suspectInput,
} from '@tidesync/shared/wire/content';
import { locateChunks } from '../../use-cases/downloads/locate-chunks.ts';
import { readRevisions } from '../../use-cases/downloads/read-revisions.ts';
import { signDownloads } from '../../use-cases/downloads/sign-downloads.ts';
import { reportSuspects } from '../../use-cases/heal/report-suspects.ts';
import { nothing } from '../nothing.ts';
import { procedure, router } from '../trpc.ts';

export const downloadsRouter = router({
  revisions: procedure
    .input(revisionsInput)
    .output(revisionsOutput)
    .query(({ ctx, input }) => readRevisions(ctx.ports, ctx.caller, input)),
  locate: procedure
    .input(locateInput)
    .output(locateOutput)
    .query(({ ctx, input }) => locateChunks(ctx.ports, ctx.caller, input)),
  sign: procedure
    .input(downloadSignInput)
    .output(downloadSignOutput)
    .query(({ ctx, input }) => signDownloads(ctx.ports, ctx.caller, input)),
  suspect: procedure
    .input(suspectInput)
    .output(nothing)
    .mutation(({ ctx, input }) => reportSuspects(ctx.ports, ctx.caller, input)),
});
