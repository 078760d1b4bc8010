import { rootStatusOf } from '@tidesync/engine/shell/root-status';
import { FULL_SCAN_EVERY_MS } from '@tidesync/engine/shell/root-times';
import type { SyncRoot } from '@tidesync/engine/shell/sync-root';
import { whyOf } from '@tidesync/engine/shell/why';
import type { RelPath } from '@tidesync/shared/names';
import type { RootStateName, RootStatus } from '@tidesync/shared/wire/engine';
import { leftOutOf } from './left-out.ts';
import type { Scenario } from './scenario.ts';
import type { ServerDatabase } from './server-database.ts';
import { differences, diskTree, serverTree } from './server-tree.ts';
import type { SimDevice } from './sim-device.ts';
import { Violation } from './violation.ts';

/** How long a path may differ and nobody is told why. */
const UNTOLD_MAX_MS = 5 * 60_000;
const LOOK_EVERY_MS = 60_000;

interface Differs {
  /** What is here and what is there: another pair begins anew. */
  readonly line: string;
  readonly sinceMs: number;
}

interface Seen {
  /** The engine whose time counts: a new one looks at everything first. */
  readonly root: SyncRoot;
  readonly differs: ReadonlyMap<string, Differs>;
}

/**
 * I22, in the middle of a world: what differs on a device that runs and is online for longer than five minutes has a
 * reason that a person can see, and that device does not say that it is up to date.
 */
export class SightLaw {
  readonly #scenario: Scenario;
  readonly #database: ServerDatabase;
  readonly #seen = new Map<SimDevice, Seen>();
  #nextLookMs = 0;

  constructor(scenario: Scenario, database: ServerDatabase) {
    this.#scenario = scenario;
    this.#database = database;
  }

  /** Looks once each minute of the world, and changes nothing in it. Throws the first Violation. */
  async look(devices: readonly SimDevice[], nowMs: number): Promise<void> {
    if (nowMs < this.#nextLookMs) return;
    this.#nextLookMs = nowMs + LOOK_EVERY_MS;
    for (const device of devices) await this.#lookAt(device, nowMs);
  }

  async #lookAt(device: SimDevice, nowMs: number): Promise<void> {
    const { root, record, journal } = device;
    const shown = rootStatusOf({ record, journal, running: root, restsFor: null });
    const lines = root === null || saysWhy.has(shown.state) ? null : await this.#differing(device);
    if (root === null || lines === null) {
      this.#seen.delete(device);
      return;
    }
    if (isEmptyWord(shown)) lines.set('', `nothing that it names (${shown.sentence})`);
    const before = this.#seen.get(device);
    const known = before?.root === root ? before.differs : null;
    const differs = new Map<string, Differs>();
    for (const [path, line] of lines) {
      const last = known?.get(path);
      const one = last?.line === line ? last : { line, sinceMs: nowMs };
      differs.set(path, one);
      if (nowMs - one.sinceMs > untoldMaxMs(this.#scenario, device))
        judge(device, { root, shown, path, line, forMs: nowMs - one.sinceMs });
    }
    this.#seen.set(device, { root, differs });
  }

  /** By path; null where the disk cannot be looked at as a whole. */
  async #differing(device: SimDevice): Promise<Map<string, string> | null> {
    const here = device.isAway ? null : await diskTree(device).catch(() => null);
    if (here === null) return null;
    const there = serverTree(this.#database, device.record.libraryId);
    const isLeftOut = leftOutOf(device, this.#database);
    const lines = differences(device, { here, there, isLeftOut });
    return new Map(lines.map((line) => [line.slice(0, line.lastIndexOf(': ')), line]));
  }
}

/** The whole folder has its reason: it is said with the state. */
const saysWhy = new Set<RootStateName>(['halted', 'paused', 'offline']);

/** It needs attention, and there is nothing to attend to. */
function isEmptyWord({ state, troubles, heldDeletes }: RootStatus): boolean {
  return state === 'attention' && troubles + heldDeletes === 0;
}

interface Untold {
  readonly root: SyncRoot;
  readonly shown: RootStatus;
  readonly path: string;
  readonly line: string;
  readonly forMs: number;
}

function judge({ name, record, journal }: SimDevice, { root, shown, path, line, forMs }: Untold): void {
  const { code, state } = whyOf({ record, journal, root, restsFor: null, path: path as RelPath });
  // Rules of a person's own leave it out.
  if (shown.state === 'upToDate' && state === 'skipped') return;
  const isReason =
    !['synced', 'notFound'].includes(code) && !(shown.state === 'attention' && code === 'waiting');
  if (shown.state !== 'upToDate' && isReason) return;
  const troubles = JSON.stringify(journal.troubles());
  throw new Violation(
    'I22',
    `${name} says ${shown.state}, and ${code} of ${line}, for ${Math.round(forMs)} ms; told: ${troubles}`,
  );
}

/** Where nobody tells an engine of what people do, its next look at everything finds it. */
function untoldMaxMs({ faults }: Scenario, { parts: { index } }: SimDevice): number {
  const isDeaf = faults.some((fault) => fault.kind === 'hint' && fault.device === index);
  return UNTOLD_MAX_MS + (isDeaf ? FULL_SCAN_EVERY_MS : 0);
}
