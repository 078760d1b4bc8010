import { randomUUID } from 'node:crypto';
import type { BatchId, EntryId, LibraryId, OpId } from '@tidesync/shared/ids';
import { topFolderOf } from '@tidesync/shared/ids';
import type { EntryName } from '@tidesync/shared/names';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Device, TestServer } from '../testing/test-server.ts';
import { problemFrom, startTestServer } from '../testing/test-server.ts';

let server: TestServer;
let [ann, bob] = [] as unknown as [Device, Device];

beforeAll(async () => {
  server = await startTestServer();
  for (const email of ['ann@example.org', 'bob@example.org']) await server.makeAccount(email);
  ann = await server.signIn('ann@example.org');
  bob = await server.signIn('bob@example.org');
});
afterAll(() => server.stop());

test('[C30] batches are listed, shown and undone by members, and are nothing to others', async () => {
  const libraryId = randomUUID() as LibraryId;
  const { batches, libraries, sync } = ann.client;
  await libraries.create.mutate({ libraryId, name: 'Photos' });
  const batchId = randomUUID() as BatchId;
  for (const name of ['a', 'b'] as EntryName[]) {
    const place = { entryId: randomUUID() as EntryId, parentId: topFolderOf(libraryId), name };
    const ops = [{ op: 'create' as const, ...place, mtimeMs: 1, body: { kind: 'folder' as const } }];
    await sync.commit.mutate({ libraryId, opId: randomUUID() as OpId, batchId, ops });
  }
  const { batches: listed } = await batches.list.query({ libraryId });
  expect(listed).toMatchObject([{ firstSeq: 1, lastSeq: 2, created: 2, undoneBy: null }]);
  const { operations } = await batches.show.query({ libraryId, firstSeq: 1 });
  expect(operations.map(({ did, path }) => [did, path])).toEqual([
    ['created', 'a'],
    ['created', 'b'],
  ]);
  const refused = [
    bob.client.batches.list.query({ libraryId }),
    bob.client.batches.show.query({ libraryId, firstSeq: 1 }),
    bob.client.batches.undo.mutate({ libraryId, firstSeq: 1 }),
  ];
  for (const call of refused) expect(await problemFrom(call)).toMatchObject({ reason: 'libraryMissing' });
  const answer = await batches.undo.mutate({ libraryId, firstSeq: 1 });
  expect(answer).toEqual({ headSeq: 4, undone: 2, notUndone: [], nextBeforeSeq: null });
});
