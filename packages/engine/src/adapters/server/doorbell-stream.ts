import type { Failure } from '@tidesync/shared/problems';
import { isFailure } from '@tidesync/shared/problems';
import type { Doorbell } from '@tidesync/shared/wire/sync';
import { doorbell } from '@tidesync/shared/wire/sync';
import { createTRPCUntypedClient, httpSubscriptionLink } from '@trpc/client';
import type { EventSourceFetchInit, FetchLikeResponse } from 'eventsource';
import { EventSource } from 'eventsource';
import type { Clock, Random } from '../../ports/environment.ts';
import { callFailure, refusalIn, unreachable } from './answer-failure.ts';

/** The server pings more often than this; a stream that says nothing for so long is dead. */
const SILENCE_MS_MAX = 60_000;
const SILENCE_CHECK_MS = 5_000;
const BELL_CHARS_MAX = 64 * 1024;
const RETRY_MS_MIN = 500;
const RETRY_MS_MAX = 30_000;

export interface DoorbellStreamPorts {
  readonly url: string;
  readonly trpcUrl: string;
  /** Of the next connection; the token is among them, and never in the URL. */
  readonly headers: () => Promise<Readonly<Record<string, string>>>;
  readonly clock: Clock;
  readonly random: Random;
}
export interface DoorbellListener {
  readonly onBell: (bell: Doorbell) => void;
  readonly onState: (state: 'connected' | 'lost') => void;
  readonly onRefused: (failure: Failure) => void;
}

/**
 * Listens until closed, and connects again after 0.5 to 30 seconds whenever the stream ends or falls silent.
 * A device that is signed out or revoked is told so once, and nothing is tried any more.
 */
export function listenForDoorbells(
  ports: DoorbellStreamPorts,
  listener: DoorbellListener,
): { close(): void } {
  const closed = new AbortController();
  let state: 'connected' | 'lost' | 'unknown' = 'unknown';
  const become = (next: 'connected' | 'lost') => {
    if (state === next || closed.signal.aborted) return;
    state = next;
    listener.onState(next);
  };
  const run = async () => {
    for (let failures = 0; !closed.signal.aborted; failures++) {
      const end = await streamOnce(ports, closed.signal, {
        onOpen() {
          failures = 0;
          become('connected');
        },
        onBell: (bell) => {
          if (!closed.signal.aborted) listener.onBell(bell);
        },
      });
      become('lost');
      if (closed.signal.aborted) return;
      if (isFailure(end, 'signedOut', 'deviceRevoked')) return listener.onRefused(end);
      await ports.clock.sleep(retryDelayMs(ports.random, failures), closed.signal);
    }
  };
  void run();
  return { close: () => closed.abort() };
}

/** By chance between half and whole, so that all devices of a server that restarts do not come at once. */
function retryDelayMs(random: Random, failures: number): number {
  const wholeMs = Math.min(RETRY_MS_MAX, RETRY_MS_MIN * 2 ** (failures + 1));
  return Math.round(wholeMs * (0.5 + (random.bytes(1)[0] as number) / 510));
}

interface OneStream {
  readonly onOpen: () => void;
  readonly onBell: (bell: Doorbell) => void;
}

/** One connection; resolves with what ended it, null for an end in order. */
async function streamOnce(
  { url, trpcUrl, headers, clock }: DoorbellStreamPorts,
  closed: AbortSignal,
  { onOpen, onBell }: OneStream,
): Promise<Failure | null> {
  const over = Promise.withResolvers<Failure | null>();
  const done = new AbortController();
  let heardMs = clock.monotonicMs();
  const heard = () => {
    heardMs = clock.monotonicMs();
  };
  const fetchStream = async (
    address: string | URL,
    init: EventSourceFetchInit,
  ): Promise<FetchLikeResponse> => {
    try {
      const response = await fetch(address, {
        ...(init as RequestInit),
        redirect: 'manual',
        headers: { ...init.headers, ...(await headers()) },
      });
      if (response.ok) return heardResponse(response, heard);
      over.resolve(await refusalIn(response, url));
      return { ...factsOf(response), body: null };
    } catch (error) {
      over.resolve(unreachable(url, error));
      throw error;
    }
  };
  const link = httpSubscriptionLink({
    url: trpcUrl,
    EventSource,
    eventSourceOptions: { fetch: fetchStream, maxBufferSize: BELL_CHARS_MAX },
  });
  const subscription = createTRPCUntypedClient({ links: [link] }).subscription('changes.watch', undefined, {
    onStarted: onOpen,
    onData(data) {
      const bell = doorbell.safeParse(data);
      if (bell.success) onBell(bell.data);
    },
    onError: (error) => over.resolve(callFailure(error, url)),
    onStopped: () => over.resolve(null),
    onConnectionStateChange: ({ error }) => {
      if (error) over.resolve(callFailure(error, url));
    },
  });
  const watchSilence = async () => {
    while (!done.signal.aborted) {
      await clock.sleep(SILENCE_CHECK_MS, done.signal);
      const silentMs = clock.monotonicMs() - heardMs;
      if (silentMs > SILENCE_MS_MAX) over.resolve(unreachable(url, new Error('it fell silent')));
    }
  };
  void watchSilence();
  const stop = () => over.resolve(null);
  closed.addEventListener('abort', stop, { once: true });
  if (closed.aborted) stop();
  const end = await over.promise;
  closed.removeEventListener('abort', stop);
  done.abort();
  subscription.unsubscribe();
  return end;
}

/** The response, with word of every piece that arrives. */
function heardResponse(response: Response, heard: () => void): FetchLikeResponse {
  const listen = new TransformStream<Uint8Array, Uint8Array>({
    transform(piece, controller) {
      heard();
      controller.enqueue(piece);
    },
  });
  return { ...factsOf(response), body: response.body?.pipeThrough(listen) ?? null };
}

function factsOf({ url, status, redirected, headers }: Response): Omit<FetchLikeResponse, 'body'> {
  return { url, status, redirected, headers };
}
