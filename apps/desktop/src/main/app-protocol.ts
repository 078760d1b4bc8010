// The app's own scheme: the screens' files, and below `/trpc` the engine's API with its token added. So the page never
// knows the token, and never speaks to another origin.

import { randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pageWithNonce, SCREENS_PAGE, screensHeaders } from '@tidesync/shared/screens-bundle';
import { protocol } from 'electron';
import { appRequestOf } from '../shell/app-request.ts';
import { APP_SCHEME } from '../shell/bridge.ts';
import type { SchemeAnswer, SchemeRequest } from './electron-differences.ts';
import { serveScheme } from './electron-differences.ts';
import type { EngineAddress } from './engine-link.ts';
import { passOn } from './engine-link.ts';

const NONCE_BYTES = 16;
const PASSED_ANSWER_HEADERS = ['content-type', 'cache-control'];

/** Before `ready`: makes pages of the scheme as secure as those of https, with an origin of their own. */
export function claimAppScheme(): void {
  const privileges = { standard: true, secure: true, supportFetchAPI: true, stream: true };
  protocol.registerSchemesAsPrivileged([{ scheme: APP_SCHEME, privileges }]);
}

export interface AppProtocolParts {
  readonly bundleDir: string;
  /** Null: no engine answers now. */
  readonly engine: () => EngineAddress | null;
}

/** After `ready`. */
export function serveAppScheme(parts: AppProtocolParts): void {
  serveScheme(APP_SCHEME, (request) =>
    answer(request, parts).catch(() => textAnswer(500, 'The page could not be read.')),
  );
}

async function answer(request: SchemeRequest, parts: AppProtocolParts): Promise<SchemeAnswer> {
  const asked = appRequestOf(request);
  if (asked.is === 'refused') return textAnswer(asked.status, 'Not here.');
  if (asked.is === 'file') return fileAnswer(parts.bundleDir, asked.file);
  const address = parts.engine();
  if (address === null) return engineDown();
  const { method, body } = request;
  try {
    const got = await passOn(address, { path: asked.path, headers: asked.headers, method, body });
    const headers = PASSED_ANSWER_HEADERS.flatMap((name) => {
      const value = got.headers[name];
      return typeof value === 'string' ? [[name, value] as const] : [];
    });
    return { status: got.statusCode ?? 502, headers: Object.fromEntries(headers), body: got };
  } catch {
    return engineDown();
  }
}

async function fileAnswer(bundleDir: string, file: string): Promise<SchemeAnswer> {
  const nonce = randomBytes(NONCE_BYTES).toString('base64url');
  const headers = screensHeaders(file, nonce);
  const whole = path.join(bundleDir, file);
  if (file === SCREENS_PAGE) {
    const page = pageWithNonce(await readFile(whole, 'utf8'), nonce);
    return { status: 200, headers, body: Readable.from([Buffer.from(page)]) };
  }
  const found = await stat(whole).catch(() => null);
  if (found === null || !found.isFile()) return textAnswer(404, 'Not here.');
  return { status: 200, headers, body: createReadStream(whole) };
}

/** As the engine's own API says a failure, so that the screens know it when they see it. */
function engineDown(): SchemeAnswer {
  const data = { problem: { reason: 'engineDown' } };
  const error = { message: 'The engine is not running.', code: -32_603, data };
  const headers = { 'content-type': 'application/json', 'cache-control': 'no-store' };
  return { status: 503, headers, body: Readable.from([Buffer.from(JSON.stringify({ error }))]) };
}

function textAnswer(status: number, text: string): SchemeAnswer {
  const headers = { 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff' };
  return { status, headers, body: Readable.from([Buffer.from(`${text}\n`)]) };
}
