import { randomUUID } from 'node:crypto';
import { contentIdInput } from '@tidesync/shared/chunk-list';
import type { ChunkId, ContentId, EntryId, LibraryId, OpId, UploadId } from '@tidesync/shared/ids';
import { topFolderOf } from '@tidesync/shared/ids';
import type { EntryName } from '@tidesync/shared/names';
import type { SignedGet, SignedPut } from '@tidesync/shared/wire/content';
import type { Doorbell } from '@tidesync/shared/wire/sync';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { nodeSha256 } from '../adapters/node-environment.ts';
import type { ObjectTransfer, SyncServer } from '../ports/server.ts';
import { freeWay } from '../ports/server.ts';
import { createPackBuilder } from '../shell/transfer/pack-builder.ts';
import { noise } from './transfer-bench.ts';

export interface SyncWorld {
  readonly libraryId: LibraryId;
  readonly server: SyncServer;
  readonly objects: ObjectTransfer;
  /** Revokes the device that `server` is signed in as. */
  revoke(): Promise<void>;
  close(): Promise<void>;
}

const never = new AbortController().signal;
const newId = <T extends string>() => randomUUID() as T;
const reasonOf = (call: Promise<unknown>) =>
  call.then(
    () => 'none',
    (error: { problem?: { reason: string } }) => error.problem?.reason ?? String(error),
  );

