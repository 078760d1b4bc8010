import * as screens from '@tidesync/shared/wire/engine-screens';
import { libraryInput } from '@tidesync/shared/wire/people';
import { libraryRetention, setRetentionInput, versionsListOutput } from '@tidesync/shared/wire/retention';
import { z } from 'zod';
import { t } from './local-trpc.ts';

const ask = t.procedure;

/** What only screens ask: every procedure is one call of `ScreensFace`. */
export const screenProcedures = {
  server: t.router({
    check: ask
      .input(screens.serverCheckInput)
      .output(screens.serverFound)
      .query(({ ctx, input }) => ctx.face.screens.checkServer(input.url)),
  }),
  libraries: t.router({
    list: ask.output(screens.accountLibraries).query(({ ctx }) => ctx.face.screens.libraries()),
    retention: ask
      .input(libraryInput)
      .output(libraryRetention)
      .query(({ ctx, input }) => ctx.face.screens.retention(input.libraryId)),
    setRetention: ask
      .input(setRetentionInput)
      .output(libraryRetention)
      .mutation(({ ctx, input }) => ctx.face.screens.setRetention(input)),
  }),
  places: t.router({
    list: ask
      .input(screens.placesInput)
      .output(screens.placesListed)
      .query(({ ctx, input }) => ctx.face.screens.places(input.path)),
    check: ask
      .input(screens.folderCheckInput)
      .output(screens.folderCheck)
      .query(({ ctx, input }) => ctx.face.screens.checkFolder(input)),
  }),
  preview: ask
    .input(screens.previewInput)
    .output(screens.filePreview)
    .query(({ ctx, input }) => ctx.face.screens.preview(input.path)),
  trash: t.router({
    list: ask
      .input(screens.trashInput)
      .output(screens.trashOutput)
      .query(({ ctx, input }) => ctx.face.screens.trash(input.libraryId, input.pageToken)),
    restore: ask
      .input(screens.restoreInput)
      .output(screens.restoreOutput)
      .mutation(({ ctx, input }) => ctx.face.screens.restore(input.libraryId, input.entryIds)),
  }),
  versions: t.router({
    list: ask
      .input(screens.versionsInput)
      .output(versionsListOutput)
      .query(({ ctx, input }) => ctx.face.screens.versions(input.path, input.beforeSeq)),
    restore: ask
      .input(screens.restoreVersionInput)
      .output(screens.versionRestored)
      .mutation(({ ctx, input }) => ctx.face.screens.restoreVersion(input.path, input.seq)),
  }),
  search: ask
    .input(screens.searchInput)
    .output(screens.searchFound)
    .query(({ ctx, input }) => ctx.face.screens.search(input.text)),
  gaps: ask.output(z.array(screens.engineGap)).query(({ ctx }) => ctx.face.screens.gaps()),
  about: ask.output(screens.engineAbout).query(({ ctx }) => ctx.face.screens.about()),
};
