import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runScenario } from '../../bench/server/run-scenario.ts';
import { functionalScale } from '../../bench/server/scale.ts';
import { scenarios } from '../../bench/server/scenarios/scenarios.ts';
import { embeddedBacking } from '../../bench/server/world/embedded-backing.ts';
import { openWorld } from '../../bench/server/world/open-world.ts';
import type { World } from '../../bench/server/world/world.ts';

describe('an embedded server under load', () => {
  let world: World;
  beforeAll(async () => {
    const one = { servers: 1, clientProcesses: 2, profileDir: null };
    world = await openWorld({ openBacking: embeddedBacking, ...one });
  });
  afterAll(() => world?.close());

  test.for(scenarios)('keeps everything that the scenario $name asks of it', async (scenario) => {
    const { checks } = await runScenario(scenario, world, functionalScale);
    expect(checks.filter(({ holds }) => !holds)).toEqual([]);
    expect(checks.length).toBeGreaterThan(0);
  });
});
