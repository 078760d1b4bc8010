import { fileRevision } from '@tidesync/shared/chunk-list';
import type { PackId, UploadId } from '@tidesync/shared/ids';
import { limits } from '@tidesync/shared/limits';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Chunk, ServerWorld } from '../../testing/server-world.ts';
import {
  chunkOf,
  freshId,
  makeServerWorld,
  packOf,
  refusalOf,
  sha256,
  TestUpload,
} from '../../testing/server-world.ts';
import type { Caller } from '../caller.ts';
import { setMember } from '../libraries/set-member.ts';
import { beginUpload } from './begin-upload.ts';
import { expireUploads } from './expire-uploads.ts';
import { signPacks } from './sign-packs.ts';
import { stageRevisions } from './stage-revisions.ts';

let world: ServerWorld;
let ann: Caller;
let upload: TestUpload;

const LIMIT = 1_000;
const chunkOfSize = (sizeBytes: number, mark: string) => chunkOf(mark.repeat(sizeBytes).slice(0, sizeBytes));
const totalOf = (chunks: readonly Chunk[]) => chunks.reduce((sum, chunk) => sum + chunk.ref.sizeBytes, 0);
async function quotaOf(caller: Caller) {
  const account = await world.ports.store.read.accounts.byId(caller.accountId);
  return { usedBytes: account?.usedBytes, reservedBytes: account?.reservedBytes };
}

beforeEach(async () => {
  world = await makeServerWorld();
  ann = await world.addAccount('ann@example.org', LIMIT);
  upload = new TestUpload(world, ann, await world.addLibrary(ann));
  await upload.begin();
});
afterEach(() => world.stop());

describe('begin', () => {
  test('again is a success that extends its life', async () => {
    world.advance(1_000);
    const again = await upload.begin();
    expect(again.expiresAtMs).toBe(world.ports.clock.nowMs() + limits.uploadLifeMs);
  });

  test('is refused to a viewer, and the library hidden from others', async () => {
    const bob = await world.addAccount('bob@example.org');
    const input = { uploadId: freshId<UploadId>(), libraryId: upload.libraryId };
    expect(await refusalOf(beginUpload(world.ports, bob, input))).toMatchObject({ reason: 'libraryMissing' });
    await world.ports.store.transact((tx) =>
      tx.libraries.setMember(upload.libraryId, bob.accountId, 'viewer'),
    );
    expect(await refusalOf(beginUpload(world.ports, bob, input))).toMatchObject({ reason: 'notAllowed' });
  });

  test('does not take over the upload of someone else', async () => {
    const bob = await world.addAccount('bob@example.org');
    const libraryId = await world.addLibrary(bob);
    const stolen = beginUpload(world.ports, bob, { uploadId: upload.uploadId, libraryId });
    expect(await refusalOf(stolen)).toEqual({ reason: 'uploadExpired' });
  });
});

describe('missing', () => {
  test('[B6] reserves each chunk once per upload', async () => {
    const chunks = [chunkOfSize(100, 'a'), chunkOfSize(200, 'b'), chunkOfSize(100, 'a')];
    expect(await upload.missing(chunks)).toEqual({ missing: [true, true, true], reservedBytes: 300 });
    expect(await upload.missing(chunks)).toEqual({ missing: [true, true, true], reservedBytes: 300 });
    expect(await quotaOf(ann)).toEqual({ usedBytes: 0, reservedBytes: 300 });
  });

  test('[B5] answers what is stored, but not to an account that has not sent it', async () => {
    const chunk = chunkOfSize(100, 'a');
    await upload.missing([chunk]);
    await upload.send([chunk]);
    expect(await upload.missing([chunk])).toEqual({ missing: [false], reservedBytes: 0 });
    const bob = await world.addAccount('bob@example.org');
    await world.ports.store.transact((tx) =>
      tx.libraries.setMember(upload.libraryId, bob.accountId, 'editor'),
    );
    const other = new TestUpload(world, bob, upload.libraryId);
    await other.begin();
    expect(await other.missing([chunk])).toEqual({ missing: [true], reservedBytes: 100 });
    expect(await quotaOf(ann)).toEqual({ usedBytes: 100, reservedBytes: 100 });
    expect(await quotaOf(bob)).toEqual({ usedBytes: 0, reservedBytes: 0 });
  });

  test('does not take a chunk with another length for the stored one', async () => {
    const chunk = chunkOfSize(100, 'a');
    await upload.send([chunk]);
    const liar = { ...chunk, ref: { ...chunk.ref, sizeBytes: 99 } };
    expect((await upload.missing([liar])).missing).toEqual([true]);
  });

  test('[B6] refuses what does not fit, with the four numbers, and holds nothing of it', async () => {
    await upload.missing([chunkOfSize(600, 'a')]);
    const refusal = await refusalOf(upload.missing([chunkOfSize(300, 'b'), chunkOfSize(200, 'c')]));
    expect(refusal).toEqual({
      reason: 'quotaExceeded',
      usedBytes: 0,
      reservedBytes: 600,
      limitBytes: LIMIT,
      requestedBytes: 500,
      limit: 'account',
    });
    expect(await quotaOf(ann)).toEqual({ usedBytes: 0, reservedBytes: 600 });
  });

  test('[B7] never lets concurrent uploads pass the limit', async () => {
    const calls = Array.from({ length: 12 }, async (_, index) => {
      const one = new TestUpload(world, ann, upload.libraryId);
      await one.begin();
      const chunk = chunkOfSize(150, String.fromCharCode(97 + index));
      await one.missing([chunk]);
      const { usedBytes = 0, reservedBytes = 0 } = await quotaOf(ann);
      expect(usedBytes + reservedBytes).toBeLessThanOrEqual(LIMIT);
      await one.send([chunk]);
    });
    const ends = await Promise.allSettled(calls);
    expect(ends.filter((end) => end.status === 'fulfilled')).toHaveLength(6);
    expect(await quotaOf(ann)).toEqual({ usedBytes: 900, reservedBytes: 0 });
  });
});

