import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { fileRevision } from '@tidesync/shared/chunk-list';
import type { ChunkId, EntryId, LibraryId, OpId, UploadId } from '@tidesync/shared/ids';
import { topFolderOf } from '@tidesync/shared/ids';
import type { EntryName } from '@tidesync/shared/names';
import type { PackEntry } from '@tidesync/shared/pack-format';
import { encodePackEnd } from '@tidesync/shared/pack-format';
import type { Op } from '@tidesync/shared/wire/sync';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { EventStream } from '../testing/sse.ts';
import { openStream } from '../testing/sse.ts';
import type { Device, TestServer } from '../testing/test-server.ts';
import { problemFrom, startTestServer } from '../testing/test-server.ts';

let server: TestServer;
let accounts = 0;
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const encode = (text: string) => new TextEncoder().encode(text);

async function someone(limitBytes?: number): Promise<Device> {
  const email = `device-${++accounts}@example.org`;
  await server.makeAccount(email, limitBytes);
  return server.signIn(email);
}
async function newLibrary({ client }: Device): Promise<LibraryId> {
  const libraryId = randomUUID() as LibraryId;
  await client.libraries.create.mutate({ libraryId, name: `Library ${libraryId}` });
  return libraryId;
}
function createOp(libraryId: LibraryId, name: string, body: Extract<Op, { op: 'create' }>['body']): Op {
  const parentId = topFolderOf(libraryId);
  return {
    op: 'create',
    entryId: randomUUID() as EntryId,
    parentId,
    name: name as EntryName,
    mtimeMs: 1,
    body,
  };
}
async function commitFolder({ client }: Device, libraryId: LibraryId, name: string) {
  const ops = [createOp(libraryId, name, { kind: 'folder' })];
  return client.sync.commit.mutate({ libraryId, opId: randomUUID() as OpId, ops });
}
const watch = (device: Device): Promise<EventStream> =>
  openStream(`${server.url}/trpc/changes.watch`, device.token);

/** A pack with these bytes as its one chunk. */
function onePack(bytes: Uint8Array) {
  const chunkId = sha256(bytes) as ChunkId;
  const length = bytes.length;
  const entry: PackEntry = {
    chunkId,
    offset: 0,
    storedBytes: length,
    plainBytes: length,
    codec: 'plain',
    storedSha256: chunkId,
  };
  const pack = Buffer.concat([bytes, encodePackEnd([entry], encode)]);
  return { chunk: { id: chunkId, sizeBytes: length }, entry, pack };
}

