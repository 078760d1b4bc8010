import { defineConfig } from 'vitest/config';

/** Tests on the real TiDB, MinIO, NATS and versitygw. */
const REAL = '**/*.real.test.ts';

export default defineConfig({
  test: {
    pool: 'forks',
    maxWorkers: 2,
    // No test touches the keyring of who runs it.
    env: { TIDESYNC_SECRETS: 'file' },
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['packages/*/src/**/*.test.ts', 'apps/*/src/**/*.test.ts', 'test/**/*.test.ts'],
          exclude: [
            '**/node_modules/**',
            'test/e2e/**',
            'test/console/**',
            'test/desktop/**',
            'test/screens/**',
            'test/system/**',
            REAL,
          ],
          // Most take milliseconds; a machine that is busy with other things is no fault of theirs.
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          include: ['test/e2e/*.test.ts'],
          exclude: ['**/node_modules/**', REAL],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        extends: true,
        test: {
          // The web console in a real browser, before a real server and real devices.
          name: 'console',
          include: ['test/console/*.test.ts'],
          exclude: ['**/node_modules/**', REAL],
          globalSetup: 'test/console/support/build-console.ts',
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        extends: true,
        test: {
          // What needs programs of the system: a keyring, shells, systemd.
          name: 'system',
          include: ['test/system/*.test.ts'],
          exclude: ['**/node_modules/**', REAL],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        extends: true,
        test: {
          // The desktop's screens in a real browser, over real engines and a real server.
          name: 'screens',
          include: ['test/screens/*.test.ts'],
          exclude: ['**/node_modules/**', REAL],
          globalSetup: 'test/screens/support/build-screens.ts',
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        extends: true,
        test: {
          // The app, in a real Electron.
          name: 'desktop',
          include: ['test/desktop/*.test.ts'],
          exclude: ['**/node_modules/**', REAL],
          globalSetup: 'test/desktop/global-setup.ts',
          testTimeout: 180_000,
          hookTimeout: 240_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'real',
          include: [REAL],
          globalSetup: 'test/servers/global-setup.ts',
          testTimeout: 120_000,
          hookTimeout: 240_000,
        },
      },
      {
        extends: true,
        test: {
          // The tests of the use-cases once more, over TiDB.
          name: 'real use-cases',
          include: [
            'apps/server/src/use-cases/**/*.test.ts',
            'apps/server/src/adapters/database/query-plans.test.ts',
          ],
          globalSetup: 'test/servers/global-setup.ts',
          setupFiles: 'test/servers/use-tidb.ts',
          testTimeout: 120_000,
          hookTimeout: 240_000,
        },
      },
      {
        extends: true,
        test: {
          // The stories in which the server matters once more, with two servers on TiDB, MinIO and NATS, and stories of
          // several servers alone.
          name: 'real e2e',
          include: [
            'test/e2e/{chaos,first-sync,kill,live,offline,refusals}.test.ts',
            'test/e2e/cluster/*.test.ts',
          ],
          globalSetup: 'test/servers/global-setup.ts',
          setupFiles: 'test/servers/use-cluster.ts',
          testTimeout: 300_000,
          hookTimeout: 240_000,
        },
      },
    ],
  },
});
