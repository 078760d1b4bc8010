import { accountRouter } from './routers/account-router.ts';
import { adminRouter } from './routers/admin-router.ts';
import { authRouter } from './routers/auth-router.ts';
import { devicesRouter } from './routers/devices-router.ts';
import { librariesRouter } from './routers/libraries-router.ts';
import { uploadsRouter } from './routers/uploads-router.ts';
import { router } from './trpc.ts';

/** Every procedure of the server, as clients name them. */
export const appRouter = router({
  auth: authRouter,
  account: accountRouter,
  devices: devicesRouter,
  libraries: librariesRouter,
  uploads: uploadsRouter,
  admin: adminRouter,
});

/** What typed clients are made of; they import this type and nothing else of the server. */
export type AppRouter = typeof appRouter;
