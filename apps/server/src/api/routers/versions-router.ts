import {
  versionsListInput,
  versionsListOutput,
  versionsRestoreInput,
  versionsRestoreOutput,
} from '@tidesync/shared/wire/retention';
import { listVersions } from '../../use-cases/versions/list-versions.ts';
import { restoreVersion } from '../../use-cases/versions/restore-version.ts';
import { procedure, router } from '../trpc.ts';

export const versionsRouter = router({
  list: procedure
    .input(versionsListInput)
    .output(versionsListOutput)
    .query(({ ctx, input }) => listVersions(ctx.ports, ctx.caller, input)),
  restore: procedure
    .input(versionsRestoreInput)
    .output(versionsRestoreOutput)
    .mutation(({ ctx, input }) => restoreVersion(ctx.ports, ctx.caller, input)),
});
