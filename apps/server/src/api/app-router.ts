import { accountRouter } from './routers/account-router.ts';
import { adminRouter } from './routers/admin-router.ts';
import { authRouter } from './routers/auth-router.ts';
import { batchesRouter } from './routers/batches-router.ts';
import { changesRouter } from './routers/changes-router.ts';
import { devicesRouter } from './routers/devices-router.ts';
import { downloadsRouter } from './routers/downloads-router.ts';
import { librariesRouter } from './routers/libraries-router.ts';
import { syncRouter } from './routers/sync-router.ts';
import { trashRouter } from './routers/trash-router.ts';
import { treeRouter } from './routers/tree-router.ts';
import { uploadsRouter } from './routers/uploads-router.ts';
import { versionsRouter } from './routers/versions-router.ts';
import { router } from './trpc.ts';

/** Every procedure of the server, as clients name them. */
export const appRouter = router({
  auth: authRouter,
  account: accountRouter,
  devices: devicesRouter,
  libraries: librariesRouter,
  uploads: uploadsRouter,
  sync: syncRouter,
  changes: changesRouter,
  tree: treeRouter,
  downloads: downloadsRouter,
  trash: trashRouter,
  versions: versionsRouter,
  batches: batchesRouter,
  admin: adminRouter,
});

/** What typed clients are made of; they import this type and nothing else of the server. */
export type AppRouter = typeof appRouter;
