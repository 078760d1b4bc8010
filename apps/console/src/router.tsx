import { createRootRoute, createRoute, createRouter, redirect } from '@tanstack/react-router';
import { entryId, libraryId } from '@tidesync/shared/ids';
import { z } from 'zod';
import { Console } from './console.tsx';
import { FilesPage } from './files/files-page.tsx';
import { LibrariesPage } from './files/libraries-page.tsx';

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

const routes = root.addChildren([index, libraries, filesRoute]);

export function createConsoleRouter() {
  return createRouter({ routeTree: routes, defaultPreload: false, scrollRestoration: true });
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createConsoleRouter>;
  }
}
