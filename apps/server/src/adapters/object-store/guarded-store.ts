import { Failure, fail } from '@tidesync/shared/problems';
import type { CircuitBreakerPolicy } from 'cockatiel';
import {
  BrokenCircuitError,
  BulkheadRejectedError,
  bulkhead,
  CircuitState,
  ConsecutiveBreaker,
  circuitBreaker,
  DelegateBackoff,
  handleWhen,
  retry,
} from 'cockatiel';
import type { ObjectKey, ObjectStore } from '../../ports/object-store.ts';
import { holds } from './object-facts.ts';
import { isPassing, StoreTrouble } from './store-trouble.ts';

/** How a server spares itself and a store that is away or slow. */
export const guardLimits = {
  /** Of one call, the first included. */
  triesMax: 3,
  retryDelayMs: 200,
  /** Failures in a row after which nothing is asked for a while. */
  failuresMax: 5,
  /** The first pause; each further one is twice as long, up to the last. */
  pauseMs: 1_000,
  pauseMsMax: 30_000,
  callsMax: 32,
  /** Calls that wait for one of those; more are refused. */
  waitingMax: 256,
  /** What someone who was refused because too many wait is told to wait. */
  crowdedRetryMs: 1_000,
} as const;

/** Whether a store can be asked, for who looks after the server. */
export type StoreState =
  | { readonly is: 'answering' }
  /** Nothing is asked before `retryAtMs`. */
  | { readonly is: 'resting'; readonly retryAtMs: number; readonly detail: string }
  /** One call is out to see whether it is back. */
  | { readonly is: 'tried'; readonly detail: string };

export interface GuardPorts {
  readonly nowMs: () => number;
  /** At least 0, below 1. */
  readonly random: () => number;
  /** Told at every change; for the log and the metrics. */
  readonly onChange?: ((state: StoreState) => void) | undefined;
  readonly onRetry?: (() => void) | undefined;
}

export interface GuardedStore {
  readonly store: ObjectStore;
  state(): StoreState;
}

/**
 * A store whose calls are tried again while it has trouble that passes, and are refused at once, with
 * `storeUnavailable` and when to come back, while it has failed several times in a row. A single call then finds
 * out whether it is back. Signing asks nobody and always works.
 */
export function guardStore(inner: ObjectStore, ports: GuardPorts): GuardedStore {
  const guard = new Guard(ports);
  return {
    state: () => guard.state(),
    store: {
      signPut: (grant) => inner.signPut(grant),
      signGet: (grant) => inner.signGet(grant),
      head: (key) => guard.call(() => inner.head(key)),
      read: (key) => guard.call(() => inner.read(key)),
      delete: (key) => guard.call(() => inner.delete(key)),
      write: (key, bytes) => write(inner, guard, [key, bytes]),
    },
  };
}

/** A try whose answer was lost may have stored it: then the next one finds the key taken, by us. */
async function write(
  inner: ObjectStore,
  guard: Guard,
  [key, bytes]: [ObjectKey, Uint8Array],
): Promise<'stored' | 'exists'> {
  let tries = 0;
  const outcome = await guard.call(() => {
    tries++;
    return inner.write(key, bytes);
  });
  if (outcome === 'stored' || tries === 1) return outcome;
  return holds(await guard.call(() => inner.head(key)), bytes) ? 'stored' : 'exists';
}

class Guard {
  readonly #ports: GuardPorts;
  readonly #breaker: CircuitBreakerPolicy;
  readonly #crowd = bulkhead(guardLimits.callsMax, guardLimits.waitingMax);
  readonly #retry;
  #retryAtMs = 0;
  #detail = '';

  constructor(ports: GuardPorts) {
    this.#ports = ports;
    const passing = handleWhen(isPassing);
    this.#breaker = circuitBreaker(passing, {
      breaker: new ConsecutiveBreaker(guardLimits.failuresMax),
      halfOpenAfter: new DelegateBackoff(({ attempt, result }) => this.#rest(attempt, result)),
    });
    this.#retry = retry(passing, {
      maxAttempts: guardLimits.triesMax - 1,
      backoff: new DelegateBackoff(({ attempt }) =>
        this.#jittered(guardLimits.retryDelayMs * 2 ** (attempt - 1)),
      ),
    });
    this.#retry.onRetry(() => ports.onRetry?.());
    this.#breaker.onStateChange(() => ports.onChange?.(this.state()));
  }

  async call<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await this.#crowd.execute(() => this.#retry.execute(() => this.#breaker.execute(work)));
    } catch (error) {
      if (error instanceof BulkheadRejectedError) {
        fail({
          reason: 'storeUnavailable',
          detail: 'too many calls wait for it',
          retryAfterMs: guardLimits.crowdedRetryMs,
        });
      }
      if (!(error instanceof BrokenCircuitError)) throw error;
      const retryAfterMs = Math.max(0, Math.ceil(this.#retryAtMs - this.#ports.nowMs()));
      const problem = { reason: 'storeUnavailable', detail: this.#detail, retryAfterMs } as const;
      throw new Failure(problem, { cause: new StoreTrouble(this.#detail, true) });
    }
  }

  state(): StoreState {
    switch (this.#breaker.state) {
      case CircuitState.Closed:
        return { is: 'answering' };
      case CircuitState.HalfOpen:
        return { is: 'tried', detail: this.#detail };
      default:
        return { is: 'resting', retryAtMs: this.#retryAtMs, detail: this.#detail };
    }
  }

  /** Notes why and until when the store is left alone, and says how long that is. */
  #rest(attempt: number, result: object): number {
    const { error } = result as { error?: unknown };
    const problem = error instanceof Failure ? error.problem : null;
    this.#detail = problem?.reason === 'storeUnavailable' ? problem.detail : 'it fails';
    const pauseMs = Math.min(guardLimits.pauseMsMax, guardLimits.pauseMs * 2 ** (attempt - 1));
    const restMs = this.#jittered(pauseMs);
    this.#retryAtMs = this.#ports.nowMs() + restMs;
    return restMs;
  }

  /** By chance between half and whole, so that many servers do not come at once. */
  #jittered(wholeMs: number): number {
    return Math.round(wholeMs * (0.5 + this.#ports.random() / 2));
  }
}
