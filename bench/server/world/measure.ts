import { machineMs } from '../monotonic.ts';
import type { ProcessUse } from './process-use.ts';
import { watchMachine, watchProcesses } from './process-use.ts';
import type { Passed, SocketCount } from './socket-count.ts';
import type { World } from './world.ts';

/** Bytes through the sockets of all servers together, both ways. */
export interface Traffic {
  readonly clients: Passed;
  readonly database: Passed;
  readonly objects: Passed;
  readonly events: Passed;
}

export interface Measured<T> {
  readonly value: T;
  readonly seconds: number;
  readonly uses: readonly ProcessUse[];
  /** Processor time that programs took which have nothing to do with the run. */
  readonly othersCpuSeconds: number;
  readonly traffic: Traffic;
}

/** Runs the part of a scenario that counts, and says what it took from the machine. */
export async function measure<T>(world: World, work: () => Promise<T>): Promise<Measured<T>> {
  const { servers, clients, backing } = world;
  const before = await Promise.all(servers.map((server) => server.countSockets()));
  const used = await watchProcesses([
    ...servers.map(({ pid }, n) => ({ name: `server ${n + 1}`, pid })),
    ...backing.processes,
    ...clients.pids.map((pid, n) => ({ name: `clients ${n + 1}`, pid })),
    { name: 'bench', pid: process.pid },
  ]);
  const machineUsed = await watchMachine();
  const beganMs = machineMs();
  const value = await work();
  const seconds = (machineMs() - beganMs) / 1_000;
  const [uses, allSeconds] = [await used(), await machineUsed()];
  const ownSeconds = uses.reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0);
  const after = await Promise.all(servers.map((server) => server.countSockets()));
  const othersCpuSeconds = Math.max(0, allSeconds - ownSeconds);
  return { value, seconds, uses, othersCpuSeconds, traffic: trafficOf(world, before, after) };
}

const none: Passed = { inBytes: 0, outBytes: 0 };

function trafficOf(
  { servers, backing }: World,
  before: readonly SocketCount[],
  after: readonly SocketCount[],
): Traffic {
  const sum = (of: (count: SocketCount, n: number) => Passed | undefined): Passed =>
    servers.reduce((total, _, n) => {
      const [from, to] = [before[n], after[n]];
      if (from === undefined || to === undefined) return total;
      const [old, now] = [of(from, n) ?? none, of(to, n) ?? none];
      return {
        inBytes: total.inBytes + now.inBytes - old.inBytes,
        outBytes: total.outBytes + now.outBytes - old.outBytes,
      };
    }, none);
  const opened = (port: number | null) => (port === null ? none : sum((count) => count.opened[port]));
  const { ports } = backing;
  return {
    clients: sum((count, n) => count.accepted[Number(new URL(servers[n]?.url ?? '').port)]),
    database: opened(ports.database),
    objects: opened(ports.objects),
    events: opened(ports.events),
  };
}

export const bothWays = ({ inBytes, outBytes }: Passed): number => inBytes + outBytes;
