import type { QueryClient } from '@tanstack/react-query';
import { useQueryClient } from '@tanstack/react-query';
import { doorbell } from '@tidesync/shared/wire/sync';
import { useEffect } from 'react';
import { librariesQuery, libraryKey } from './queries.ts';

/** Hears of news while someone is signed in, and reads again what is shown. */
export function useDoorbells(isSignedIn: boolean): void {
  const queries = useQueryClient();
  useEffect(() => {
    if (!isSignedIn) return;
    // The browser connects again by itself, and sends the cookie as to every other call.
    const stream = new EventSource('/trpc/changes.watch');
    stream.addEventListener('open', () => void queries.invalidateQueries({ queryKey: ['library'] }));
    stream.addEventListener('message', ({ data }) => ring(queries, String(data)));
    return () => stream.close();
  }, [isSignedIn, queries]);
}

function ring(queries: QueryClient, text: string): void {
  const bell = doorbell.safeParse(parsed(text));
  if (!bell.success) return;
  const { libraryId } = bell.data;
  void queries.invalidateQueries({ queryKey: libraryKey(libraryId) });
  // It rings once more for a library that is lost, and for one that is joined.
  void queries.invalidateQueries({ queryKey: librariesQuery.queryKey });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
