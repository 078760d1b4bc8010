// `npm run servers`: finds or builds the servers that tests run against, and prints where they are.

import { prepareServers } from '../test/servers/prepare-servers.ts';

const prepared = await prepareServers();
for (const one of prepared)
  console.log(`${one.title.padEnd(12)}${one.has ? one.where : `missing: ${one.why.message}`}`);
process.exitCode = prepared.every(({ has }) => has) ? 0 : 1;
