import { randomUUID } from 'node:crypto';
import type { LibraryId, PackId } from '@tidesync/shared/ids';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Device, TestServer } from '../testing/test-server.ts';
import { problemFrom, startTestServer } from '../testing/test-server.ts';

let server: TestServer;
let ann: Device;

beforeAll(async () => {
  server = await startTestServer();
  await server.makeAccount('ann@example.org');
  ann = await server.signIn('ann@example.org');
});
afterAll(() => server.stop());

test('[H1] [H4] devices name packs that they had trouble with, and ask what is wanted, over HTTP', async () => {
  const { libraries, uploads, downloads } = ann.client;
  const libraryId = randomUUID() as LibraryId;
  await libraries.create.mutate({ libraryId, name: 'Notes' });
  expect((await libraries.list.query()).libraries).toMatchObject([{ wanted: 0 }]);
  expect(await uploads.wanted.query({ libraryId })).toEqual({ contentIds: [], next: null });
  const packIds = [randomUUID() as PackId];
  expect(await downloads.suspect.mutate({ libraryId, packIds })).toBeUndefined();
  const other = randomUUID() as LibraryId;
  for (const call of [
    uploads.wanted.query({ libraryId: other }),
    downloads.suspect.mutate({ libraryId: other, packIds }),
  ]) {
    expect(await problemFrom(call)).toMatchObject({ reason: 'libraryMissing' });
  }
});
