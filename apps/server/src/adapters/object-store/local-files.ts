import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { link, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import type { ObjectFacts, ObjectKey } from '../../ports/object-store.ts';
import { flushFolder } from '../disk/flush-folder.ts';

export type PutOutcome = 'stored' | 'exists' | 'otherBytes' | 'otherLength';

/** Verified checksums kept in memory; older ones are computed again from the file when asked for. */
const CHECKSUMS_KEPT_MAX = 10_000;

const codeOf = (error: unknown): unknown =>
  typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
const isAbsent = (error: unknown) => codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR';

export const isDiskFull = (error: unknown) => codeOf(error) === 'ENOSPC' || codeOf(error) === 'EDQUOT';

/**
 * Objects as plain files: `DIR/<libraryId>/<packId>` holds exactly the object's bytes, nothing beside it.
 * Bytes arrive in `DIR/.incoming`, are flushed, and appear by `link`, which never replaces anything; so an
 * object is whole from the moment it can be seen, after a power cut too.
 */
export interface LocalFiles {
  /** Consumes `body` in any case of success; rejects with the file system's or the stream's error. */
  put(key: ObjectKey, body: Readable, expected: ObjectFacts): Promise<PutOutcome>;
  /** Null for no object. The caller closes the file. */
  openForRead(key: ObjectKey): Promise<{ file: FileHandle; sizeBytes: number } | null>;
  /** Durable once this resolves with true. */
  existsDurably(key: ObjectKey): Promise<boolean>;
  facts(key: ObjectKey): Promise<ObjectFacts | null>;
  remove(key: ObjectKey): Promise<void>;
}

/** Makes the folder and removes what earlier, interrupted PUTs left in `.incoming`. */
export async function openLocalFiles(dir: string): Promise<LocalFiles> {
  const incoming = join(dir, '.incoming');
  await mkdir(incoming, { recursive: true, mode: 0o700 });
  for (const left of await readdir(incoming)) await rm(join(incoming, left), { force: true });
  const checksums = boundedMap<ObjectKey, string>(CHECKSUMS_KEPT_MAX);
  const makeFolder = durableFolders(dir);
  const pathOf = (key: ObjectKey) => join(dir, key);

  return {
    async put(key, body, expected) {
      const temporary = join(incoming, randomUUID());
      try {
        const outcome = await receive(temporary, body, expected);
        if (outcome !== 'stored') return outcome;
        await makeFolder(dirname(pathOf(key)));
        const appeared = await appear(temporary, pathOf(key));
        // Also for the one who lost the race: it will report success, so the winner's entry has to be durable.
        await flushFolder(dirname(pathOf(key)));
        if (!appeared) return 'exists';
        checksums.set(key, expected.sha256Hex);
        return 'stored';
      } finally {
        await rm(temporary, { force: true });
      }
    },
    async openForRead(key) {
      try {
        const file = await open(pathOf(key), 'r');
        return { file, sizeBytes: (await file.stat()).size };
      } catch (error) {
        if (isAbsent(error)) return null;
        throw error;
      }
    },
    async existsDurably(key) {
      if (!(await exists(pathOf(key)))) return false;
      await flushFolder(dirname(pathOf(key)));
      return true;
    },
    async facts(key) {
      try {
        const { size } = await stat(pathOf(key));
        const sha256Hex = checksums.get(key) ?? (await sha256OfFile(pathOf(key)));
        checksums.set(key, sha256Hex);
        return { sizeBytes: size, sha256Hex };
      } catch (error) {
        if (isAbsent(error)) return null;
        throw error;
      }
    },
    async remove(key) {
      checksums.delete(key);
      await rm(pathOf(key), { force: true });
    },
  };
}

/** Streams the body into a new file and flushes it; the length is checked as it arrives, the hash at the end. */
async function receive(path: string, body: Readable, expected: ObjectFacts): Promise<PutOutcome> {
  const file = await open(path, 'wx', 0o600);
  try {
    const hash = createHash('sha256');
    let arrivedBytes = 0;
    // Not destroyed when we stop early: the connection still has to carry the answer.
    for await (const slice of body.iterator({ destroyOnReturn: false })) {
      arrivedBytes += slice.length;
      if (arrivedBytes > expected.sizeBytes) return 'otherLength';
      hash.update(slice);
      await writeWhole(file, slice);
    }
    if (arrivedBytes !== expected.sizeBytes) return 'otherLength';
    if (hash.digest('hex') !== expected.sha256Hex) return 'otherBytes';
    await file.sync();
    return 'stored';
  } finally {
    await file.close();
  }
}

async function writeWhole(file: FileHandle, bytes: Buffer): Promise<void> {
  for (let at = 0; at < bytes.length; ) {
    at += (await file.write(bytes, at, bytes.length - at)).bytesWritten;
  }
}

/** Gives the finished file its name; false if that name is taken. */
async function appear(temporary: string, path: string): Promise<boolean> {
  try {
    await link(temporary, path);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'].includes(String(codeOf(error)))) throw error;
  }
  // A file system without hard links (exFAT, some network shares).
  // RACE: between the check and the rename another PUT of this key may appear. Keys are signed for one content,
  // so it has the same bytes.
  if (await exists(path)) return false;
  await rename(temporary, path);
  return true;
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if (isAbsent(error)) return false;
    throw error;
  }
}

/** Makes folders inside `parent`; whoever asks for one that is being made waits until it is durable, too. */
function durableFolders(parent: string): (folder: string) => Promise<void> {
  const made = new Map<string, Promise<void>>();
  const make = async (folder: string) => {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await flushFolder(parent);
  };
  return (folder) => {
    const known = made.get(folder);
    if (known !== undefined) return known;
    const making = make(folder);
    made.set(folder, making);
    making.catch(() => made.delete(folder));
    return making;
  };
}

async function sha256OfFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const slice of createReadStream(path, { highWaterMark: 1024 * 1024 }))
    hash.update(slice as Buffer);
  return hash.digest('hex');
}

/** Forgets the least recently set entry beyond the bound. */
function boundedMap<K, V>(sizeMax: number) {
  const map = new Map<K, V>();
  return {
    get: (key: K) => map.get(key),
    delete: (key: K) => map.delete(key),
    set(key: K, value: V) {
      map.delete(key);
      map.set(key, value);
      const [oldest] = map.keys();
      if (map.size > sizeMax && oldest !== undefined) map.delete(oldest);
    },
  };
}
