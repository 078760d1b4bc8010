import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { Cluster } from '../support/cluster.ts';
import { use } from '../support/use-world.ts';
import { OWNER, sameTrees, settleAll, World } from '../support/world.ts';

/** Sooner than the engine's own look at the server, once a minute. */
const SOON_MS = 30_000;

const env = { NATS_URL: null, NATS_SUBJECT_PREFIX: null };
const world = use(new World((top) => Cluster.prepare(top, { env })));

test('[W21] servers without NATS ring for each other all the same, a few seconds late', async () => {
  const [ada, bob] = [await world.device('ada', OWNER), await world.device('bob', OWNER)];
  const [here, there] = await world.share(ada, bob);
  await settleAll(ada, bob);
  for (const name of ['one', 'two', 'three']) {
    await writeFile(path.join(here, name), name);
    await ada.settle();
    const tree = await sameTrees([here, there], SOON_MS);
    expect([...tree.keys()]).toContain(name);
  }
});
