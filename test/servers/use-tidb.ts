// Makes the worlds of a test file open their stores on the TiDB of this run.

import { dropTidbOfThisFile } from '@tidesync/server/testing/tidb-database';
import { afterAll } from 'vitest';

process.env.TIDESYNC_TEST_STORE = 'tidb';
afterAll(dropTidbOfThisFile);
