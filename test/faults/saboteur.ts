import { setTimeout as pause } from 'node:timers/promises';
import type { Chance } from './chance.ts';
import type { FaultWorld, Victim } from './fault-world.ts';

export interface Kill {
  readonly what: Victim;
  /** Commits that were answered by then. */
  readonly atCommit: number;
  readonly atMs: number;
  readonly downMs: number;
}

const VICTIMS: readonly Victim[] = ['server 1', 'server 2', 'TiDB', 'TiDB', 'MinIO', 'MinIO', 'NATS'];

interface SaboteurParts {
  readonly chance: Chance;
  readonly stop: AbortSignal;
  /** That are to be made in all: there are some twenty-five kills to a thousand. */
  readonly commits: number;
}

/** Kills what chance picks, with SIGKILL, at commits that chance picks, and starts it again a while later. */
export class Saboteur {
  readonly kills: Kill[] = [];
  readonly #world: FaultWorld;
  readonly #chance: Chance;
  readonly #stop: AbortSignal;
  readonly #down = new Set<Victim>();
  readonly #restarts = new Set<Promise<void>>();
  readonly #startMs = performance.now();
  readonly #between: readonly [number, number];
  #nextAt: number;
  #error: unknown = null;

  constructor(world: FaultWorld, { chance, stop, commits }: SaboteurParts) {
    this.#world = world;
    this.#chance = chance;
    this.#stop = stop;
    this.#between = [Math.ceil(commits / 60) + 3, Math.ceil(commits / 20) + 8];
    this.#nextAt = chance.between(...this.#between);
  }

  /** Hears after every commit how many there were. */
  committed(count: number): void {
    if (count < this.#nextAt) return;
    this.#nextAt = count + this.#chance.between(...this.#between);
    const what = this.#chance.pick(VICTIMS);
    const [delayMs, awayMs] = [this.#chance.between(0, 150), this.#chance.between(0, 1_500)];
    if (this.#down.has(what)) return;
    this.#down.add(what);
    const restart = this.#strike(what, { count, delayMs, awayMs }).catch((error: unknown) => {
      this.#error ??= error;
    });
    this.#restarts.add(restart);
  }

  /** Everything runs again afterwards. Errors: what could not be started. */
  async allUp(): Promise<void> {
    await Promise.all(this.#restarts);
    if (this.#error !== null) throw this.#error;
  }

  async #strike(
    what: Victim,
    { count, delayMs, awayMs }: { readonly count: number; readonly delayMs: number; readonly awayMs: number },
  ): Promise<void> {
    await pause(delayMs);
    const atMs = performance.now();
    await this.#world.victim(what).kill();
    await pause(awayMs);
    await this.#world.startAgain(what, this.#stop);
    this.#down.delete(what);
    const downMs = Math.round(performance.now() - atMs);
    this.kills.push({ what, atCommit: count, atMs: Math.round(atMs - this.#startMs), downMs });
  }
}
