import { createHash } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ConsoleFile, ConsoleFiles } from '../ports/console-files.ts';
import { CONSOLE_PAGE, NONCE_MARK } from '../ports/console-files.ts';
import type { Random } from '../ports/random.ts';
import { contentSecurityPolicy } from './content-security-policy.ts';

export interface ConsoleFace {
  /** Null: it was not built. */
  readonly files: ConsoleFiles | null;
  /** Where browsers put and get packs, if that is not this server. */
  readonly storeOrigin: string | null;
  readonly random: Random;
}

const NONCE_BYTES = 16;
/** Of a year, in seconds: as long as caches take it. */
const FOREVER = 'public, max-age=31536000, immutable';
/** What other routes answer; an unknown address below them is no address of the console. */
const OTHERS = /^(trpc|objects|health|ready)(\/|$)/;
const NOT_BUILT =
  '<!doctype html><meta charset="utf-8"><title>Tidesync</title><p>This is a Tidesync server. Its web console has ' +
  'not been built: run <code>npm run build:console</code> and start the server again.</p>';

/**
 * The web console: its files by their exact paths, and its page for every other address that a browser opens. Paths
 * are looked up in a map and never reach a disk.
 */
export function mountConsole(server: FastifyInstance, face: ConsoleFace): void {
  // A worker takes its policy from its own script: it fetches packs, and has no styles, so no nonce either.
  const policy = contentSecurityPolicy({ nonce: null, storeOrigin: face.storeOrigin });
  const tags = new Map<ConsoleFile, string>();
  const tagOf = (file: ConsoleFile) => {
    const known = tags.get(file) ?? `"${createHash('sha256').update(file.bytes).digest('base64url')}"`;
    tags.set(file, known);
    return known;
  };
  server.get<{ Params: { '*': string } }>('/*', (request, reply) => {
    const key = request.params['*'];
    const file = key === CONSOLE_PAGE ? undefined : face.files?.get(key);
    if (file !== undefined) return sendFile(request, reply, { file, tag: tagOf(file), policy });
    if (OTHERS.test(key) || !wantsPage(request)) return reply.callNotFound();
    return sendPage(reply, face);
  });
}

/** Addresses of files that are gone, such as those of an older build, get no page. */
function wantsPage(request: FastifyRequest): boolean {
  const [path = ''] = request.url.split('?', 1);
  return (request.headers.accept?.includes('text/html') ?? false) && !/\.[a-z0-9]{1,5}$/i.test(path);
}

interface Tagged {
  readonly file: ConsoleFile;
  readonly tag: string;
  readonly policy: string;
}

function sendFile(request: FastifyRequest, reply: FastifyReply, { file, tag, policy }: Tagged): FastifyReply {
  reply
    .header('cache-control', file.hashed ? FOREVER : 'no-cache')
    .header('etag', tag)
    .header('vary', 'accept-encoding')
    .header('content-security-policy', policy)
    .header('cross-origin-resource-policy', 'same-origin');
  if (request.headers['if-none-match'] === tag) return reply.code(304).send();
  reply.type(file.mediaType);
  const packed = /\bgzip\b/.test(String(request.headers['accept-encoding'] ?? '')) ? file.gzipped : null;
  if (packed === null) return reply.send(file.bytes);
  return reply.header('content-encoding', 'gzip').send(packed);
}

function sendPage(reply: FastifyReply, { files, storeOrigin, random }: ConsoleFace): FastifyReply {
  const nonce = Buffer.from(random.bytes(NONCE_BYTES)).toString('base64url');
  const page = files?.get(CONSOLE_PAGE)?.bytes.toString('utf8').replaceAll(NONCE_MARK, nonce);
  return reply
    .code(page === undefined ? 404 : 200)
    .header('content-security-policy', contentSecurityPolicy({ nonce, storeOrigin }))
    .header('x-frame-options', 'DENY')
    .header('referrer-policy', 'no-referrer')
    .header('cross-origin-opener-policy', 'same-origin')
    .header('cross-origin-resource-policy', 'same-origin')
    .header('permissions-policy', 'camera=(), microphone=(), geolocation=(), payment=(), usb=()')
    .type('text/html; charset=utf-8')
    .send(page ?? NOT_BUILT);
}
