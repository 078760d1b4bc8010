// `npm run bench:server`: load on real servers, and the figures. See docs/performance.md.

import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { formatBytes } from '@tidesync/shared/format';
import { surroundings } from './machine.ts';
import type { BenchOptions } from './options.ts';
import { parseOptions, USAGE } from './options.ts';
import { scenarioLines } from './report-lines.ts';
import type { Outcome } from './run-scenario.ts';
import { runScenario } from './run-scenario.ts';
import { scaleFor } from './scale.ts';
import { scenarios } from './scenarios/scenarios.ts';
import { embeddedBacking } from './world/embedded-backing.ts';
import { openWorld } from './world/open-world.ts';
import { ownServersBacking } from './world/servers-backing.ts';

const args = process.argv.slice(2);
const options = parseOptions(args);
if (options === null) {
  console.error(USAGE);
  process.exitCode = 2;
} else {
  process.exitCode = (await bench(options)) ? 0 : 1;
}

/** True if every check held. */
async function bench({ profileDir, ...told }: BenchOptions): Promise<boolean> {
  const about = surroundings(args);
  if (profileDir !== null) await mkdir(path.resolve(profileDir), { recursive: true });
  const world = await openWorld({
    openBacking: told.embedded ? embeddedBacking : ownServersBacking,
    servers: told.servers,
    clientProcesses: told.clientProcesses,
    profileDir: profileDir === null ? null : path.resolve(profileDir),
  });
  const stop = endOnSignal(() => world.close());
  try {
    const { cpu, cores, memoryBytes, loadBefore } = about;
    console.log(`${about.command}   commit ${about.commit}, ${about.startedAt}`);
    console.log(`${cpu}, ${cores} cores, ${formatBytes(memoryBytes)}, load before ${loadBefore.toFixed(1)}`);
    console.log(
      `on ${world.backing.what}; ${world.servers.length} server(s), ${told.clientProcesses} client processes`,
    );
    const wanted = scenarios.filter(({ name }) => told.only.length === 0 || told.only.includes(name));
    const all: Outcome[] = [];
    for (const scenario of wanted) {
      const runs: Outcome[] = [];
      for (let run = 0; run < told.runs; run++) {
        runs.push(await runScenario(scenario, world, scaleFor(told.users)));
      }
      for (const line of scenarioLines(runs)) console.log(line);
      all.push(...runs);
    }
    const text = { ...about, on: world.backing.what, servers: world.servers.length, outcomes: all };
    if (told.jsonFile !== null) await writeFile(told.jsonFile, `${JSON.stringify(text, null, 2)}\n`);
    return all.every(({ checks }) => checks.every(({ holds }) => holds));
  } finally {
    stop();
    await world.close();
  }
}

/** Ctrl-C stops everything in good order; what it does not reach, the reaper ends. */
function endOnSignal(close: () => Promise<void>): () => void {
  const end = () => {
    void close().finally(() => process.exit(130));
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, end);
  return () => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, end);
  };
}
