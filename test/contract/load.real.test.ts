import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runScenario } from '../../bench/server/run-scenario.ts';
import { functionalScale } from '../../bench/server/scale.ts';
import { scenarios } from '../../bench/server/scenarios/scenarios.ts';
import { openWorld } from '../../bench/server/world/open-world.ts';
import { sharedServersBacking } from '../../bench/server/world/servers-backing.ts';
import type { World } from '../../bench/server/world/world.ts';
import { realServers } from '../servers/real-servers.ts';

describe('two servers on TiDB and MinIO under load', () => {
  let world: World;
  beforeAll(async () => {
    const openBacking = () => sharedServersBacking(realServers());
    world = await openWorld({ openBacking, servers: 2, clientProcesses: 2, profileDir: null });
  });
  afterAll(() => world?.close());

  test.for(scenarios)('keep everything that the scenario $name asks of them', async (scenario) => {
    const { checks } = await runScenario(scenario, world, functionalScale);
    expect(checks.filter(({ holds }) => !holds)).toEqual([]);
    expect(checks.length).toBeGreaterThan(0);
  });
});
