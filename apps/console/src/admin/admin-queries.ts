import { infiniteQueryOptions } from '@tanstack/react-query';
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

export const auditQuery = (sinceMs: number) =>
  infiniteQueryOptions({
    queryKey: ['admin', 'audit', sinceMs],
    queryFn: ({ pageParam }) => call('admin.audit.list', { sinceMs, pageToken: pageParam }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextPageToken,
  });

export const ownedLibrariesQuery = (email: string) =>
  infiniteQueryOptions({
    queryKey: ['admin', 'libraries', email],
    queryFn: ({ pageParam }) => call('admin.libraries.list', { email, pageToken: pageParam }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextPageToken,
  });
