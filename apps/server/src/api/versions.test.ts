import { randomUUID } from 'node:crypto';
import { fileRevision } from '@tidesync/shared/chunk-list';
import type { EntryId, LibraryId, OpId, UploadId } from '@tidesync/shared/ids';
import { topFolderOf } from '@tidesync/shared/ids';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeOp } from '../testing/op-makers.ts';
import { sha256 } from '../testing/server-world.ts';
import type { Device, TestServer } from '../testing/test-server.ts';
import { startTestServer } from '../testing/test-server.ts';

let server: TestServer;
let ann: Device;

beforeAll(async () => {
  server = await startTestServer();
  await server.makeAccount('ann@example.org');
  ann = await server.signIn('ann@example.org');
});
afterAll(() => server.stop());

test('a file’s versions are listed and restored over HTTP, and how long they are kept is said', async () => {
  const { libraries, uploads, sync, versions } = ann.client;
  const libraryId = randomUUID() as LibraryId;
  const created = await libraries.create.mutate({ libraryId, name: 'Notes' });
  expect(created).not.toHaveProperty('versionDays');
  const uploadId = randomUUID() as UploadId;
  await uploads.begin.mutate({ uploadId, libraryId });
  const { revision } = fileRevision([], sha256);
  const revisions = [{ ...revision, refs: [...revision.refs] }];
  await uploads.stage.mutate({ uploadId, lists: [], revisions });
  const entryId = randomUUID() as EntryId;
  const place = { parentId: topFolderOf(libraryId), name: 'empty', contentId: revision.contentId };
  const op = makeOp.file(entryId, place);
  await sync.commit.mutate({ libraryId, opId: randomUUID() as OpId, ops: [op] });
  const listed = await versions.list.query({ libraryId, entryId });
  expect(listed).toMatchObject({ path: 'empty', versions: [{ seq: 1, is: 'current', sizeBytes: 0 }] });
  const restored = await versions.restore.mutate({
    ...{ libraryId, entryId, seq: 1, opId: randomUUID() as OpId },
  });
  expect(restored).toMatchObject({ headSeq: 1, changed: false });
  const set = await libraries.setRetention.mutate({ libraryId, versions: 'forever' });
  expect(await libraries.retention.query({ libraryId })).toEqual(set);
  expect((await libraries.list.query()).libraries).toMatchObject([
    { retention: { versions: 'forever', trash: 30 } },
  ]);
});
