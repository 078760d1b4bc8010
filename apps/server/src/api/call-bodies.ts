import type { IncomingMessage } from 'node:http';
import { limits } from '@tidesync/shared/limits';
import { Failure, fail } from '@tidesync/shared/problems';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { errorCodes } from 'fastify';
import { BytesUnderWay } from '../domain/bytes-under-way.ts';
import type { JsonFault } from '../domain/json-shape.ts';
import { JsonShape } from '../domain/json-shape.ts';
import type { AuthPorts } from '../use-cases/auth/authenticate.ts';
import { authenticate } from '../use-cases/auth/authenticate.ts';
import { protocolOf, tokenOf } from './request-facts.ts';
import { requireOurProtocol } from './trpc.ts';

const BOUNDS = { depthMax: limits.requestDepthMax, marksMax: limits.requestMarksMax };
const faults: Record<JsonFault, string> = {
  tooDeep: `it is nested more than ${limits.requestDepthMax} levels deep`,
  tooMany: `it has more than ${limits.requestMarksMax} values`,
};

/**
 * Bodies of calls: JSON alone, as text in `request.body`. More than `openBodyBytesMax` is read only for a device that
 * is signed in, and only so much at once for one account. What is too large, too deep or too much is neither kept nor
 * parsed.
 */
export function takeCallBodies(scope: FastifyInstance, ports: AuthPorts): void {
  const underWay = new BytesUnderWay(limits.bodiesPerAccountBytesMax);
  const admit = async (request: FastifyRequest, reply: FastifyReply, sizeBytes: number) => {
    requireOurProtocol(protocolOf(request));
    const { accountId } = await authenticate(ports, tokenOf(request));
    // Whoever is gone by now closes nothing any more, and sends nothing either.
    if (reply.raw.destroyed) return;
    if (!underWay.begin(accountId, sizeBytes)) fail({ reason: 'accountBusy' });
    reply.raw.once('close', () => underWay.end(accountId, sizeBytes));
  };
  scope.addHook('onRequest', async (request, reply) => {
    const sizeBytes = Number(request.headers['content-length'] ?? 0);
    if (sizeBytes > limits.requestBodyBytesMax) throw new errorCodes.FST_ERR_CTP_BODY_TOO_LARGE();
    if (sizeBytes > limits.openBodyBytesMax) await admit(request, reply, sizeBytes);
  });
  scope.addContentTypeParser('application/json', (_request, payload, done) => done(null, payload));
  scope.addHook('preHandler', async (request, reply) => {
    const { raw } = request;
    // One that does not say its length may become as long as any.
    const isLong = () => admit(request, reply, limits.requestBodyBytesMax);
    if (request.body === raw) request.body = await readText(raw, isLong);
  });
}

/**
 * Ends the connection of whoever is answered before a long body has come, be it of a call or of nothing. Else Node
 * takes it off the line, whatever its length. Packs are left alone: one that is there already is no refusal.
 */
export function endLongBodies(server: FastifyInstance): void {
  server.addHook('onSend', async ({ raw, headers, url }, reply) => {
    if (raw.complete || url.startsWith('/objects/')) return;
    const isOpenEnded = headers['transfer-encoding'] !== undefined;
    const isLong = Number(headers['content-length'] ?? 0) > limits.swallowedBodyBytesMax;
    if (isOpenEnded || isLong) reply.header('connection', 'close');
  });
}

/**
 * The text of a body. `isLong` is asked for one that has not said its length, as soon as it is longer than what is
 * read of anybody; its failure is thrown, as any refusal, when the body has ended and the line is free again.
 */
async function readText(raw: IncomingMessage, isLong: () => Promise<void>): Promise<string> {
  const shape = new JsonShape(BOUNDS);
  const refusalOf = async (bytes: Uint8Array, beforeBytes: number): Promise<Error | null> => {
    const afterBytes = beforeBytes + bytes.length;
    if (afterBytes > limits.requestBodyBytesMax) return new errorCodes.FST_ERR_CTP_BODY_TOO_LARGE();
    const isLongNow = beforeBytes <= limits.openBodyBytesMax && afterBytes > limits.openBodyBytesMax;
    if (isLongNow && raw.headers['content-length'] === undefined) await isLong();
    const fault = shape.take(bytes);
    return fault === null ? null : new Failure({ reason: 'invalidInput', detail: faults[fault] });
  };
  let pieces: Uint8Array[] = [];
  let sizeBytes = 0;
  let swallowedBytes = 0;
  let refusal: Error | null = null;
  for await (const piece of piecesOf(raw)) {
    refusal ??= await refusalOf(piece, sizeBytes).catch((error: Error) => error);
    sizeBytes += piece.length;
    if (refusal === null) {
      pieces.push(piece);
      continue;
    }
    pieces = [];
    swallowedBytes += piece.length;
    if (swallowedBytes > limits.swallowedBodyBytesMax) break;
  }
  if (refusal !== null) throw refusal;
  return Buffer.concat(pieces).toString('utf8');
}

/** What comes in; a connection that ends too early is the fault of the request. */
async function* piecesOf(raw: IncomingMessage): AsyncGenerator<Buffer> {
  try {
    yield* raw;
  } catch {
    throw new errorCodes.FST_ERR_CTP_INVALID_CONTENT_LENGTH();
  }
}
