import { readFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import path from 'node:path';
import { bundleFileOf, pageWithNonce, SCREENS_PAGE, screensHeaders } from '@tidesync/shared/screens-bundle';
import type { Random } from '../ports/environment.ts';

const NONCE_BYTES = 16;

/** Where the built screens lie; null where there are none. */
export type ScreensDir = string | null;

/** Answers with one of the screens' files. */
export async function serveScreens(
  res: ServerResponse,
  urlPath: string,
  { screensDir, random }: { readonly screensDir: ScreensDir; readonly random: Random },
): Promise<void> {
  const file = bundleFileOf(urlPath);
  if (file === null) return answerText(res, 404, 'Not here.');
  const bytes = screensDir === null ? null : await readOrNull(path.join(screensDir, file));
  if (bytes === null) {
    if (file !== SCREENS_PAGE) return answerText(res, 404, 'Not here.');
    return answerText(res, 503, 'The screens are not built: run `npm run build:desktop`.');
  }
  const nonce = Buffer.from(random.bytes(NONCE_BYTES)).toString('base64url');
  res.writeHead(200, screensHeaders(file, nonce));
  res.end(file === SCREENS_PAGE ? pageWithNonce(bytes.toString('utf8'), nonce) : bytes);
}

/**
 * After the link: leads to the screens by a page, and not by a redirect, since the browser keeps a cookie that is for
 * its own site alone from a request that another site has begun, up to its end.
 */
export function answerEntered(res: ServerResponse, cookie: string | null): void {
  res.writeHead(200, {
    ...PLAIN_HEADERS,
    'content-type': 'text/html; charset=utf-8',
    ...(cookie === null ? {} : { 'set-cookie': cookie }),
  });
  res.end('<!doctype html><meta http-equiv="refresh" content="0; url=/"><title>Tidesync</title>\n');
}

const PLAIN_HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
} as const;

export function answerText(res: ServerResponse, status: number, text: string): void {
  res.writeHead(status, { ...PLAIN_HEADERS, 'content-type': 'text/plain; charset=utf-8' });
  res.end(`${text}\n`);
}

async function readOrNull(file: string): Promise<Buffer | null> {
  try {
    return await readFile(file);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' || code === 'EISDIR' || code === 'ENOTDIR') return null;
    throw error;
  }
}
