import type { ObjectTransfer } from '@tidesync/engine/ports/server';
import { Failure, fail } from '@tidesync/shared/problems';
import { unanswered } from '../api/server-call.ts';
import { clock } from './browser-ports.ts';

/** A refusal this close to an address's end is put down to its end: the two clocks may differ. */
const EXPIRY_MARGIN_MS = 60_000;
const STATUS_FULL = 507;
/** A browser sets it by itself, by the length of what is sent. */
const OWN_HEADERS = new Set(['content-length', 'host']);

/** Bytes to and from the object store by `fetch`, with the headers that were signed and without the cookie. */
export const fetchObjects: ObjectTransfer = {
  async put(signed, bytes, { signal }) {
    const headers = Object.entries(signed.headers).filter(([name]) => !OWN_HEADERS.has(name));
    const body = new Blob(bytes as Uint8Array<ArrayBuffer>[]);
    const answer = await exchange(signed.url, { method: 'PUT', headers, body, signal });
    const { status } = answer;
    if (status === 200 || status === 204) return 'stored';
    if (status === 412) return 'alreadyThere';
    if (status === 400) fail({ reason: 'chunkMismatch', detail: 'the store got other bytes' });
    return refusal(answer, signed.expiresAtMs);
  },
  async getRange(signed, { offset, length }, signal) {
    const headers = { range: `bytes=${offset}-${offset + length - 1}` };
    const answer = await exchange(signed.url, { headers, signal });
    const { status } = answer;
    if (status === 404 || status === 416) fail({ reason: 'packMissing', detail: `status ${status}` });
    if (status !== 206) return refusal(answer, signed.expiresAtMs);
    const bytes = new Uint8Array(await answer.arrayBuffer());
    if (bytes.length !== length)
      fail({ reason: 'storeUnavailable', detail: 'it sends another length than asked' });
    return bytes;
  },
};

async function exchange(address: string, init: RequestInit): Promise<Response> {
  const url = new URL(address, location.origin);
  try {
    return await fetch(url, { ...init, credentials: 'omit', redirect: 'error', cache: 'no-store' });
  } catch (error) {
    if (init.signal?.aborted) throw init.signal.reason;
    if (url.origin === location.origin) throw new Failure(unanswered(), { cause: error });
    // A browser does not say whether the store is away or does not let this page in.
    const detail = `${url.origin} does not answer this page`;
    throw new Failure({ reason: 'storeUnavailable', detail }, { cause: error });
  }
}

async function refusal({ status, body }: Response, expiresAtMs: number): Promise<'expired'> {
  await body?.cancel().catch(() => undefined);
  if (status === 403 && clock.nowMs() >= expiresAtMs - EXPIRY_MARGIN_MS) return 'expired';
  if (status === STATUS_FULL) fail({ reason: 'serverDiskFull' });
  return fail({ reason: 'storeUnavailable', detail: `it answers with status ${status}` });
}