describe('sign and seal', () => {
  test('[B13] charge what was newly stored and release what was held', async () => {
    const chunks = [chunkOfSize(100, 'a'), chunkOfSize(200, 'b')];
    await upload.missing(chunks);
    expect((await upload.send(chunks)).chargedBytes).toBe(300);
    expect(await quotaOf(ann)).toEqual({ usedBytes: 300, reservedBytes: 0 });
  });

  test('[B13] give the same pack for the same hash, and seal it once', async () => {
    const pack = packOf([chunkOfSize(100, 'a')]);
    const packId = await upload.sign(pack);
    expect(await upload.sign(pack)).toBe(packId);
    upload.put(packId, pack.bytes);
    expect(await upload.seal(packId, pack.entries)).toEqual({ chargedBytes: 100 });
    expect(await upload.seal(packId, pack.entries)).toEqual({ chargedBytes: 0 });
    expect(await quotaOf(ann)).toEqual({ usedBytes: 100, reservedBytes: 0 });
  });

  test('[B13] charge nothing for a chunk that is stored already, and still release it', async () => {
    const chunk = chunkOfSize(100, 'a');
    const second = new TestUpload(world, ann, upload.libraryId);
    await second.begin();
    await upload.missing([chunk]);
    await second.missing([chunk]);
    await upload.send([chunk]);
    expect((await second.send([chunk])).chargedBytes).toBe(0);
    expect(await quotaOf(ann)).toEqual({ usedBytes: 100, reservedBytes: 0 });
  });

  test('charge a chunk once that two packs of one call hold', async () => {
    const shared = chunkOfSize(100, 'a');
    await upload.send([shared, chunkOfSize(50, 'b')]);
    expect((await upload.send([shared, chunkOfSize(60, 'c')])).chargedBytes).toBe(60);
  });

  test('[B12] refuse a pack that has not arrived, or arrived with other bytes', async () => {
    const pack = packOf([chunkOfSize(100, 'a')]);
    const packId = await upload.sign(pack);
    expect(await refusalOf(upload.seal(packId, pack.entries))).toMatchObject({ reason: 'packMissing' });
    upload.put(packId, packOf([chunkOfSize(100, 'b')]).bytes);
    expect(await refusalOf(upload.seal(packId, pack.entries))).toMatchObject({ reason: 'chunkMismatch' });
    expect(await refusalOf(upload.seal(freshId<PackId>(), pack.entries))).toMatchObject({
      reason: 'packMissing',
    });
  });

  test.each<[why: string, change: (entry: ReturnType<typeof packOf>['entries'][number]) => object]>([
    ['a chunk outside the pack', (entry) => ({ ...entry, offset: 1_000_000 })],
    ['a chunk that is stored otherwise than plain', (entry) => ({ ...entry, plainBytes: 7 })],
    ['stored bytes with another hash', (entry) => ({ ...entry, storedSha256: sha256('x') })],
  ])('refuse %s', async (_why, change) => {
    const pack = packOf([chunkOfSize(100, 'a')]);
    const packId = await upload.sign(pack);
    upload.put(packId, pack.bytes);
    const entries = pack.entries.map((entry) => change(entry) as typeof entry);
    expect(await refusalOf(upload.seal(packId, entries))).toMatchObject({ reason: 'chunkMismatch' });
  });

  test('[B44] refuse packs beyond what the upload holds room for, and nothing of them is kept', async () => {
    const chunks = [chunkOfSize(100, 'a'), chunkOfSize(100, 'b')];
    const sizes = packOf(chunks).bytes.length;
    await upload.sign(packOf(chunks));
    const sign = (hash: string) => {
      const packs = [{ sha256: sha256(hash), sizeBytes: sizes }];
      return signPacks(world.ports, ann, { uploadId: upload.uploadId, packs });
    };
    const outcomes: string[] = [];
    for (let more = 0; more < 20; more++) {
      outcomes.push(
        await sign(`pack ${more}`).then(
          () => 'signed',
          (error) => error.problem.reason,
        ),
      );
    }
    expect(outcomes.filter((one) => one === 'signed').length).toBeLessThan(6);
    expect(outcomes.at(-1)).toBe('uploadExpired');
    // It has ended, so that whoever takes it up again finds out.
    expect(await refusalOf(upload.begin())).toEqual({ reason: 'uploadExpired' });
    expect(await quotaOf(ann)).toEqual({ usedBytes: 0, reservedBytes: 0 });
    const stranger = new TestUpload(world, ann, upload.libraryId);
    await stranger.begin();
    const unasked = { uploadId: stranger.uploadId, packs: [{ sha256: sha256('x'), sizeBytes: 10 }] };
    expect(await refusalOf(signPacks(world.ports, ann, unasked))).toEqual({ reason: 'uploadExpired' });
  });

  test('refuse a pack full of bytes that belong to no chunk', async () => {
    await world.ports.store.transact((tx) => tx.accounts.setLimit(ann.accountId, 10 * LIMIT));
    const pack = packOf([chunkOfSize(5_000, 'a'), chunkOfSize(100, 'b')]);
    const packId = await upload.sign(pack);
    upload.put(packId, pack.bytes);
    expect(await refusalOf(upload.seal(packId, pack.entries.slice(1)))).toMatchObject({
      reason: 'chunkMismatch',
    });
  });

  test('refuse more than was ever held, when it does not fit', async () => {
    const liar = chunkOfSize(LIMIT + 1, 'a');
    const refusal = await refusalOf(upload.send([liar]));
    expect(refusal).toMatchObject({ reason: 'quotaExceeded', requestedBytes: LIMIT + 1 });
    expect(await quotaOf(ann)).toEqual({ usedBytes: 0, reservedBytes: 0 });
  });

  test('refuse the packs of someone else', async () => {
    const pack = packOf([chunkOfSize(100, 'a')]);
    const packId = await upload.sign(pack);
    const bob = await world.addAccount('bob@example.org');
    await world.ports.store.transact((tx) =>
      tx.libraries.setMember(upload.libraryId, bob.accountId, 'editor'),
    );
    const other = new TestUpload(world, bob, upload.libraryId);
    await other.begin();
    expect(await refusalOf(other.seal(packId, pack.entries))).toMatchObject({ reason: 'packMissing' });
  });
});

