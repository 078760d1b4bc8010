import { createHashHistory, createRootRoute, createRoute, createRouter } from '@tanstack/react-router';
import { ACTIVITY_GROUP_NAMES } from '@tidesync/shared/activity-list';
import { z } from 'zod';
import { Gate } from './gate.tsx';
import { ActivityPage } from './pages/activity-page.tsx';
import { AddFolderPage } from './pages/add-folder-page.tsx';
import { ChoosePage } from './pages/choose-page.tsx';
import { ConflictsPage } from './pages/conflicts-page.tsx';
import { DiagnosePage } from './pages/diagnose-page.tsx';
import { FilesPage } from './pages/files-page.tsx';
import { HeldPage } from './pages/held-page.tsx';
import { HomePage } from './pages/home-page.tsx';
import { OnboardingPage } from './pages/onboarding-page.tsx';
import { ProblemsPage } from './pages/problems-page.tsx';
import { SettingsPage } from './pages/settings-page.tsx';
import { TrashPage } from './pages/trash-page.tsx';

const root = createRootRoute({ component: Gate, notFoundComponent: HomePage });
const getParentRoute = () => root;
const text = z.string().optional().catch(undefined);

export const homeRoute = createRoute({ getParentRoute, path: '/', component: HomePage });
export const onboardingRoute = createRoute({
  getParentRoute,
  path: '/onboarding',
  component: OnboardingPage,
  validateSearch: z.object({ server: text }),
});
export const activityRoute = createRoute({
  getParentRoute,
  path: '/activity',
  component: ActivityPage,
  validateSearch: z.object({
    show: z.enum(['all', ...ACTIVITY_GROUP_NAMES]).catch('all'),
    find: text,
    folder: text,
  }),
});
export const conflictsRoute = createRoute({
  getParentRoute,
  path: '/conflicts',
  component: ConflictsPage,
  validateSearch: z.object({ id: text }),
});
export const chooseRoute = createRoute({
  getParentRoute,
  path: '/choose',
  component: ChoosePage,
  validateSearch: z.object({ at: text }),
});
export const filesRoute = createRoute({
  getParentRoute,
  path: '/files',
  component: FilesPage,
  validateSearch: z.object({ at: text, file: text }),
});
export const trashRoute = createRoute({
  getParentRoute,
  path: '/trash',
  component: TrashPage,
  validateSearch: z.object({ library: text }),
});
const plain = [
  createRoute({ getParentRoute, path: '/home', component: HomePage }),
  createRoute({ getParentRoute, path: '/add-folder', component: AddFolderPage }),
  createRoute({ getParentRoute, path: '/problems', component: ProblemsPage }),
  createRoute({ getParentRoute, path: '/held', component: HeldPage }),
  createRoute({ getParentRoute, path: '/settings', component: SettingsPage }),
  createRoute({ getParentRoute, path: '/diagnose', component: DiagnosePage }),
] as const;

export const router = createRouter({
  routeTree: root.addChildren([
    homeRoute,
    onboardingRoute,
    activityRoute,
    conflictsRoute,
    chooseRoute,
    filesRoute,
    trashRoute,
    ...plain,
  ]),
  // The page's own address is whoever serves it; and one file is all there is.
  history: createHashHistory(),
  defaultPreload: false,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
