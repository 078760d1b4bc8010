import { useQueryClient } from '@tanstack/react-query';
import type { EngineStatus } from '@tidesync/shared/wire/engine';
import type { ReactNode } from 'react';
import { createContext, useContext, useEffect, useState } from 'react';
import { engine } from './engine.ts';

/** How this page and the engine are with each other. `lost` keeps what was last known. */
export type Connection =
  | { readonly is: 'connecting' }
  | { readonly is: 'live'; readonly status: EngineStatus }
  | { readonly is: 'lost'; readonly last: EngineStatus | null; readonly sinceMs: number };

const ConnectionContext = createContext<Connection>({ is: 'connecting' });

export function useConnection(): Connection {
  return useContext(ConnectionContext);
}

/** What the engine said last; only for pages below `Gate`, which are not there before it has said something. */
export function useStatus(): EngineStatus {
  const connection = useConnection();
  const status = statusIn(connection);
  if (status === null) throw new Error('a page is shown before the engine has answered');
  return status;
}

export function statusIn(connection: Connection): EngineStatus | null {
  if (connection.is === 'live') return connection.status;
  return connection.is === 'lost' ? connection.last : null;
}

const AGAIN_AFTER_MS = 1_000;
/** Lists are read again at most so often while the engine is at work. */
const LISTS_EVERY_MS = 1_000;
/** What an engine that starts may take. */
const FIRST_WORD_MS_MAX = 8_000;

/** Listens to the engine for as long as the page is open, and has lists read again when something has changed. */
export function ConnectionProvider({ children }: { children: ReactNode }) {
  const [connection, setConnection] = useState<Connection>({ is: 'connecting' });
  const queries = useQueryClient();
  useEffect(() => {
    const lists = throttled(() => void queries.invalidateQueries({ queryKey: LIVE }), LISTS_EVERY_MS);
    const stop = listen({
      heard: (status) => {
        setConnection({ is: 'live', status });
        lists.call();
      },
      lost: () =>
        setConnection((now) =>
          now.is === 'lost' ? now : { is: 'lost', last: statusIn(now), sinceMs: Date.now() },
        ),
    });
    return () => {
      stop();
      lists.stop();
    };
  }, [queries]);
  return <ConnectionContext value={connection}>{children}</ConnectionContext>;
}

/** Begins the keys of queries that follow what the engine does. */
export const LIVE = ['live'] as const;

interface Heard {
  readonly heard: (status: EngineStatus) => void;
  readonly lost: () => void;
}

/** Subscribes again and again until it is told to stop. */
function listen({ heard, lost }: Heard): () => void {
  let isOver = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let subscription: { unsubscribe: () => void } | null = null;
  const again = () => {
    subscription?.unsubscribe();
    subscription = null;
    clearTimeout(timer);
    if (isOver) return;
    lost();
    timer = setTimeout(start, AGAIN_AFTER_MS);
  };
  const start = () => {
    timer = setTimeout(again, FIRST_WORD_MS_MAX);
    subscription = engine.watch.subscribe(undefined, {
      onData: (status) => {
        clearTimeout(timer);
        if (!isOver) heard(status);
      },
      onError: again,
      onComplete: again,
      // The engine's end shows as a connection that is being made again.
      onConnectionStateChange: (change) => {
        if (change.state === 'connecting' && change.error) again();
      },
    });
  };
  start();
  return () => {
    isOver = true;
    clearTimeout(timer);
    subscription?.unsubscribe();
  };
}

/** Calls at once, and once more at the end of the interval if it was called meanwhile. */
function throttled(work: () => void, everyMs: number): { call: () => void; stop: () => void } {
  let timer: ReturnType<typeof setTimeout> | null = null;
  let isDue = false;
  const tick = () => {
    timer = null;
    if (!isDue) return;
    isDue = false;
    run();
  };
  const run = () => {
    work();
    timer = setTimeout(tick, everyMs);
  };
  return {
    call: () => {
      if (timer === null) run();
      else isDue = true;
    },
    stop: () => {
      if (timer !== null) clearTimeout(timer);
    },
  };
}
