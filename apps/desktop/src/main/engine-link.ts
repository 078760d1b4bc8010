// Asks the engine, over `node:http` alone: Electron 22 brings a Node that has neither fetch nor what the engine's own
// client needs.

import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { ClientRequest, IncomingMessage } from 'node:http';
import { request } from 'node:http';
import path from 'node:path';
import { TRPC_PREFIX } from '@tidesync/shared/screens-bundle';
import type { EngineStatus } from '@tidesync/shared/wire/engine';
import { engineStatus } from '@tidesync/shared/wire/engine';
import { z } from 'zod';
import { createEventParser } from '../shell/event-stream.ts';

const CALL_MS_MAX = 20_000;
const PROVE_MS_MAX = 3_000;
const ANSWER_BYTES_MAX = 8 * 2 ** 20;
const NONCE_BYTES = 32;
/** The engine says something every 15 seconds, if only that it is there. */
const SILENCE_MS_MAX = 45_000;

/** Where an engine listens, as its runtime file says. */
export interface EngineAddress {
  readonly pid: number;
  readonly port: number;
  readonly token: string;
}

const runtimeFile = z.object({
  pid: z.number().int(),
  port: z.number().int().min(1).max(65_535),
  token: z.string().min(1),
});

/** What an engine of this home has announced; it may be gone. */
export async function announcedEngine(homePath: string): Promise<EngineAddress | null> {
  try {
    return runtimeFile.parse(JSON.parse(await readFile(path.join(homePath, 'runtime.json'), 'utf8')));
  } catch {
    return null;
  }
}

/**
 * Whether the engine that listens there knows the token, which it shows without being sent it: whoever else has taken
 * the port learns nothing.
 */
export async function provesItself(address: EngineAddress): Promise<boolean> {
  const nonce = randomBytes(NONCE_BYTES).toString('hex');
  const text = `tidesync-engine ${address.port} ${nonce}`;
  const wanted = Buffer.from(createHmac('sha256', address.token).update(text).digest('hex'));
  try {
    const stranger = { ...address, token: null };
    const answer = await ask(stranger, { path: 'prove', input: { nonce }, timeoutMs: PROVE_MS_MAX });
    const proof = Buffer.from(z.object({ proof: z.string() }).parse(answer).proof);
    return proof.length === wanted.length && timingSafeEqual(proof, wanted);
  } catch {
    return false;
  }
}

/** Rejects if the engine is gone or refuses. */
export function query(address: EngineAddress, name: string, input?: unknown): Promise<unknown> {
  const asked = input === undefined ? '' : `?input=${encodeURIComponent(JSON.stringify(input))}`;
  return ask(address, { path: `${name}${asked}`, timeoutMs: CALL_MS_MAX });
}
export function mutate(address: EngineAddress, name: string, input: unknown = {}): Promise<unknown> {
  return ask(address, { path: name, input, timeoutMs: CALL_MS_MAX });
}

interface Watcher {
  onStatus(status: EngineStatus): void;
  /** Once, when nothing more will come. */
  onEnd(): void;
}

/** Every status from now on. The answer ends it, after which the watcher hears nothing more. */
export function watchStatus(address: EngineAddress, watcher: Watcher): () => void {
  let over = false;
  const end = () => {
    if (over) return;
    over = true;
    sent.destroy();
    watcher.onEnd();
  };
  const parse = createEventParser((event) => {
    if (over) return;
    // The stream's own words: `return` ends it, `serialized-error` too; `connected` and `ping` say nothing.
    if (event.name === 'return' || event.name === 'serialized-error') end();
    const status = event.name === 'message' ? engineStatus.safeParse(parseJson(event.data)) : null;
    if (status?.success) watcher.onStatus(status.data);
  });
  const sent = send(address, { path: 'watch', accept: 'text/event-stream' }, (answer) => {
    if (answer.statusCode !== 200) return end();
    answer.setEncoding('utf8').on('data', parse).on('end', end).on('error', end);
  });
  sent.on('error', end).on('close', end).setTimeout(SILENCE_MS_MAX, end);
  sent.end();
  return () => {
    over = true;
    sent.destroy();
  };
}

/** The engine's answer to what a page asked, byte by byte. Rejects if the engine is not there. */
export function passOn(address: EngineAddress, passed: Passed): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const { port, token } = address;
    const headers = { ...passed.headers, authorization: `Bearer ${token}`, host: `127.0.0.1:${port}` };
    const sent = request(
      { host: '127.0.0.1', port, path: passed.path, method: passed.method, headers },
      resolve,
    );
    sent.on('error', reject);
    sent.end(passed.body ?? undefined);
  });
}
export interface Passed {
  /** With the query. */
  readonly path: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | null;
}

interface Asked {
  readonly path: string;
  /** Absent: a query. */
  readonly input?: unknown;
  readonly timeoutMs: number;
}
type Whom = Pick<EngineAddress, 'port'> & { readonly token: string | null };

async function ask(address: Whom, { path: asked, input, timeoutMs }: Asked): Promise<unknown> {
  const text = await new Promise<string>((resolve, reject) => {
    const sent = send(address, { path: asked, ...(input === undefined ? {} : { input }) }, (answer) => {
      let got = '';
      answer.setEncoding('utf8').on('data', (part: string) => {
        got += part;
        if (got.length > ANSWER_BYTES_MAX) sent.destroy(new Error('the answer is too long'));
      });
      answer.on('end', () => resolve(got)).on('error', reject);
    });
    const timer = setTimeout(() => sent.destroy(new Error('no answer in time')), timeoutMs);
    sent.on('error', reject).on('close', () => clearTimeout(timer));
    sent.end(input === undefined ? undefined : JSON.stringify(input));
  });
  const answer = trpcAnswer.parse(parseJson(text));
  if ('error' in answer) throw new Error(answer.error.message);
  return answer.result.data;
}

const trpcAnswer = z.union([
  z.object({ result: z.object({ data: z.unknown() }) }),
  z.object({ error: z.object({ message: z.string() }) }),
]);

function send(
  { port, token }: Whom,
  asked: { readonly path: string; readonly input?: unknown; readonly accept?: string },
  onAnswer: (answer: IncomingMessage) => void,
): ClientRequest {
  const isMutation = 'input' in asked;
  const headers = {
    accept: asked.accept ?? 'application/json',
    ...(isMutation ? { 'content-type': 'application/json' } : {}),
    ...(token === null ? {} : { authorization: `Bearer ${token}` }),
  };
  const method = isMutation ? 'POST' : 'GET';
  const target = { host: '127.0.0.1', port, path: `${TRPC_PREFIX}${asked.path}`, method, headers };
  return request(target, onAnswer);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
