import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { ChunkRef } from '@tidesync/shared/chunk-list';
import { fileRevision } from '@tidesync/shared/chunk-list';
import type { FilePolicy } from '@tidesync/shared/file-policy';
import { OPEN_POLICY } from '@tidesync/shared/file-policy';
import type {
  AccountId,
  ChunkId,
  ContentId,
  DeviceId,
  EntryId,
  LibraryId,
  OpId,
  PackId,
  UploadId,
} from '@tidesync/shared/ids';
import { limits } from '@tidesync/shared/limits';
import type { PackEntry } from '@tidesync/shared/pack-format';
import { encodePackEnd } from '@tidesync/shared/pack-format';
import type { Problem } from '@tidesync/shared/problems';
import { isFailure } from '@tidesync/shared/problems';
import { openSqliteStore } from '../adapters/database/store-sqlite.ts';
import { openTidbStore } from '../adapters/database/store-tidb.ts';
import { localDoorbells } from '../adapters/events/local-doorbells.ts';
import { sessionEndOf } from '../domain/session-life.ts';
import { NO_METRICS } from '../ports/metrics.ts';
import { newUuid } from '../ports/random.ts';
import type { ServerPorts } from '../ports/server-ports.ts';
import type { Store } from '../ports/store.ts';
import type { Caller } from '../use-cases/caller.ts';
import { beginUpload } from '../use-cases/uploads/begin-upload.ts';
import { findMissingChunks } from '../use-cases/uploads/find-missing-chunks.ts';
import { sealPacks } from '../use-cases/uploads/seal-packs.ts';
import { signPacks } from '../use-cases/uploads/sign-packs.ts';
import { stageRevisions } from '../use-cases/uploads/stage-revisions.ts';
import type { MemoryObjects } from './memory-objects.ts';
import { memoryObjects } from './memory-objects.ts';
import { emptyTidbOfThisFile } from './tidb-database.ts';

type Ports = Omit<ServerPorts, 'passwords' | 'throttle'>;

/** The use-cases' surroundings: a real database in a folder of its own, objects in memory, a clock by hand. */
export interface ServerWorld {
  readonly ports: Ports;
  readonly objects: MemoryObjects;
  readonly folder: string;
  advance(byMs: number): void;
  /** An account and its first device. */
  addAccount(email: string, limitBytes?: number): Promise<Caller>;
  addDevice(of: Caller): Promise<Caller>;
  addLibrary(owner: Caller, name?: string): Promise<LibraryId>;
  stop(): Promise<void>;
}

const START_MS = Date.UTC(2026, 0, 1);
export const freshId = <T extends string>() => newUuid({ bytes: (count) => randomBytes(count) }) as T;
export const freshOpId = () => freshId<OpId>();
export const freshEntryId = () => freshId<EntryId>();
export const sha256 = (bytes: Uint8Array | string) => createHash('sha256').update(bytes).digest('hex');

export interface WorldOptions {
  readonly onStatement?: (statement: string) => void;
  /** Default: one of the world's own. The world closes it. */
  readonly store?: Store;
  /** Default: all files. */
  readonly files?: Partial<FilePolicy>;
}

/** SQLite; where the test run says so, TiDB, so that the same tests hold for both. */
async function openWorldStore(folder: string, { onStatement }: WorldOptions): Promise<Store> {
  const hear = onStatement === undefined ? {} : { onStatement };
  if (process.env.TIDESYNC_TEST_STORE !== 'tidb') {
    return openSqliteStore({ file: path.join(folder, 'server.sqlite'), ...hear });
  }
  return openTidbStore({ url: await emptyTidbOfThisFile(), ...hear });
}

