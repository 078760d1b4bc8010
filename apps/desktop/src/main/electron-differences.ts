// The one place that knows in which Electron it runs: every difference between 22 and 45 that the app meets is looked
// for here, by what is there and not by a version.

import { Readable } from 'node:stream';
import { clipboard, protocol } from 'electron';

/** What a page asks for under the app's own scheme. */
export interface SchemeRequest {
  readonly url: string;
  readonly method: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | null;
}
export interface SchemeAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Ended by the reader when the page no longer wants it. */
  readonly body: Readable;
}
export type SchemeHandler = (request: SchemeRequest) => Promise<SchemeAnswer>;

const NO_BODY_STATUSES = [204, 205, 304];

/** Answers every request under the scheme. After `ready`. */
export function serveScheme(scheme: string, handler: SchemeHandler): void {
  // `protocol.handle` came with Electron 25; what it replaces is to go.
  if (typeof protocol.handle === 'function') {
    protocol.handle(scheme, (request) => answerAsResponse(request, handler));
    return;
  }
  protocol.registerStreamProtocol(scheme, (request, respond) => {
    void handler(requestOfOldProtocol(request)).then(({ status, headers, body }) =>
      respond({ statusCode: status, headers: { ...headers }, data: body }),
    );
  });
}

function requestOfOldProtocol(request: Electron.ProtocolRequest): SchemeRequest {
  const parts = (request.uploadData ?? []).map((part) => part.bytes ?? Buffer.alloc(0));
  return {
    url: request.url,
    method: request.method,
    headers: lowerCased(Object.entries(request.headers)),
    body: parts.length === 0 ? null : Buffer.concat(parts),
  };
}

async function answerAsResponse(request: Request, handler: SchemeHandler): Promise<Response> {
  const { status, headers, body } = await handler({
    url: request.url,
    method: request.method,
    headers: lowerCased([...request.headers.entries()]),
    body: request.body === null ? null : Buffer.from(await request.arrayBuffer()),
  });
  if (NO_BODY_STATUSES.includes(status)) {
    body.destroy();
    return new Response(null, { status, headers });
  }
  return new Response(Readable.toWeb(body) as ReadableStream, { status, headers });
}

function lowerCased(entries: readonly (readonly [string, string])[]): Record<string, string> {
  return Object.fromEntries(entries.map(([name, value]) => [name.toLowerCase(), value]));
}

/** A promise from 44 on, nothing before. */
export async function copyText(text: string): Promise<void> {
  await clipboard.writeText(text);
}
