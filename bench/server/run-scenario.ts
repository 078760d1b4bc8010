import type { Check, Figure } from './figures.ts';
import { check, number } from './figures.ts';
import type { Scale } from './scale.ts';
import type { Found, Scenario } from './scenarios/scenario.ts';
import { bothWays } from './world/measure.ts';
import type { World } from './world/world.ts';

export interface Outcome extends Found {
  readonly name: string;
  readonly title: string;
  /** Bytes between clients and servers that are not content. */
  readonly metadataBytes: number;
}

/** How much may pass through the servers for each byte of content that goes past them. */
const METADATA_SHARE_MAX = 0.02;
/** A small file has a few calls too, whatever its size. */
const METADATA_BYTES_FREE = 2_000_000;

export async function runScenario(scenario: Scenario, world: World, scale: Scale): Promise<Outcome> {
  const found = await scenario.run(world, scale).catch((error: unknown) => tellWithLogs(error, world));
  const passed = bothWays(found.measured.traffic.clients);
  const embedded = world.backing.kind === 'embedded';
  // An embedded server is the object store as well.
  const metadataBytes = embedded ? passed - found.contentBytes : passed;
  const { name } = scenario;
  const title = scenario.title(scale);
  const checks = [
    ...found.checks,
    ...trafficChecks(found, { embedded, metadataBytes }),
    noErrorIn(world.servers.map((server) => server.said()).join('\n')),
  ];
  const figures = [...found.figures, cpuFigure(found)];
  return { ...found, figures, name, title, metadataBytes, checks };
}

/** Every internal error of a server has a line in its log. */
function noErrorIn(logs: string): Check {
  const errors = logs.split('\n').filter((line) => line.includes('"level":50'));
  const found =
    errors.length === 0 ? 'none' : `${errors.length}, the last: ${errors.at(-1)?.slice(0, 1_000)}`;
  return check('no server logged an error', errors.length === 0, found);
}

/** What a client was told is often explained by nothing but a server's log. */
function tellWithLogs(error: unknown, { servers }: World): never {
  const logs = servers.map((server, n) => `── server ${n + 1}\n${server.said()}`).join('\n');
  throw new Error(`a scenario broke off; the end of the servers' logs:\n${logs}`, { cause: error });
}

/** Says more than throughput does on a machine that other programs use as well. */
function cpuFigure({ measured, units }: Found): Figure {
  const servers = measured.uses.filter(({ name }) => name.startsWith('server'));
  const cpuSeconds = servers.reduce((sum, use) => sum + use.cpuSeconds, 0);
  return number(`CPU of the servers per ${units.what}`, (cpuSeconds * 1_000) / units.count, 'ms');
}

function trafficChecks(
  { contentBytes }: Found,
  { embedded, metadataBytes }: { readonly embedded: boolean; readonly metadataBytes: number },
): Check[] {
  if (contentBytes === 0 || embedded) return [];
  const limitBytes = contentBytes * METADATA_SHARE_MAX + METADATA_BYTES_FREE;
  return [
    check('only metadata went through the servers', metadataBytes < limitBytes, `${metadataBytes} bytes`),
  ];
}
