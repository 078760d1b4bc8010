import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { PlatformFacts, ShellSettings } from '../shell/bridge.ts';
import { bridge } from './bridge.ts';

/** What the app remembers beside the engine, and how to change it; null in a browser. */
export function useShellSettings(): readonly [
  ShellSettings | null,
  (change: Partial<ShellSettings>) => void,
] {
  const queries = useQueryClient();
  const key = ['shell', 'settings'];
  const { data } = useQuery({
    queryKey: key,
    queryFn: () => bridge?.settings() ?? null,
    enabled: bridge !== null,
  });
  const change = (wanted: Partial<ShellSettings>) => {
    void bridge?.changeSettings(wanted).then((now) => queries.setQueryData(key, now));
  };
  return [data ?? null, change];
}

export function useShellFacts(): PlatformFacts | null {
  const { data } = useQuery({
    queryKey: ['shell', 'facts'],
    queryFn: () => bridge?.facts() ?? null,
    enabled: bridge !== null,
  });
  return data ?? null;
}
