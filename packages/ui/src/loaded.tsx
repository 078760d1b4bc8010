import { Button, Skeleton, Stack } from '@mantine/core';
import type { Problem } from '@tidesync/shared/problems';
import type { ReactNode } from 'react';
import { useEffect, useState } from 'react';
import { ProblemView } from './problem-view.tsx';
import { problemOf } from './problem-words.ts';
import { useFormats, useKitWords } from './words.tsx';

/** What a query of TanStack Query says about itself, as far as a screen shows it. */
export interface LoadedQuery<T> {
  readonly data: T | undefined;
  readonly error: unknown;
  readonly dataUpdatedAt: number;
  readonly refetch: () => Promise<unknown>;
}

export interface LoadedProps<T> {
  readonly query: LoadedQuery<T>;
  /** What it means if nobody answers at all. */
  readonly unanswered: Problem;
  readonly children: (data: T) => ReactNode;
  /** Shown instead of nothing. */
  readonly empty?: { readonly when: (data: T) => boolean; readonly show: ReactNode };
}

/** Loading, error, nothing there, or what was loaded; old data says how old it is when no new comes. */
export function Loaded<T>({ query, unanswered, children, empty }: LoadedProps<T>) {
  const formats = useFormats();
  const words = useKitWords();
  if (query.data === undefined) {
    return query.error === null || query.error === undefined ? (
      <Loading />
    ) : (
      <Failed problem={problemOf(query.error, unanswered)} retry={query.refetch} />
    );
  }
  const { data } = query;
  const isStale = query.error !== null && query.error !== undefined;
  return (
    <>
      {isStale ? (
        <div className="ts-stale" role="status">
          {words('list.offline', { time: formats.time(query.dataUpdatedAt) })}
        </div>
      ) : null}
      {empty?.when(data) ? empty.show : children(data)}
    </>
  );
}

export function Failed({ problem, retry }: { problem: Problem; retry: () => Promise<unknown> }) {
  const words = useKitWords();
  const again = <Button onClick={() => void retry()}>{words('list.retry')}</Button>;
  return (
    <Stack p="md" className="ts-column">
      <ProblemView problem={problem} action={again} />
    </Stack>
  );
}

const SHOWN_AFTER_MS = 300;

/** Grey lines, only if it takes long enough to be noticed. */
export function Loading({ lines = 6 }: { lines?: number }) {
  const [isShown, show] = useState(false);
  const words = useKitWords();
  useEffect(() => {
    const timer = setTimeout(() => show(true), SHOWN_AFTER_MS);
    return () => clearTimeout(timer);
  }, []);
  return (
    <Stack gap="sm" p="md" role="status" aria-label={words('list.loading')}>
      {isShown
        ? Array.from({ length: lines }, (_, line) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: lines are all alike
            <Skeleton key={line} height={14} width={`${90 - ((line * 17) % 50)}%`} />
          ))
        : null}
    </Stack>
  );
}
