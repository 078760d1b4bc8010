import type { LibraryId, UploadId } from '@tidesync/shared/ids';
import { Failure } from '@tidesync/shared/problems';
import { expect, test } from 'vitest';
import { nodeRandom, nodeSha256 } from '../../adapters/node-environment.ts';
import { FakeClock } from '../../testing/fake-clock.ts';
import { transferLimits } from './transfer-limits.ts';
import { createUploadSessions } from './upload-session.ts';
import type { UploadServer } from './upload-types.ts';

const libraryId = '00000000-0000-4000-8000-000000000001' as LibraryId;

/** What an engine that starts now begins; `ended` uploads are refused, as the server does. */
async function beginAt(clock: FakeClock, resumeKey: string | null, ended: readonly UploadId[] = []) {
  const begun: UploadId[] = [];
  const server = {
    async beginUpload(uploadId: UploadId) {
      if (ended.includes(uploadId)) throw new Failure({ reason: 'uploadExpired' });
      begun.push(uploadId);
      return { expiresAtMs: 0 };
    },
  } as unknown as UploadServer;
  const sessions = createUploadSessions({
    server,
    clock,
    random: nodeRandom,
    libraryId,
    sha256: nodeSha256,
    resumeKey,
  });
  const { uploadId } = await sessions.current();
  expect(begun).toEqual([uploadId]);
  return uploadId;
}

test('[B27] an engine that was stopped takes up the upload of its root again', async () => {
  const clock = new FakeClock();
  const first = await beginAt(clock, 'root a');
  expect(await beginAt(clock, 'root a')).toBe(first);
  expect(await beginAt(clock, 'root b')).not.toBe(first);
  expect(await beginAt(clock, null)).not.toBe(first);
});

test('[B27] one that the server has ended, or that is of an earlier period, is left', async () => {
  const clock = new FakeClock();
  const first = await beginAt(clock, 'root a');
  expect(await beginAt(clock, 'root a', [first])).not.toBe(first);
  clock.advance(transferLimits.sessionAgeMsMax);
  expect(await beginAt(clock, 'root a')).not.toBe(first);
});

test('[B44] one that the server goes on with no more is not taken up again, though it may be there still', async () => {
  const begun: UploadId[] = [];
  const server = { beginUpload: async (id: UploadId) => void begun.push(id) } as unknown as UploadServer;
  const sessions = createUploadSessions({
    ...{ server, clock: new FakeClock(), random: nodeRandom, libraryId, sha256: nodeSha256 },
    resumeKey: 'root a',
  });
  for (let dropped = 0; dropped < 3; dropped++) sessions.drop(await sessions.current());
  expect(new Set(begun).size).toBe(3);
});