describe('stage', () => {
  const revisionOf = (chunks: readonly Chunk[]) => {
    const { revision } = fileRevision(
      chunks.map((chunk) => chunk.ref),
      sha256,
    );
    return { ...revision, refs: [...revision.refs] };
  };
  const stage = (revisions: ReturnType<typeof revisionOf>[], lists: { id: string; refs: object[] }[] = []) =>
    stageRevisions(world.ports, ann, { uploadId: upload.uploadId, lists: lists as never, revisions });

  test('keeps contents whose chunks are all there, and the empty one', async () => {
    const chunks = [chunkOfSize(100, 'a'), chunkOfSize(50, 'b')];
    await upload.send(chunks);
    const revisions = [revisionOf(chunks), revisionOf([])];
    const ids = revisions.map((revision) => revision.contentId);
    expect(await stage(revisions)).toEqual({ staged: ids });
    expect(await stage(revisions)).toEqual({ staged: ids });
  });

  test('[B14] says how many chunks are missing', async () => {
    const stored = chunkOfSize(100, 'a');
    await upload.send([stored]);
    const refusal = await refusalOf(stage([revisionOf([stored, chunkOfSize(9, 'b'), chunkOfSize(9, 'c')])]));
    expect(refusal).toEqual({ reason: 'chunksMissing', count: 2 });
  });

  test('[B14] recomputes the content id and the size', async () => {
    const chunk = chunkOfSize(100, 'a');
    await upload.send([chunk]);
    const honest = revisionOf([chunk]);
    const otherId = { ...honest, contentId: revisionOf([]).contentId };
    expect(await refusalOf(stage([otherId]))).toMatchObject({ reason: 'chunkMismatch' });
    const otherSize = { ...honest, sizeBytes: 101 };
    expect(await refusalOf(stage([otherSize]))).toMatchObject({ reason: 'chunkMismatch' });
  });

  test('[B4] takes a list of lists once all of it is there', async () => {
    const chunks = Array.from({ length: limits.chunkListRefsMax + 1 }, () => chunkOfSize(1, 'a'));
    const filed = fileRevision(
      chunks.map((chunk) => chunk.ref),
      sha256,
    );
    const revision = { ...filed.revision, refs: [...filed.revision.refs] };
    const lists = filed.lists.map(({ ref, refs }) => ({ id: ref.id, refs: [...refs] }));
    expect(await refusalOf(stage([revision], lists))).toMatchObject({ reason: 'chunksMissing' });
    await raiseLimit();
    await upload.send([chunkOfSize(1, 'a')]);
    const listChunks = filed.lists.map(({ ref, refs }) => listChunkOf(ref.id, refs));
    await upload.send(listChunks);
    expect(await refusalOf(stage([revision]))).toMatchObject({ reason: 'chunksMissing' });
    expect(await stage([revision], lists)).toEqual({ staged: [revision.contentId] });
    expect(await stage([revision])).toEqual({ staged: [revision.contentId] });
  });

  async function raiseLimit() {
    await world.ports.store.transact((tx) => tx.accounts.setLimit(ann.accountId, 10_000_000));
  }
  function listChunkOf(id: Chunk['ref']['id'], refs: readonly Chunk['ref'][]): Chunk {
    const bytes = Buffer.concat(
      refs.map((ref) => {
        const size = Buffer.alloc(4);
        size.writeUInt32BE(ref.sizeBytes);
        return Buffer.concat([Buffer.from(ref.id, 'hex'), size]);
      }),
    );
    return { bytes, ref: { id, sizeBytes: bytes.length } };
  }
});

