import { readFile } from 'node:fs/promises';
import type { Device } from '../../test/e2e/support/device.ts';
import { ServerProcess } from '../../test/e2e/support/server-process.ts';
import type { Tree } from '../../test/e2e/support/tree.ts';
import { differences, readTree } from '../../test/e2e/support/tree.ts';
import { OWNER, World } from '../../test/e2e/support/world.ts';

/** One folder to be synced, and who fills it. */
export interface Input {
  readonly name: string;
  readonly fill: (folder: string) => Promise<unknown>;
}

export interface Figures {
  readonly name: string;
  readonly files: number;
  readonly folders: number;
  readonly links: number;
  readonly executables: number;
  readonly bytes: number;
  readonly upSeconds: number;
  readonly downSeconds: number;
  /** Entries that are not the same on both devices, one line each. */
  readonly differences: readonly string[];
  readonly troubles: number;
}

export interface Report {
  readonly inputs: readonly Figures[];
  /** Highest use of memory since its start, by process. */
  readonly peakBytes: Readonly<Record<'server' | 'up' | 'down', number>>;
}

/**
 * Syncs each input from one device to another through a real server, all as processes of their own, and compares
 * every byte, executable bit, time and link.
 */
export async function syncInputs(inputs: readonly Input[]): Promise<Report> {
  const world = new World(ServerProcess.prepare);
  try {
    await world.open();
    await allowAnySize(world);
    const [up, down] = [await world.device('up'), await world.device('down')];
    const figures: Figures[] = [];
    for (const input of inputs) figures.push(await syncInput(input, { world, up, down }));
    const [server, upPeak, downPeak] = await Promise.all(
      [world.server.pid, up.pid, down.pid].map(peakBytesOf),
    );
    return { inputs: figures, peakBytes: { server, up: upPeak, down: downPeak } as Report['peakBytes'] };
  } finally {
    await world.close();
  }
}

async function allowAnySize(world: World<ServerProcess>): Promise<void> {
  const { exitCode, err } = await world.server.admin(['quota', 'set', OWNER, QUOTA]);
  if (exitCode !== 0) throw new Error(`the quota was not set: ${err}`);
}

interface Place {
  readonly world: World;
  readonly up: Device;
  readonly down: Device;
}

async function syncInput({ name, fill }: Input, { world, up, down }: Place): Promise<Figures> {
  const library = world.newLibrary();
  const here = `${up.home}/${library}`;
  await fill(here);
  const upSeconds = await timed(up, library);
  const downSeconds = await timed(down, library);
  const there = `${down.home}/${library}`;
  const [tree, arrived] = [await readTree(here), await readTree(there)];
  const troubles = (await up.root(here)).troubles + (await down.root(there)).troubles;
  return {
    name,
    ...countsOf(tree),
    upSeconds,
    downSeconds,
    differences: differences(tree, arrived),
    troubles,
  };
}

/** A folder of 100,000 files takes minutes, on a busy machine many; a million in folders may take an hour. */
const REST_WITHIN_S = '14400';

/** More than any input has. */
const QUOTA = '10TB';

/** Seconds from binding the folder to rest. */
async function timed(device: Device, library: string): Promise<number> {
  const startMs = performance.now();
  await device.bind(library, library);
  const { exitCode, err } = await device.run(
    'status',
    '--wait',
    'idle',
    '--timeout',
    REST_WITHIN_S,
    '--json',
  );
  if (exitCode !== 0)
    throw new Error(`${device.name} did not come to rest (${exitCode}): ${err}\n${device.said}`);
  return (performance.now() - startMs) / 1_000;
}

function countsOf(tree: Tree): Pick<Figures, 'files' | 'folders' | 'links' | 'executables' | 'bytes'> {
  const seen = [...tree.values()];
  const files = seen.filter((one) => one.startsWith('file'));
  return {
    files: files.length,
    folders: seen.filter((one) => one === 'folder').length,
    links: seen.filter((one) => one.startsWith('link')).length,
    executables: files.filter((one) => one.endsWith(', executable')).length,
    bytes: files.reduce((sum, one) => sum + Number(one.split(' ')[1]), 0),
  };
}

/** VmHWM of a process; 0 where the system does not tell. */
async function peakBytesOf(pid: number): Promise<number> {
  const text = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(text)?.[1] ?? 0) * 1_024;
}
