import type { ByteRange } from '@tidesync/engine/ports/server';
import {
  isGranted,
  OBJECTS_PATH,
  PUT_HEADER_NAMES,
  signGetUrl,
  signPutUrl,
} from '@tidesync/server/adapters/object-store/local-signature';
import { factsOf } from '@tidesync/server/adapters/object-store/object-facts';
import { putHeaders } from '@tidesync/server/adapters/object-store/put-headers';
import type { ObjectStore } from '@tidesync/server/ports/object-store';
import { parseObjectKey } from '@tidesync/server/ports/object-store';

/** What a client presents: an address that the server gave it, and the headers that it was told to carry. */
export interface PutRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly bytes: Uint8Array;
}

/**
 * Objects in memory behind signed addresses. It holds clients to what the contract of `ObjectStore` says: hash, length,
 * expiry, and that nothing is replaced.
 */
export class SimObjects {
  readonly #objects = new Map<string, Uint8Array>();
  readonly #secret = Buffer.alloc(32, 7);
  readonly #nowMs: () => number;

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  keys(): string[] {
    return [...this.#objects.keys()];
  }
  bytesAt(key: string): Uint8Array | null {
    return this.#objects.get(key) ?? null;
  }

  /** The server's side. `pass` is where a process of the server waits for the store. */
  portFor(pass: (what: string) => Promise<void>): ObjectStore {
    const objects = this.#objects;
    return {
      signPut: async (grant) => ({ url: signPutUrl(this.#secret, grant), headers: putHeaders(grant) }),
      signGet: async (grant) => signGetUrl(this.#secret, grant),
      async head(key) {
        await pass('head');
        const bytes = objects.get(key);
        return bytes === undefined ? null : factsOf(bytes);
      },
      async read(key) {
        await pass('read object');
        return objects.get(key) ?? null;
      },
      async write(key, bytes) {
        await pass('write object');
        if (objects.has(key)) return 'exists';
        objects.set(key, bytes);
        return 'stored';
      },
      async delete(key) {
        await pass('delete object');
        objects.delete(key);
      },
    };
  }

  /** Answers the status of HTTP. */
  put({ url, headers, bytes }: PutRequest): number {
    const presented: Record<string, string> = {};
    for (const name of PUT_HEADER_NAMES) {
      const value = headers[name];
      if (value === undefined) return 400;
      presented[name] = value;
    }
    const key = this.#granted('PUT', url, presented);
    if (key === null) return 403;
    if (this.#objects.has(key)) return 412;
    const { sizeBytes, sha256Hex } = factsOf(bytes);
    const said = Buffer.from(presented['x-amz-checksum-sha256'] as string, 'base64').toString('hex');
    if (sizeBytes !== Number(presented['content-length']) || sha256Hex !== said) return 400;
    this.#objects.set(key, Uint8Array.from(bytes));
    return 200;
  }

  get(url: string, { offset, length }: ByteRange): number | Uint8Array {
    const key = this.#granted('GET', url, {});
    if (key === null) return 403;
    const bytes = this.#objects.get(key);
    if (bytes === undefined) return 404;
    if (offset >= bytes.length) return 416;
    return Uint8Array.from(bytes.subarray(offset, offset + length));
  }

  #granted(method: 'PUT' | 'GET', url: string, headers: Readonly<Record<string, string>>): string | null {
    const { pathname, searchParams } = new URL(url, 'http://sim');
    const key = parseObjectKey(pathname.slice(OBJECTS_PATH.length + 1));
    if (key === null) return null;
    const [expires, signature] = [searchParams.get('expires'), searchParams.get('signature')];
    const presented = { method, key, expires, signature, headers };
    return isGranted(this.#secret, presented, this.#nowMs()) ? key : null;
  }
}