describe('expiry', () => {
  test('[B15] gives back what was held, exactly once, and ends the upload', async () => {
    const chunks = [chunkOfSize(300, 'a'), chunkOfSize(200, 'b')];
    await upload.missing(chunks);
    await upload.send(chunks.slice(0, 1));
    world.advance(limits.uploadLifeMs);
    const [first, second] = await Promise.all([expireUploads(world.ports), expireUploads(world.ports)]);
    expect(first + second).toBe(1);
    expect(await quotaOf(ann)).toEqual({ usedBytes: totalOf(chunks.slice(0, 1)), reservedBytes: 0 });
    expect(await refusalOf(upload.missing(chunks))).toEqual({ reason: 'uploadExpired' });
    expect(await refusalOf(upload.begin())).toEqual({ reason: 'uploadExpired' });
  });

  test('[B15] leaves an upload that was begun again in time', async () => {
    await upload.missing([chunkOfSize(300, 'a')]);
    world.advance(limits.uploadLifeMs - 1);
    await upload.begin();
    world.advance(1);
    expect(await expireUploads(world.ports)).toBe(0);
    expect(await quotaOf(ann)).toEqual({ usedBytes: 0, reservedBytes: 300 });
  });
});

test('[B25] a transfer of the library moves its bytes, and later charges go to the new owner', async () => {
  const bob = await world.addAccount('bob@example.org', 1_000);
  await upload.send([chunkOfSize(400, 'a')]);
  await upload.missing([chunkOfSize(100, 'b')]);
  const { libraryId } = upload;
  await setMember(world.ports, ann, { libraryId, email: bob.email, role: 'owner' });
  expect(await quotaOf(ann)).toEqual({ usedBytes: 0, reservedBytes: 100 });
  expect(await quotaOf(bob)).toEqual({ usedBytes: 400, reservedBytes: 0 });
  await upload.send([chunkOfSize(100, 'b')]);
  expect(await quotaOf(ann)).toEqual({ usedBytes: 0, reservedBytes: 0 });
  expect(await quotaOf(bob)).toEqual({ usedBytes: 500, reservedBytes: 0 });
});
