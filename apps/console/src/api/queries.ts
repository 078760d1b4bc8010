import { QueryCache, QueryClient, queryOptions } from '@tanstack/react-query';
import type { EntryId, LibraryId } from '@tidesync/shared/ids';
import { Failure, isFailure } from '@tidesync/shared/problems';
import type { EntryState } from '@tidesync/shared/wire/entries';
import type { OutputOf } from '@tidesync/shared/wire/procedures';
import type { FolderPage, SearchPage } from '@tidesync/shared/wire/sync';
import { call } from './server-call.ts';

export type Who = OutputOf<'auth.whoami'>;

const FRESH_MS = 30_000;
const TRIES_MORE = 2;

/** Trouble that means: nobody is signed in here. */
export function isSignedOut(error: unknown): boolean {
  return isFailure(error, 'signedOut', 'deviceRevoked', 'accountSuspended');
}

export function createQueries(): QueryClient {
  const queries: QueryClient = new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: FRESH_MS,
        retry: (count, error) =>
          count < TRIES_MORE && error instanceof Failure && error.retryAfterMs > 0 && !isSignedOut(error),
        retryDelay: (_, error) => (error instanceof Failure ? error.retryAfterMs : 1_000),
      },
    },
    queryCache: new QueryCache({
      onError(error) {
        if (isSignedOut(error)) queries.setQueryData(whoQuery.queryKey, null);
      },
    }),
  });
  return queries;
}

/** Who is signed in; null for nobody. */
export const whoQuery = queryOptions({
  queryKey: ['who'],
  queryFn: async (): Promise<Who | null> => {
    try {
      return await call('auth.whoami');
    } catch (error) {
      if (isSignedOut(error)) return null;
      throw error;
    }
  },
});

export const librariesQuery = queryOptions({
  queryKey: ['libraries'],
  queryFn: async () => (await call('libraries.list')).libraries,
});

/** Everything that one library shows, for when it has news. */
export const libraryKey = (libraryId: LibraryId) => ['library', libraryId] as const;

export interface Folder {
  readonly above: FolderPage['above'];
  readonly entries: readonly EntryState[];
}

/** All of one folder, page by page. */
export async function readFolder(libraryId: LibraryId, folderId: EntryId | null): Promise<Folder> {
  const entries: EntryState[] = [];
  let above: FolderPage['above'] | null = null;
  let pageToken: string | null = null;
  do {
    const page: FolderPage = await call('tree.folder', { libraryId, folderId, pageToken });
    above ??= page.above;
    entries.push(...page.entries);
    pageToken = page.nextPageToken;
  } while (pageToken !== null);
  return { above: above ?? [], entries };
}

export const folderQuery = (libraryId: LibraryId, folderId: EntryId | null) =>
  queryOptions({
    queryKey: [...libraryKey(libraryId), 'folder', folderId],
    queryFn: () => readFolder(libraryId, folderId),
  });

const HITS_MAX = 500;

/** What a search has found; `isCut`: there is more than is shown. */
export interface Found {
  readonly items: SearchPage['items'];
  readonly isCut: boolean;
}

export const searchQuery = (libraryId: LibraryId, text: string) =>
  queryOptions({
    queryKey: [...libraryKey(libraryId), 'search', text],
    queryFn: async ({ signal }): Promise<Found> => {
      const items: SearchPage['items'] = [];
      let pageToken: EntryId | null = null;
      do {
        signal.throwIfAborted();
        const page: SearchPage = await call('tree.search', { libraryId, text, pageToken });
        items.push(...page.items);
        pageToken = page.nextPageToken as EntryId | null;
      } while (pageToken !== null && items.length < HITS_MAX);
      return { items, isCut: pageToken !== null };
    },
  });

export const retentionQuery = (libraryId: LibraryId) =>
  queryOptions({
    queryKey: [...libraryKey(libraryId), 'retention'],
    queryFn: () => call('libraries.retention', { libraryId }),
  });

export const quotaQuery = queryOptions({ queryKey: ['quota'], queryFn: () => call('account.quota') });

export const devicesQuery = queryOptions({
  queryKey: ['devices'],
  queryFn: async () => (await call('devices.list')).devices,
});