/** Uploads and stages content as a client does; gives its content id. */
async function uploadContent({ client }: Device, libraryId: LibraryId, bytes: Uint8Array) {
  const uploadId = randomUUID() as UploadId;
  const { chunk, entry, pack } = onePack(bytes);
  await client.uploads.begin.mutate({ uploadId, libraryId });
  const { missing } = await client.uploads.missing.mutate({ uploadId, chunks: [chunk] });
  expect(missing).toEqual([true]);
  const packs = [{ sha256: sha256(pack), sizeBytes: pack.length }];
  const [signed] = (await client.uploads.sign.mutate({ uploadId, packs })).packs;
  if (signed === undefined) throw new Error('nothing was signed');
  expect(signed.url).toMatch(/^\/objects\//);
  const put = await fetch(server.url + signed.url, { method: 'PUT', headers: signed.headers, body: pack });
  expect(put.status).toBe(200);
  const sealed = await client.uploads.seal.mutate({
    uploadId,
    packs: [{ packId: signed.packId, entries: [entry] }],
  });
  expect(sealed.chargedBytes).toBe(bytes.length);
  const { revision } = fileRevision([chunk], sha256);
  await client.uploads.stage.mutate({ uploadId, revisions: [{ ...revision, refs: [...revision.refs] }] });
  return { contentId: revision.contentId, chunkId: chunk.id };
}

beforeAll(async () => {
  server = await startTestServer({ watchRecheckMs: 50 });
  await server.makeAccount('root@example.org');
});
afterAll(() => server.stop());

describe('a file, from one device to another', () => {
  test('goes up, is announced, listed, located, and comes down byte for byte', async () => {
    const desk = await someone();
    const phone = await server.signIn(desk.email, 'phone');
    const libraryId = await newLibrary(desk);
    const bells = await watch(phone);
    expect(await bells.next()).toMatchObject({ data: { libraryId, headSeq: 0 } });

    const bytes = randomBytes(300_000);
    const { contentId, chunkId } = await uploadContent(desk, libraryId, bytes);
    const op = createOp(libraryId, 'photo.jpg', { kind: 'file', contentId, executable: false });
    const opId = randomUUID() as OpId;
    const committed = await desk.client.sync.commit.mutate({ libraryId, opId, ops: [op] });
    expect(committed).toMatchObject({ headSeq: 1, results: [{ result: 'applied' }] });
    expect(await desk.client.sync.lookup.query({ libraryId, opId })).toEqual(committed);
    expect(await bells.next()).toMatchObject({ data: { libraryId, headSeq: 1 } });
    bells.close();

    const tree = await phone.client.tree.list.query({ libraryId, pageToken: null });
    expect(tree.entries).toMatchObject([{ name: 'photo.jpg', contentId, sizeBytes: 300_000 }]);
    const start = `${libraryId}.0.${'0'.repeat(64)}`;
    const page = await phone.client.changes.list.query({ libraryId, cursor: start });
    expect(page).toMatchObject({ changes: [{ seq: 1 }], more: false, cursor: tree.cursor });
    const { revisions } = await phone.client.downloads.revisions.query({
      libraryId,
      contentIds: [contentId],
    });
    expect(revisions[0]?.refs).toEqual([{ id: chunkId, sizeBytes: bytes.length }]);
    const { locations } = await phone.client.downloads.locate.query({ libraryId, chunkIds: [chunkId] });
    const { packId, offset, storedBytes } = locations[0] ?? expect.fail('the chunk is nowhere');
    const signed = await phone.client.downloads.sign.query({ libraryId, packIds: [packId] });
    const range = { range: `bytes=${offset}-${offset + storedBytes - 1}` };
    const got = await fetch(server.url + signed.packs[0]?.url, { headers: range });
    expect(got.status).toBe(206);
    expect(Buffer.from(await got.arrayBuffer()).equals(bytes)).toBe(true);
    const quota = await desk.client.account.quota.query();
    expect(quota).toMatchObject({ usedBytes: 300_000, reservedBytes: 0 });
  });

  test('is refused when the account is full, with the four numbers', async () => {
    const desk = await someone(100_000);
    const libraryId = await newLibrary(desk);
    const uploadId = randomUUID() as UploadId;
    await desk.client.uploads.begin.mutate({ uploadId, libraryId });
    const { chunk } = onePack(randomBytes(150_000));
    const call = desk.client.uploads.missing.mutate({ uploadId, chunks: [chunk] });
    expect(await problemFrom(call)).toEqual({
      reason: 'quotaExceeded',
      usedBytes: 0,
      reservedBytes: 0,
      limitBytes: 100_000,
      requestedBytes: 150_000,
      limit: 'account',
    });
  });
});

describe('members', () => {
  test('a viewer reads and is told news, but sends nothing; a stranger has no library', async () => {
    const [owner, viewer, stranger] = [await someone(), await someone(), await someone()];
    const libraryId = await newLibrary(owner);
    const bells = await watch(viewer);
    await owner.client.libraries.members.set.mutate({ libraryId, email: viewer.email, role: 'viewer' });
    expect(await bells.next()).toMatchObject({ data: { libraryId, headSeq: 0 } });
    await commitFolder(owner, libraryId, 'Docs');
    expect(await bells.next()).toMatchObject({ data: { libraryId, headSeq: 1 } });
    bells.close();
    expect((await viewer.client.tree.list.query({ libraryId, pageToken: null })).entries).toHaveLength(1);
    const refused = { reason: 'notAllowed', needed: 'editor' };
    expect(await problemFrom(commitFolder(viewer, libraryId, 'Mine'))).toEqual(refused);
    const begin = viewer.client.uploads.begin.mutate({ uploadId: randomUUID() as UploadId, libraryId });
    expect(await problemFrom(begin)).toEqual(refused);
    expect((await problemFrom(commitFolder(stranger, libraryId, 'Mine'))).reason).toBe('libraryMissing');
    const look = stranger.client.tree.list.query({ libraryId, pageToken: null });
    expect((await problemFrom(look)).reason).toBe('libraryMissing');
  });
});

describe('a watch', () => {
  test('[W7] ends with the device, without any news', async () => {
    const desk = await someone();
    const phone = await server.signIn(desk.email, 'phone');
    await newLibrary(desk);
    const bells = await watch(phone);
    await bells.next();
    const { deviceId } = await phone.client.auth.whoami.query();
    await desk.client.devices.revoke.mutate({ deviceId });
    expect(await bells.next()).toMatchObject({
      event: 'serialized-error',
      data: { data: { problem: { reason: 'deviceRevoked' }, httpStatus: 401 } },
    });
    expect(await bells.next()).toBeNull();
    expect(await (await watch(phone)).next()).toMatchObject({ event: 'serialized-error' });
  });

  test('[W7] is limited per device, and a closed one makes room', async () => {
    const desk = await someone();
    await newLibrary(desk);
    const open = await Promise.all(Array.from({ length: 8 }, () => watch(desk)));
    for (const bells of open) await bells.next();
    const ninth = await watch(desk);
    expect(await ninth.next()).toMatchObject({ data: { data: { problem: { reason: 'tooManyTries' } } } });
    open[0]?.close();
    await expect
      .poll(async () => {
        const again = await watch(desk);
        const first = await again.next();
        again.close();
        return first?.event;
      })
      .toBe('message');
    for (const bells of open) bells.close();
  });

  test('does not keep the server from stopping', async () => {
    const other = await startTestServer();
    await other.makeAccount('ann@example.org');
    const ann = await other.signIn('ann@example.org');
    await newLibrary(ann);
    const bells = await openStream(`${other.url}/trpc/changes.watch`, ann.token);
    await bells.next();
    const cut = bells.next().catch(() => 'cut');
    await other.stop();
    expect([null, 'cut']).toContain(await cut);
  });
});

describe('trash', () => {
  test('shows what was deleted and gives it back', async () => {
    const desk = await someone();
    const libraryId = await newLibrary(desk);
    const { results } = await commitFolder(desk, libraryId, 'Docs');
    const made = results[0]?.result === 'applied' ? results[0].state : expect.fail('not applied');
    const { entryId, contentSeq: baseContentSeq, placeSeq: basePlaceSeq } = made;
    const ops: Op[] = [{ op: 'delete', entryId, baseContentSeq, basePlaceSeq }];
    await desk.client.sync.commit.mutate({ libraryId, opId: randomUUID() as OpId, ops });
    const { items } = await desk.client.trash.list.query({ libraryId });
    expect(items).toMatchObject([{ path: 'Docs', deletedBy: { name: 'laptop' } }]);
    const input = { libraryId, opId: randomUUID() as OpId, entryIds: [entryId] };
    const restored = await desk.client.trash.restore.mutate(input);
    expect(restored).toEqual({
      headSeq: 3,
      restored: [{ entryId, path: 'Docs' }],
      restoredCount: 1,
      more: false,
    });
    expect((await desk.client.trash.list.query({ libraryId })).items).toEqual([]);
  });
});
