// Set up before each test file of a project that runs the stories on two servers (test/e2e/support/use-world.ts).

process.env.TIDESYNC_TEST_SERVERS = 'cluster';
