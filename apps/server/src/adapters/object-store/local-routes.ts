import { limits } from '@tidesync/shared/limits';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ObjectKey } from '../../ports/object-store.ts';
import { parseObjectKey } from '../../ports/object-store.ts';
import { parseRange } from './byte-range.ts';
import type { LocalFiles } from './local-files.ts';
import { isDiskFull } from './local-files.ts';
import { isGranted, OBJECTS_PATH, PUT_HEADER_NAMES } from './local-signature.ts';

export interface LocalRoutes {
  readonly files: LocalFiles;
  readonly secret: Buffer;
  readonly nowMs: () => number;
}

interface ObjectRoute {
  Params: { '*': string };
  Querystring: { expires?: unknown; signature?: unknown };
}
type ObjectRequest = FastifyRequest<ObjectRoute>;

/**
 * PUT and GET of signed URLs, enforced as MinIO does (see the port's contract), so that clients have one path.
 * The URL is the whole authority: no token is asked, nothing is listed, nothing can be deleted here.
 */
export function mountLocalRoutes(server: FastifyInstance, deps: LocalRoutes): void {
  void server.register((scope, _options, done) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', (_request, payload, done) => done(null, payload));
    scope.put<ObjectRoute>(`${OBJECTS_PATH}/*`, { exposeHeadRoute: false }, (request, reply) =>
      answerPut(deps, request, reply),
    );
    scope.get<ObjectRoute>(`${OBJECTS_PATH}/*`, { exposeHeadRoute: false }, (request, reply) =>
      answerGet(deps, request, reply),
    );
    done();
  });
}

function grantedKey(
  deps: LocalRoutes,
  request: ObjectRequest,
  headers: Record<string, string>,
): ObjectKey | null {
  const key = parseObjectKey(request.params['*']);
  if (key === null) return null;
  const { expires, signature } = request.query;
  const method = request.method === 'PUT' ? 'PUT' : 'GET';
  return isGranted(deps.secret, { method, key, expires, signature, headers }, deps.nowMs()) ? key : null;
}

const refuse = (reply: FastifyReply, status: number, reason: string) => reply.code(status).send({ reason });

async function answerPut(
  deps: LocalRoutes,
  request: ObjectRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const headers: Record<string, string> = {};
  for (const name of PUT_HEADER_NAMES) {
    const value = request.headers[name];
    if (typeof value !== 'string') return refuse(reply, 400, `headerMissing:${name}`);
    headers[name] = value;
  }
  const key = grantedKey(deps, request, headers);
  if (key === null) return refuse(reply, 403, 'notGranted');
  const expected = {
    sizeBytes: Number(headers['content-length']),
    sha256Hex: Buffer.from(headers['x-amz-checksum-sha256'] as string, 'base64').toString('hex'),
  };
  if (expected.sizeBytes > limits.objectBytesMax) return refuse(reply, 403, 'tooLarge');
  try {
    if (await deps.files.existsDurably(key)) return refuse(reply, 412, 'exists');
    const outcome = await deps.files.put(key, request.raw, expected);
    if (outcome === 'exists') return refuse(reply, 412, 'exists');
    if (outcome !== 'stored') return refuse(reply, 400, outcome);
    return reply.code(200).send();
  } catch (error) {
    if (request.raw.errored !== null || request.raw.destroyed) return refuse(reply, 400, 'cutShort');
    if (!isDiskFull(error)) throw error;
    return refuse(reply, 507, 'serverDiskFull');
  }
}

async function answerGet(
  deps: LocalRoutes,
  request: ObjectRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const key = grantedKey(deps, request, {});
  if (key === null) return refuse(reply, 403, 'notGranted');
  const opened = await deps.files.openForRead(key);
  if (opened === null) return refuse(reply, 404, 'missing');
  const { file, sizeBytes } = opened;
  const range = parseRange(request.headers.range, sizeBytes);
  reply.header('accept-ranges', 'bytes').header('content-type', 'application/octet-stream');
  if (range === 'unsatisfiable') {
    await file.close();
    return reply.code(416).header('content-range', `bytes */${sizeBytes}`).send();
  }
  if (sizeBytes === 0) {
    await file.close();
    return reply.code(200).send(Buffer.alloc(0));
  }
  const { first, last } = range ?? { first: 0, last: sizeBytes - 1 };
  reply.code(range === null ? 200 : 206).header('content-length', last - first + 1);
  if (range !== null) reply.header('content-range', `bytes ${first}-${last}/${sizeBytes}`);
  return reply.send(file.createReadStream({ start: first, end: last, highWaterMark: 256 * 1024 }));
}
