import { bundleFileOf, TRPC_PREFIX } from '@tidesync/shared/screens-bundle';
import { APP_ORIGIN } from './bridge.ts';

export interface AskedOfApp {
  readonly url: string;
  readonly method: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
}

/** What is done with a request under the app's own scheme. */
export type AppRequest =
  | { readonly is: 'file'; readonly file: string }
  /** Path and query as the engine gets them, and the only headers that it gets from a page. */
  | { readonly is: 'engine'; readonly path: string; readonly headers: Readonly<Record<string, string>> }
  | { readonly is: 'refused'; readonly status: 403 | 404 | 405 };

const PASSED_HEADERS = ['accept', 'content-type', 'last-event-id'];

export function appRequestOf({ url, method, headers }: AskedOfApp): AppRequest {
  if (!url.startsWith(`${APP_ORIGIN}/`)) return { is: 'refused', status: 404 };
  // Only the app's own page may ask; frames and pages of others are refused long before, so this is one more lock.
  const origin = headers.origin;
  if (origin !== undefined && origin !== APP_ORIGIN) return { is: 'refused', status: 403 };
  const path = url.slice(APP_ORIGIN.length).split('#', 1)[0] ?? '';
  if (path.startsWith(TRPC_PREFIX)) {
    if (method !== 'GET' && method !== 'POST') return { is: 'refused', status: 405 };
    const passed = PASSED_HEADERS.flatMap((name) => {
      const value = headers[name];
      return value === undefined ? [] : [[name, value] as const];
    });
    return { is: 'engine', path, headers: Object.fromEntries(passed) };
  }
  if (method !== 'GET' && method !== 'HEAD') return { is: 'refused', status: 405 };
  const file = bundleFileOf(path);
  return file === null ? { is: 'refused', status: 404 } : { is: 'file', file };
}
