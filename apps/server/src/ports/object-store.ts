import type { Brand } from '@tidesync/shared/brand';
import type { LibraryId, PackId } from '@tidesync/shared/ids';

/** Where a pack lies in the object store: `<libraryId>/<packId>`. Made by the server, never used twice. */
export type ObjectKey = Brand<string, 'ObjectKey'>;

const keyShape = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export function objectKeyOf(libraryId: LibraryId, packId: PackId): ObjectKey {
  return `${libraryId}/${packId}` as ObjectKey;
}

/** Null for everything that is not exactly two ids with a slash between them, so also for any path trick. */
export function parseObjectKey(text: string): ObjectKey | null {
  return keyShape.test(text) ? (text as ObjectKey) : null;
}

/** What may be put: these bytes, this many of them, under this key, until then, once. */
export interface PutGrant {
  readonly key: ObjectKey;
  readonly sha256Hex: string;
  readonly sizeBytes: number;
  readonly expiresAtMs: number;
}

export interface GetGrant {
  readonly key: ObjectKey;
  readonly expiresAtMs: number;
}

export interface ObjectFacts {
  readonly sizeBytes: number;
  readonly sha256Hex: string;
}

/**
 * Immutable objects that clients put and get themselves, through URLs that the server signed.
 *
 * - A URL is absolute, or begins with `/` and is then appended by the client to the address of the server it
 *   signed in to. So one local store works over loopback, a LAN name and a proxy alike, and a forged Host header
 *   cannot send anyone elsewhere.
 * - `signPut`: the PUT must carry exactly the headers of the answer. The store itself enforces them: an expired
 *   or altered URL and a length that was not signed are 403, a missing header 400 or 403, other bytes 400,
 *   a key that exists 412 (also when two race), a full disk 507 with `{"reason":"serverDiskFull"}`.
 * - A PUT answered 200 or 412 is durable and visible to `head` and to signed GETs at once; any other answer,
 *   and a PUT cut short, leaves nothing visible.
 * - `signGet`: answers 200, or 206 for one `Range: bytes=a-b`; 416 for a range outside, 404 for no object.
 * - `head`: size and SHA-256 as the store has them, null for no object.
 * - `read`: the whole object, null for none. An object is at most `limits.objectBytesMax` long; a longer answer of a
 *   store is refused with `storeUnavailable`. The bytes are as the store gave them: the caller hashes.
 * - `write`: for the server's own moves, never on the sync path. Under the same rule as a PUT: durable when it
 *   resolves, `exists` and nothing changed if the key is taken.
 * - `delete` of what is not there is a cheap success.
 * - Rejects with Failure `storeUnavailable`, or `serverDiskFull`. Signing itself never needs the network.
 */
export interface ObjectStore {
  signPut(
    grant: PutGrant,
  ): Promise<{ readonly url: string; readonly headers: Readonly<Record<string, string>> }>;
  signGet(grant: GetGrant): Promise<string>;
  head(key: ObjectKey): Promise<ObjectFacts | null>;
  read(key: ObjectKey): Promise<Uint8Array | null>;
  write(key: ObjectKey, bytes: Uint8Array): Promise<'stored' | 'exists'>;
  delete(key: ObjectKey): Promise<void>;
}
