import type { AccountId, LibraryId } from '@tidesync/shared/ids';
import type { Doorbell } from '@tidesync/shared/wire/sync';
import type { Doorbells, Interest, ListenersHere, Ring } from '../../ports/doorbells.ts';
import { RINGS_UNTAKEN_MAX } from '../../ports/doorbells.ts';

const LOOKS_PER_STEP = 100;
const STEP_MS = 100;

export interface LocalDoorbells extends Doorbells, ListenersHere {
  /** Lets every listener look again, not all of them at the same moment: each look asks the database. */
  lookAgain(): void;
}

/** Doorbells within one process, for a server that is alone, and the last stretch of every other kind. */
export function localDoorbells(): LocalDoorbells {
  const listeners = new Set<Listener>();
  const ring = (bell: Doorbell) => {
    for (const listener of listeners) listener.hearBell(bell);
  };
  return {
    ring,
    ringHere: ring,
    ringAccess(accountId) {
      for (const listener of listeners) listener.hearAccess(accountId);
    },
    lookAgain: () => lookInSteps([...listeners]),
    listen(interest, signal) {
      // Made here rather than in the generator: a generator begins only when it is first asked.
      const listener = new Listener(interest);
      if (!signal.aborted) listeners.add(listener);
      signal.addEventListener('abort', () => listeners.delete(listener), { once: true });
      return ringsOf(listener, signal, () => listeners.delete(listener));
    },
    watchedHeads() {
      const lowest = new Map<LibraryId, number>();
      for (const { interest } of listeners) {
        for (const [libraryId, headSeq] of interest.heads() ?? []) {
          lowest.set(libraryId, Math.min(headSeq, lowest.get(libraryId) ?? headSeq));
        }
      }
      return lowest;
    },
  };
}

function lookInSteps(waiting: Listener[]): void {
  for (const listener of waiting.splice(0, LOOKS_PER_STEP)) listener.hearLookAgain();
  if (waiting.length > 0) setTimeout(() => lookInSteps(waiting), STEP_MS).unref();
}

class Listener {
  readonly interest: Interest;
  readonly #bells = new Map<LibraryId, Doorbell>();
  #access = false;
  #lookAgain = false;
  wake: () => void = () => undefined;

  constructor(interest: Interest) {
    this.interest = interest;
  }

  hearBell(bell: Doorbell): void {
    if (this.interest.heads()?.has(bell.libraryId) === false) return;
    this.#bells.set(bell.libraryId, bell);
    if (this.#bells.size > RINGS_UNTAKEN_MAX) {
      this.#bells.clear();
      this.#lookAgain = true;
    }
    this.wake();
  }

  hearAccess(accountId: AccountId): void {
    if (accountId !== this.interest.accountId) return;
    this.#access = true;
    this.wake();
  }

  hearLookAgain(): void {
    this.#lookAgain = true;
    this.wake();
  }

  /** The next ring that was not taken yet; null if there is none. */
  take(): Ring | null {
    if (this.#access) {
      this.#access = false;
      return { kind: 'access' };
    }
    if (this.#lookAgain) {
      this.#lookAgain = false;
      return { kind: 'lookAgain' };
    }
    const bell = this.#bells.values().next().value;
    if (bell === undefined) return null;
    this.#bells.delete(bell.libraryId);
    return { kind: 'library', bell };
  }
}

async function* ringsOf(
  listener: Listener,
  signal: AbortSignal,
  leave: () => void,
): AsyncGenerator<Ring, void> {
  const onAbort = () => listener.wake();
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    while (!signal.aborted) {
      const ring = listener.take();
      if (ring !== null) {
        yield ring;
        continue;
      }
      await new Promise<void>((resolve) => {
        listener.wake = resolve;
      });
    }
  } finally {
    signal.removeEventListener('abort', onAbort);
    leave();
  }
}
