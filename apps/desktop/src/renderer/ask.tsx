import { notifications } from '@mantine/notifications';
import type { UseMutationResult, UseQueryResult } from '@tanstack/react-query';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { Problem } from '@tidesync/shared/problems';
import { problemOf, problemWords } from '@tidesync/ui/problem-words';
import { useFormats, useKitWords } from '@tidesync/ui/words.tsx';
import { LIVE } from './connection.tsx';

/** What it means if the engine does not answer at all. */
export const UNANSWERED: Problem = { reason: 'engineDown' };

/** Reads from the engine; again whenever it has changed something. `null` in a key: not to be asked yet. */
export function useLive<T>(key: readonly unknown[], read: () => Promise<T>): UseQueryResult<T> {
  return useQuery({ queryKey: [...LIVE, ...key], queryFn: read });
}

/** Reads from the engine once per key. */
export function useAsked<T>(
  key: readonly unknown[],
  read: () => Promise<T>,
  options: { readonly enabled?: boolean; readonly staleMs?: number } = {},
): UseQueryResult<T> {
  const { enabled = true, staleMs = 0 } = options;
  return useQuery({ queryKey: ['asked', ...key], queryFn: read, enabled, staleTime: staleMs });
}

export interface OrderOptions<I, O> {
  readonly done?: (output: O, input: I) => void;
  /** Shows the problem itself, beside what was pressed. */
  readonly quiet?: boolean;
}

/** Tells the engine to do something. What fails is said in a corner of the window, unless it is said elsewhere. */
export function useOrder<I, O>(
  order: (input: I) => Promise<O>,
  { done, quiet = false }: OrderOptions<I, O> = {},
): UseMutationResult<O, unknown, I> {
  const queries = useQueryClient();
  const words = useKitWords();
  const formats = useFormats();
  return useMutation({
    mutationFn: order,
    onSuccess: (output, input) => done?.(output, input),
    onError: (error) => {
      if (quiet) return;
      const { what, cure, code } = problemWords(problemOf(error, UNANSWERED), words, formats);
      // One of each kind: the same problem twice is one message.
      notifications.show({ id: code, color: 'red', title: what, message: cure, autoClose: 12_000 });
    },
    onSettled: () => queries.invalidateQueries(),
  });
}
