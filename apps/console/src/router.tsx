import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
} from '@tanstack/react-router';
import { entryId, libraryId } from '@tidesync/shared/ids';
import { z } from 'zod';
import { SessionsPage } from './account/sessions-page.tsx';
import { SettingsPage } from './account/settings-page.tsx';
import type { AdminPageName } from './admin/admin-pages.ts';
import { Console } from './console.tsx';
import { FilesPage } from './files/files-page.tsx';
import { LibrariesPage } from './files/libraries-page.tsx';
import { TrashPage } from './trash/trash-page.tsx';

/** What a page that is not there leads to. */
const home = () => redirect({ to: '/files' });

const root = createRootRoute({ component: Console, notFoundComponent: () => null });

const index = createRoute({
  getParentRoute: () => root,
  path: '/',
  beforeLoad: () => {
    throw home();
  },
});
const libraries = createRoute({ getParentRoute: () => root, path: '/files', component: LibrariesPage });

/** Wrong values in an address are left out rather than refused. */
const filesSearch = z.object({
  folder: entryId.optional().catch(undefined),
  q: z.string().max(200).optional().catch(undefined),
});

export const filesRoute = createRoute({
  getParentRoute: () => root,
  path: '/files/$library',
  validateSearch: (search) => filesSearch.parse(search),
  params: {
    parse: ({ library }) => ({ library: libraryId.parse(library) }),
    stringify: ({ library }) => ({ library }),
  },
  component: FilesPage,
});

const trash = createRoute({
  getParentRoute: () => root,
  path: '/trash',
  validateSearch: (search) => z.object({ library: libraryId.optional().catch(undefined) }).parse(search),
  component: TrashPage,
});
const sessions = createRoute({ getParentRoute: () => root, path: '/sessions', component: SessionsPage });
const settings = createRoute({ getParentRoute: () => root, path: '/settings', component: SettingsPage });

/** Administration, with its plots, is loaded by those who open it. */
const admin = createRoute({ getParentRoute: () => root, path: '/admin' });
const page = <P extends string>(path: P, name: AdminPageName) =>
  createRoute({
    getParentRoute: () => admin,
    path,
    component: lazyRouteComponent(async () => {
      const { adminPages } = await import('./admin/admin-pages.ts');
      return { default: adminPages[name] };
    }),
  });
const adminRoutes = [
  page('/', 'OverviewPage'),
  page('/users', 'UsersPage'),
  page('/devices', 'AdminDevicesPage'),
  page('/libraries', 'AdminLibrariesPage'),
  page('/storage', 'StoragePage'),
  page('/audit', 'AuditPage'),
] as const;

const routes = root.addChildren([
  index,
  libraries,
  filesRoute,
  trash,
  sessions,
  settings,
  admin.addChildren(adminRoutes),
]);

export function createConsoleRouter() {
  return createRouter({ routeTree: routes, defaultPreload: false, scrollRestoration: true });
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createConsoleRouter>;
  }
}
