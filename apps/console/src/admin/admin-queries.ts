import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { LibraryId } from '@tidesync/shared/ids';
import type { OutputOf } from '@tidesync/shared/wire/procedures';
import { call } from '../api/server-call.ts';

export type User = OutputOf<'admin.users.list'>['users'][number];
export type AuditLine = OutputOf<'admin.audit.list'>['lines'][number];

const USERS_PER_PAGE = 500;

export const usersQuery = infiniteQueryOptions({
  queryKey: ['admin', 'users'],
  queryFn: ({ pageParam }) => call('admin.users.list', { pageToken: pageParam, limit: USERS_PER_PAGE }),
  initialPageParam: null as string | null,
  getNextPageParam: (page) => page.nextPageToken,
});

export const defaultQuotaQuery = queryOptions({
  queryKey: ['admin', 'defaultQuota'],
  queryFn: () => call('admin.quotas.default'),
});

export const auditQuery = (sinceMs: number) =>
  infiniteQueryOptions({
    queryKey: ['admin', 'audit', sinceMs],
    queryFn: ({ pageParam }) => call('admin.audit.list', { sinceMs, pageToken: pageParam }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextPageToken,
  });

const PAGE_LIMIT = 500;

export const overviewQuery = (hours: number) =>
  queryOptions({
    queryKey: ['admin', 'overview', hours],
    queryFn: () => call('admin.overview', { hours }),
    placeholderData: keepPreviousData,
  });

export const allDevicesQuery = infiniteQueryOptions({
  queryKey: ['admin', 'devices'],
  queryFn: ({ pageParam }) => call('admin.devices.list', { pageToken: pageParam, limit: PAGE_LIMIT }),
  initialPageParam: null as string | null,
  getNextPageParam: (page) => page.nextPageToken,
});

export const allLibrariesQuery = infiniteQueryOptions({
  queryKey: ['admin', 'libraries'],
  queryFn: ({ pageParam }) => call('admin.libraries.all', { pageToken: pageParam, limit: PAGE_LIMIT }),
  initialPageParam: null as string | null,
  getNextPageParam: (page) => page.nextPageToken,
});

export const membersQuery = (libraryId: LibraryId) =>
  queryOptions({
    queryKey: ['admin', 'members', libraryId],
    queryFn: async () => (await call('admin.libraries.members', { libraryId })).members,
  });

export const storageQuery = queryOptions({
  queryKey: ['admin', 'storage'],
  queryFn: () => call('admin.storage.show'),
});
