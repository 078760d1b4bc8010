import { callFailure } from '@tidesync/engine/adapters/server/answer-failure';
import type { ServerApi } from '@tidesync/engine/adapters/trpc-server';
import type { ObjectTransfer } from '@tidesync/engine/ports/server';
import { Failure, fail } from '@tidesync/shared/problems';
import { PROTOCOL_VERSION } from '@tidesync/shared/wire/people';
import type { ProcedureName } from '@tidesync/shared/wire/procedures';
import { procedures } from '@tidesync/shared/wire/procedures';
import type { CommitInput, CommitOutput } from '@tidesync/shared/wire/sync';
import { TRPCClientError } from '@trpc/client';
import type { FaultBook } from './fault-book.ts';
import type { Gate } from './gate.ts';
import type { Scheduler } from './scheduler.ts';
import type { Answer, SimServer } from './sim-server.ts';

export const SERVER_URL = 'http://sim';
/** A refusal this close to an address's end is put down to its end, as the adapter for HTTP does. */
const EXPIRY_MARGIN_MS = 60_000;

export interface LinkParts {
  readonly scheduler: Scheduler;
  readonly server: SimServer;
  readonly gate: Gate;
  readonly faults: FaultBook;
  readonly device: number;
  readonly token: string;
  readonly isCutOff: () => boolean;
  /** The device's own wall clock. */
  readonly nowMs: () => number;
  /** An answer to a commit has arrived here. */
  readonly committed: (input: CommitInput, output: CommitOutput) => void;
}

const lost = (): Failure =>
  new Failure({ reason: 'unreachable', url: SERVER_URL, detail: 'it is simulated' });
const overTheWire = (value: unknown): unknown =>
  value === undefined ? undefined : JSON.parse(JSON.stringify(value));

/** How one process of a device reaches the server: over a network that loses, delays, doubles and reorders. */
export function serverApi(parts: LinkParts): ServerApi {
  const call = async (name: ProcedureName, input: unknown): Promise<unknown> => {
    const { era } = parts.server;
    const answer = await exchange(parts, name, overTheWire(input));
    if (!answer.ok) throw callFailure(TRPCClientError.from({ error: answer.shape } as never), SERVER_URL);
    const parsed = procedures[name].output.safeParse(overTheWire(answer.data));
    if (!parsed.success) fail({ reason: 'notTidesync', url: SERVER_URL }, parsed.error);
    // What a backup undid while the answer was on its way is not promised any more.
    if (name === 'sync.commit' && parts.server.era === era)
      parts.committed(input as CommitInput, parsed.data as CommitOutput);
    return parsed.data;
  };
  return {
    url: SERVER_URL,
    call: (name, ...[input]) => call(name, input) as never,
    checkHealth: async () => ({ version: 'simulated', protocol: PROTOCOL_VERSION }),
    // Doorbells are rung by the device itself: see `listen` there.
    watch: () => ({ close: () => undefined }),
  };
}

async function exchange(parts: LinkParts, name: ProcedureName, input: unknown): Promise<Answer> {
  const { gate, scheduler } = parts;
  await gate.pass(`asks ${name}`, 'network');
  const ofCommit = name === 'sync.commit' ? parts.faults.next('request', parts.device, 'commit') : null;
  const fault = parts.faults.next('request', parts.device) ?? ofCommit;
  const how = fault?.how ?? 'well';
  if (fault !== null && (how === 'late' || how === 'twice')) {
    // A copy that is still on its way when its sender has given up, or goes on with the answer to the first one.
    scheduler.at(fault.ms, `a late ${name} of d${parts.device}`, () => void delivered(parts, name, input));
  }
  if (how === 'lost' || how === 'late' || parts.isCutOff()) throw lost();
  if (how === 'slow') await gate.wait(fault?.ms ?? 0, `waits for ${name}`);
  const answer = await delivered(parts, name, input);
  await gate.pass(`hears of ${name}`, 'network');
  if (answer === null || how === 'answerLost' || parts.isCutOff()) throw lost();
  return answer;
}

/** Null: the server is away, or went before it had answered. */
function delivered({ server, token }: LinkParts, name: string, input: unknown): Promise<Answer | null> {
  const over = server.runSignal;
  if (over === null) return Promise.resolve(null);
  return new Promise((resolve, reject) => {
    const gone = () => resolve(null);
    over.addEventListener('abort', gone, { once: true });
    server
      .handle(token, name, input)
      .then(resolve, reject)
      .finally(() => over.removeEventListener('abort', gone));
  });
}

/** Bytes to and from the object store, which is up whatever becomes of the server. */
export function objectTransfer(parts: LinkParts): ObjectTransfer {
  const { gate, server, device } = parts;
  const unavailable = (detail: string) => fail({ reason: 'storeUnavailable', detail });
  const refusal = (status: number, expiresAtMs: number): 'expired' => {
    if (status === 403 && parts.nowMs() >= expiresAtMs - EXPIRY_MARGIN_MS) return 'expired';
    return unavailable(`it answers with status ${status}`);
  };
  /** What goes wrong with one exchange, before the store hears of it. */
  const begun = async (what: string, signal: AbortSignal) => {
    signal.throwIfAborted();
    await gate.pass(what, 'network');
    const fault = parts.faults.next('object', device);
    if (fault?.how === 'slow') await gate.wait(fault.ms, `waits for ${what}`);
    signal.throwIfAborted();
    if (parts.isCutOff()) throw lost();
    if (fault?.how === 'lost' || fault?.how === 'cut') unavailable('the connection was lost');
    if (fault?.how === 'refused') unavailable('it answers with status 503');
    return fault?.how ?? null;
  };
  const ended = async (what: string, how: string | null, signal: AbortSignal) => {
    await gate.pass(`hears of ${what}`, 'network');
    signal.throwIfAborted();
    if (how === 'answerLost' || parts.isCutOff()) unavailable('the answer was lost');
  };
  return {
    async put(signed, bytes, { signal }) {
      const how = await begun('put', signal);
      const whole = Buffer.concat(bytes);
      const status = server.objects.put({
        url: signed.url,
        headers: { ...signed.headers, 'content-length': String(whole.length) },
        bytes: how === 'spoilt' ? spoilt(whole) : whole,
      });
      await ended('put', how, signal);
      if (status === 200) return 'stored';
      if (status === 412) return 'alreadyThere';
      if (status === 400) fail({ reason: 'chunkMismatch', detail: 'the store got other bytes' });
      return refusal(status, signed.expiresAtMs);
    },
    async getRange(signed, range, signal) {
      const how = await begun('get', signal);
      const got = server.objects.get(signed.url, range);
      await ended('get', how, signal);
      if (typeof got !== 'number') {
        if (got.length !== range.length) unavailable('it sends less than asked');
        return how === 'spoilt' ? spoilt(got) : got;
      }
      if (got === 404 || got === 416) fail({ reason: 'packMissing', detail: `status ${got}` });
      return refusal(got, signed.expiresAtMs);
    },
  };
}

/** The same with one bit the other way round. */
function spoilt(bytes: Uint8Array): Uint8Array {
  const other = Uint8Array.from(bytes);
  const at = other.length >> 1;
  other[at] = (other[at] ?? 0) ^ 1;
  return other;
}