/** What `SyncServer` and `ObjectTransfer` promise. */
export function serverContract(name: string, makeWorld: () => Promise<SyncWorld>): void {
  describe(`${name} as the engine's server`, () => {
    let world: SyncWorld;
    let server: SyncServer;
    let objects: ObjectTransfer;
    let libraryId: LibraryId;
    const uploadId = newId<UploadId>();
    const bytes = noise(5_000, 'content');
    const ref = { id: nodeSha256(bytes) as ChunkId, sizeBytes: bytes.length };
    const pack = (() => {
      const builder = createPackBuilder(nodeSha256);
      builder.add(ref, bytes);
      return builder.finish();
    })();
    const content = { sizeBytes: 5_000, depth: 0, refs: [ref] } as const;
    const revision = { contentId: nodeSha256(contentIdInput(content)) as ContentId, ...content };

    const signPut = async (): Promise<SignedPut> => {
      await server.beginUpload(uploadId, libraryId);
      await server.missingChunks(uploadId, [ref]);
      const [signed] = await server.signPacks(uploadId, [
        { sha256: pack.sha256, sizeBytes: pack.bytes.length },
      ]);
      return signed as SignedPut;
    };
    const store = async (): Promise<SignedGet> => {
      const signed = await signPut();
      await objects.put(signed, [pack.bytes], freeWay(never));
      await server.sealPacks(uploadId, [{ packId: signed.packId, entries: pack.entries }]);
      const [get] = await server.signDownloads(libraryId, [signed.packId]);
      return get as SignedGet;
    };
    const makeFile = async () => {
      await store();
      await server.stage(uploadId, [], [revision]);
      const body = { kind: 'file', contentId: revision.contentId, executable: false } as const;
      const place = { entryId: newId<EntryId>(), parentId: topFolderOf(libraryId), name: 'a' as EntryName };
      const commit = {
        libraryId,
        opId: newId<OpId>(),
        ops: [{ op: 'create', ...place, mtimeMs: 1, body } as const],
      };
      return { commit, answer: await server.commit(commit) };
    };

    beforeEach(async () => {
      world = await makeWorld();
      ({ server, objects, libraryId } = world);
    });
    afterEach(() => world.close());

    test('content goes in and comes out', async () => {
      await server.beginUpload(uploadId, libraryId);
      expect(await server.missingChunks(uploadId, [ref])).toEqual([true]);
      const signed = await store();
      expect(await server.missingChunks(uploadId, [ref])).toEqual([false]);
      await server.stage(uploadId, [], [revision]);
      expect(await server.revisions(libraryId, [revision.contentId])).toEqual([revision]);
      expect(await server.locate(libraryId, [ref.id])).toEqual([
        { ...pack.entries[0], packId: signed.packId },
      ]);
      expect((await server.quota()).usedBytes).toBe(5_000);
      const range = await objects.getRange(signed, { offset: 100, length: 200 }, never);
      expect(Buffer.from(range as Uint8Array)).toEqual(Buffer.from(bytes.subarray(100, 300)));
    });

    test('what was never said or sent is a problem of its own', async () => {
      await server.beginUpload(uploadId, libraryId);
      expect(await reasonOf(server.stage(uploadId, [], [revision]))).toBe('chunksMissing');
      const signed = await signPut();
      const seal = server.sealPacks(uploadId, [{ packId: signed.packId, entries: pack.entries }]);
      expect(await reasonOf(seal)).toBe('packMissing');
      expect(await reasonOf(server.changes(newId<LibraryId>(), 'no cursor'))).toBe('invalidInput');
      expect(await reasonOf(server.tree(newId<LibraryId>(), null))).toBe('libraryMissing');
    });

    test('the store takes a pack once, and only what was signed', async () => {
      const signed = await signPut();
      const other = Uint8Array.from(pack.bytes);
      other[7] = (other[7] as number) ^ 1;
      expect(await reasonOf(objects.put(signed, [other], freeWay(never)))).toBe('chunkMismatch');
      const halves = [pack.bytes.subarray(0, 99), pack.bytes.subarray(99)];
      expect(await objects.put(signed, halves, freeWay(never))).toBe('stored');
      expect(await objects.put(signed, [pack.bytes], freeWay(never))).toBe('alreadyThere');
    });

    test('a refused address is expired if its time is over, else the store is in trouble', async () => {
      const signed = await store();
      const spoilt = { ...signed, url: signed.url.replace(/signature=[^&]{4}/i, 'signature=AAAA') };
      const range = { offset: 0, length: 10 };
      expect(await reasonOf(objects.getRange(spoilt, range, never))).toBe('storeUnavailable');
      expect(await objects.getRange({ ...spoilt, expiresAtMs: 1 }, range, never)).toBe('expired');
    });

    test('a range that is not there is a missing pack; an abort gives its own reason', async () => {
      const signed = await store();
      const beyond = objects.getRange(signed, { offset: 1_000_000, length: 10 }, never);
      expect(await reasonOf(beyond)).toBe('packMissing');
      const tooLong = objects.getRange(signed, { offset: 0, length: pack.bytes.length + 1 }, never);
      expect(await reasonOf(tooLong)).toBe('storeUnavailable');
      const stopped = AbortSignal.abort(new Error('paused'));
      await expect(objects.getRange(signed, { offset: 0, length: 1 }, stopped)).rejects.toThrow('paused');
      await expect(objects.put({ ...signed, headers: {} }, [bytes], freeWay(stopped))).rejects.toThrow(
        'paused',
      );
    });

    test('a commit is answered once, found again and seen by all', async () => {
      const { cursor: start } = await server.tree(libraryId, null);
      const { commit, answer } = await makeFile();
      expect(answer).toMatchObject({ headSeq: 1, results: [{ result: 'applied' }] });
      expect(await server.commit(commit)).toEqual(answer);
      expect(await server.lookUpCommit(libraryId, commit.opId)).toEqual(answer);
      expect(await server.lookUpCommit(libraryId, newId<OpId>())).toBeNull();
      const { changes, cursor } = await server.changes(libraryId, start);
      expect(changes).toMatchObject([{ seq: 1, state: { name: 'a', sizeBytes: 5_000 } }]);
      expect((await server.changes(libraryId, cursor)).changes).toEqual([]);
      expect((await server.tree(libraryId, null)).entries).toEqual(changes.map(({ state }) => state));
      const elsewhere = start.replace(/[^.]*$/, 'f'.repeat(64));
      expect(await reasonOf(server.changes(libraryId, elsewhere))).toBe('cursorDiverged');
    });

    test('the bell rings at the start, for a commit, and not after the close', async () => {
      const bells: Doorbell[] = [];
      const states: string[] = [];
      const watch = server.watch(
        (bell) => bells.push(bell),
        (state) => states.push(state),
      );
      await vi.waitFor(() => expect(bells).toContainEqual({ libraryId, headSeq: 0 }));
      expect(states).toEqual(['connected']);
      await makeFile();
      await vi.waitFor(() => expect(bells).toContainEqual({ libraryId, headSeq: 1 }));
      watch.close();
      expect(states).toEqual(['connected']);
    });

    test('a revoked device is told so, by calls and by the bell', async () => {
      const refused: string[] = [];
      const states: string[] = [];
      server.watch(
        () => undefined,
        (state) => states.push(state),
        ({ problem }) => refused.push(problem.reason),
      );
      await vi.waitFor(() => expect(states).toEqual(['connected']));
      await world.revoke();
      await vi.waitFor(() => expect(refused).toEqual(['deviceRevoked']), { timeout: 5_000 });
      expect(await reasonOf(server.quota())).toBe('deviceRevoked');
    });
  });
}
