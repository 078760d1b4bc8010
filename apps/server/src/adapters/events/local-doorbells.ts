import type { LibraryId } from '@tidesync/shared/ids';
import type { Doorbell } from '@tidesync/shared/wire/sync';
import type { Doorbells } from '../../ports/doorbells.ts';

interface Listener {
  readonly untaken: Map<LibraryId, Doorbell>;
  wake: () => void;
}

/** Doorbells within one process, for a server that is alone. */
export function localDoorbells(): Doorbells {
  const listeners = new Set<Listener>();
  return {
    ring(bell) {
      for (const listener of listeners) {
        listener.untaken.set(bell.libraryId, bell);
        listener.wake();
      }
    },
    listen(signal) {
      // Made here rather than in the generator: a generator begins only when it is first asked.
      const listener: Listener = { untaken: new Map(), wake: () => undefined };
      if (!signal.aborted) listeners.add(listener);
      signal.addEventListener('abort', () => listeners.delete(listener), { once: true });
      return bellsOf(listener, signal, () => listeners.delete(listener));
    },
  };
}

async function* bellsOf(
  listener: Listener,
  signal: AbortSignal,
  leave: () => void,
): AsyncGenerator<Doorbell, void> {
  const onAbort = () => listener.wake();
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    while (!signal.aborted) {
      const bell = listener.untaken.values().next().value;
      if (bell !== undefined) {
        listener.untaken.delete(bell.libraryId);
        yield bell;
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