export async function makeServerWorld(options: WorldOptions = {}): Promise<ServerWorld> {
  const folder = await mkdtemp(path.join(tmpdir(), 'tidesync-world-'));
  const store = options.store ?? (await openWorldStore(folder, options));
  const objects = memoryObjects();
  let nowMs = START_MS;
  const ports: Ports = {
    store,
    objectStore: objects,
    clock: { nowMs: () => nowMs },
    random: { bytes: (count) => randomBytes(count) },
    doorbells: localDoorbells(),
    metrics: NO_METRICS,
    policy: {
      files: { ...OPEN_POLICY, ...options.files },
      quotaBytesDefault: limits.quotaBytesDefault,
      retention: { versions: limits.retentionDaysDefault, trash: limits.retentionDaysDefault },
      deleteAfterDays: limits.deleteAfterDaysDefault,
      storage: 'memory',
    },
  };
  const addDevice = async (caller: Omit<Caller, 'deviceId'>): Promise<Caller> => {
    const deviceId = freshId<DeviceId>();
    const { accountId } = caller;
    const device = { deviceId, accountId, name: 'laptop', tokenHash: sha256(deviceId), createdAtMs: nowMs };
    await store.transact((tx) => tx.devices.create({ ...device, ...sessionEndOf('device', nowMs) }));
    return { ...caller, deviceId };
  };
  return {
    ports,
    objects,
    folder,
    advance: (byMs) => {
      nowMs += byMs;
    },
    async addAccount(email, limitBytes = 10_000_000) {
      const accountId = freshId<AccountId>();
      const account = { accountId, email, passwordHash: '-', admin: false, limitBytes, createdAtMs: nowMs };
      await store.transact((tx) => tx.accounts.create(account));
      return addDevice({ accountId, email, admin: false });
    },
    addDevice,
    async addLibrary(owner, name = 'Photos') {
      const libraryId = freshId<LibraryId>();
      const library = { libraryId, ownerId: owner.accountId, name, createdAtMs: nowMs };
      await store.transact((tx) => tx.libraries.create(library));
      return libraryId;
    },
    async stop() {
      await store.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export interface Chunk {
  readonly ref: ChunkRef;
  readonly bytes: Uint8Array;
}
export function chunkOf(text: string): Chunk {
  const bytes = new TextEncoder().encode(text);
  return { bytes, ref: { id: sha256(bytes) as ChunkId, sizeBytes: bytes.length } };
}

export interface Pack {
  readonly bytes: Uint8Array;
  readonly sha256: string;
  readonly entries: readonly PackEntry[];
}
export function packOf(chunks: readonly Chunk[]): Pack {
  let offset = 0;
  const entries = chunks.map(({ ref, bytes }): PackEntry => {
    const at = offset;
    offset += bytes.length;
    const stored = { storedBytes: bytes.length, plainBytes: bytes.length, codec: 'plain' as const };
    return { chunkId: ref.id, offset: at, ...stored, storedSha256: ref.id };
  });
  const end = encodePackEnd(entries, (text) => new TextEncoder().encode(text));
  const bytes = Buffer.concat([...chunks.map((chunk) => chunk.bytes), end]);
  return { bytes, sha256: sha256(bytes), entries };
}

/** One upload with the steps a device takes, each on its own so that tests can leave some out. */
export class TestUpload {
  readonly world: ServerWorld;
  readonly caller: Caller;
  readonly libraryId: LibraryId;
  readonly uploadId = freshId<UploadId>();

  constructor(world: ServerWorld, caller: Caller, libraryId: LibraryId) {
    this.world = world;
    this.caller = caller;
    this.libraryId = libraryId;
  }

  begin() {
    const { uploadId, libraryId } = this;
    return beginUpload(this.world.ports, this.caller, { uploadId, libraryId });
  }

  missing(chunks: readonly Chunk[]) {
    const refs = chunks.map((chunk) => chunk.ref);
    return findMissingChunks(this.world.ports, this.caller, { uploadId: this.uploadId, chunks: refs });
  }

  /** Asks for what is missing of the pack first, as only what is held can be signed for. */
  async sign(pack: Pack): Promise<PackId> {
    const refs = pack.entries.map(({ chunkId, plainBytes }) => ({ id: chunkId, sizeBytes: plainBytes }));
    await findMissingChunks(this.world.ports, this.caller, { uploadId: this.uploadId, chunks: refs });
    const packs = [{ sha256: pack.sha256, sizeBytes: pack.bytes.length }];
    const signed = await signPacks(this.world.ports, this.caller, { uploadId: this.uploadId, packs });
    return (signed.packs[0] as { packId: PackId }).packId;
  }

  put(packId: PackId, bytes: Uint8Array): void {
    this.world.objects.put(`${this.libraryId}/${packId}`, bytes);
  }

  seal(packId: PackId, entries: readonly PackEntry[]) {
    const packs = [{ packId, entries: [...entries] }];
    return sealPacks(this.world.ports, this.caller, { uploadId: this.uploadId, packs });
  }

  /** Sign, put and seal. */
  async send(chunks: readonly Chunk[]) {
    const pack = packOf(chunks);
    const packId = await this.sign(pack);
    this.put(packId, pack.bytes);
    return { packId, ...(await this.seal(packId, pack.entries)) };
  }

  async stage(chunks: readonly Chunk[]): Promise<ContentId> {
    const { revision } = fileRevision(
      chunks.map((chunk) => chunk.ref),
      sha256,
    );
    const revisions = [{ ...revision, refs: [...revision.refs] }];
    await stageRevisions(this.world.ports, this.caller, { uploadId: this.uploadId, lists: [], revisions });
    return revision.contentId;
  }
}

/** A text as content that the caller's commits may name: the whole way of an upload. */
export async function uploadText(
  world: ServerWorld,
  caller: Caller,
  { libraryId, text }: { readonly libraryId: LibraryId; readonly text: string },
): Promise<ContentId> {
  const upload = new TestUpload(world, caller, libraryId);
  await upload.begin();
  const chunks = text === '' ? [] : [chunkOf(text)];
  if (chunks.length > 0) {
    const { missing } = await upload.missing(chunks);
    if (missing[0]) await upload.send(chunks);
  }
  return upload.stage(chunks);
}

/** The problem a call was refused with; any other end fails the test. */
export async function refusalOf(call: Promise<unknown>): Promise<Problem> {
  const error = await call.then(
    () => new Error('the call was not refused'),
    (refusal: unknown) => refusal,
  );
  if (!isFailure(error)) throw error;
  return error.problem;
}
