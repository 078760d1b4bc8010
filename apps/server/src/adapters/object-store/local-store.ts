import { randomBytes } from 'node:crypto';
import { open, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { assert } from '@tidesync/shared/brand';
import { limits } from '@tidesync/shared/limits';
import { fail } from '@tidesync/shared/problems';
import type { ObjectKey, ObjectStore } from '../../ports/object-store.ts';
import type { LocalFiles } from './local-files.ts';
import { isDiskFull, openLocalFiles } from './local-files.ts';
import { signGetUrl, signPutUrl } from './local-signature.ts';
import { factsOf } from './object-facts.ts';
import { putHeaders } from './put-headers.ts';

const SECRET_BYTES = 32;

export interface LocalStore {
  readonly store: ObjectStore;
  readonly files: LocalFiles;
  readonly secret: Buffer;
}

/**
 * The object store inside a data folder: `objects/` with the files and `object-signing.key`, both private.
 * Errors: Failure `serverDiskFull`, `storeUnavailable`.
 */
export async function openLocalStore(dataDir: string): Promise<LocalStore> {
  const files = await openLocalFiles(join(dataDir, 'objects')).catch(translate);
  const secret = await loadSecret(join(dataDir, 'object-signing.key')).catch(translate);
  return { store: localStore(files, secret), files, secret };
}

function localStore(files: LocalFiles, secret: Buffer): ObjectStore {
  return {
    signPut: async (grant) => ({ url: signPutUrl(secret, grant), headers: putHeaders(grant) }),
    signGet: async (grant) => signGetUrl(secret, grant),
    head: (key) => files.facts(key).catch(translate),
    read: (key) => readWhole(files, key).catch(translate),
    write: (key, bytes) => writeWhole(files, key, bytes).catch(translate),
    delete: (key) => files.remove(key).catch(translate),
  };
}

async function readWhole(files: LocalFiles, key: ObjectKey): Promise<Uint8Array | null> {
  const opened = await files.openForRead(key);
  if (opened === null) return null;
  try {
    if (opened.sizeBytes > limits.objectBytesMax) {
      fail({ reason: 'storeUnavailable', detail: `object ${key} is larger than any pack` });
    }
    return await opened.file.readFile();
  } finally {
    await opened.file.close();
  }
}

async function writeWhole(
  files: LocalFiles,
  key: ObjectKey,
  bytes: Uint8Array,
): Promise<'stored' | 'exists'> {
  if (await files.existsDurably(key)) return 'exists';
  const outcome = await files.put(key, Readable.from([bytes]), factsOf(bytes));
  assert(outcome === 'stored' || outcome === 'exists', 'bytes in memory match their own hash');
  return outcome;
}

function translate(error: unknown): never {
  if (isDiskFull(error)) fail({ reason: 'serverDiskFull' }, error);
  if (!(error instanceof Error && 'code' in error)) throw error;
  return fail({ reason: 'storeUnavailable', detail: `local folder: ${error.code}` }, error);
}

/** The installation's signing secret, made on first start; whole or absent, whatever interrupts us. */
async function loadSecret(path: string): Promise<Buffer> {
  const known = await readSecret(path);
  if (known !== null) return known;
  const temporary = `${path}.new`;
  await rm(temporary, { force: true });
  const file = await open(temporary, 'wx', 0o600);
  try {
    await file.writeFile(randomBytes(SECRET_BYTES).toString('hex'));
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(temporary, path);
  const made = await readSecret(path);
  assert(made !== null, 'a signing key that was just written can be read');
  return made;
}

async function readSecret(path: string): Promise<Buffer | null> {
  try {
    const secret = Buffer.from((await readFile(path, 'utf8')).trim(), 'hex');
    assert(secret.length === SECRET_BYTES, `${path} holds ${SECRET_BYTES} bytes in hex`);
    return secret;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}
