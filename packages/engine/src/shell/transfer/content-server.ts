import { fail } from '@tidesync/shared/problems';
import type { ServerCall } from '@tidesync/shared/wire/procedures';
import type { DownloadServer } from './download-types.ts';
import type { UploadServer } from './upload-types.ts';

/** Whom to ask, and how it is called in messages. */
export interface AskedServer {
  readonly url: string;
  readonly call: ServerCall;
}

/** The server as far as content goes up and comes down, over its calls. */
export function contentServer({ url, call }: AskedServer): UploadServer & DownloadServer {
  return {
    beginUpload: (uploadId, libraryId) => call('uploads.begin', { uploadId, libraryId }),
    async missingChunks(uploadId, chunks) {
      const { missing } = await call('uploads.missing', { uploadId, chunks: [...chunks] });
      if (missing.length !== chunks.length) fail({ reason: 'notTidesync', url });
      return missing;
    },
    async signPacks(uploadId, packs) {
      const answer = await call('uploads.sign', { uploadId, packs: [...packs] });
      if (answer.packs.length !== packs.length) fail({ reason: 'notTidesync', url });
      return answer.packs;
    },
    async sealPacks(uploadId, packs) {
      const asked = packs.map(({ packId, entries }) => ({ packId, entries: [...entries] }));
      await call('uploads.seal', { uploadId, packs: asked });
    },
    async stage(uploadId, lists, revisions) {
      await call('uploads.stage', {
        uploadId,
        lists: lists.map(({ id, refs }) => ({ id, refs: [...refs] })),
        revisions: revisions.map((one) => ({ ...one, refs: [...one.refs] })),
      });
    },
    revisions: async (libraryId, contentIds) =>
      (await call('downloads.revisions', { libraryId, contentIds: [...contentIds] })).revisions,
    locate: async (libraryId, chunkIds) =>
      (await call('downloads.locate', { libraryId, chunkIds: [...chunkIds] })).locations,
    signDownloads: async (libraryId, packIds) =>
      (await call('downloads.sign', { libraryId, packIds: [...packIds] })).packs,
    suspect: (libraryId, packIds) => call('downloads.suspect', { libraryId, packIds: [...packIds] }),
  };
}
