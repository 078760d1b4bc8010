import { setTimeout as pause } from 'node:timers/promises';
import { until } from '../e2e/support/waiting.ts';
import { sameTrees, settleAll } from '../e2e/support/world.ts';
import { Chance } from '../faults/chance.ts';
import type { ChaosWorld, Victim } from './chaos-world.ts';
import { VICTIMS } from './chaos-world.ts';
import type { FoundTexts } from './look-for-texts.ts';
import { lookForTexts } from './look-for-texts.ts';
import { Person } from './person-at-work.ts';
import type { TextLedger } from './text-ledger.ts';

const ACTS_EACH = 20;
const PAUSES_MS = [0, 0, 20, 100, 300] as const;
const STRIKES_MAX = 3;
const STRIKE_WITHIN_MS = 1_500;
const DOWN_MS_MAX = 1_200;
/** More than any seed has rounds: so that rounds of different seeds have nothing in common. */
const ROUNDS_PER_SEED = 100_003;
const STARTS_MAX = 5;
const REST_MS_MAX = 600_000;

/** As whatever watches over programs does: on a busy machine a server may find its own store too slow to begin. */
async function startAgain(world: ChaosWorld, who: Victim): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      return await world.victim(who).start();
    } catch (error) {
      if (tries === STARTS_MAX) throw error;
      await pause(DOWN_MS_MAX);
    }
  }
}

export interface ChaosParts {
  readonly world: ChaosWorld;
  readonly ledger: TextLedger;
  readonly seed: number;
}

export interface Round {
  readonly acts: readonly string[];
  readonly kills: readonly Victim[];
}

/** One round after the other: two people work in their folders while programs are killed and started again. */
export class ChaosRun {
  readonly #parts: ChaosParts;

  constructor(parts: ChaosParts) {
    this.#parts = parts;
  }

  /** Afterwards all runs again; what it came to is for `check` to say. */
  async round(number: number): Promise<Round> {
    const { world, ledger, seed } = this.#parts;
    const chance = new Chance(seed * ROUNDS_PER_SEED + number);
    let last = ledger.count;
    const acts: string[] = [];
    const working = world.folders.map((top, index) => {
      const own = new Chance(chance.between(1, 1_000_000_000));
      const name = index === 0 ? 'ada' : 'bob';
      const person = new Person({ name, top, chance: own, ledger, numbers: () => ++last });
      return this.#work(person, own, (act) => acts.push(`${name}: ${act}`));
    });
    const [kills] = await Promise.all([this.#strikes(chance), ...working]);
    return { acts, kills };
  }

  async #work(person: Person, chance: Chance, tell: (act: string) => void): Promise<void> {
    for (let act = 0; act < ACTS_EACH; act++) {
      tell(await person.act());
      await pause(chance.pick(PAUSES_MS));
    }
  }

  /** Kills one, two or all of them at once, at moments that chance picks, and starts them again a while later. */
  async #strikes(chance: Chance): Promise<Victim[]> {
    const { world } = this.#parts;
    const killed: Victim[] = [];
    for (let left = chance.between(1, STRIKES_MAX); left > 0; left--) {
      await pause(chance.between(0, STRIKE_WITHIN_MS));
      const first = chance.pick(VICTIMS);
      const victims = VICTIMS.filter((one) => one === first || chance.happens(0.3));
      await Promise.all(victims.map((one) => world.victim(one).kill()));
      killed.push(...victims);
      await pause(chance.between(0, DOWN_MS_MAX));
      // Which comes first is a matter of chance, too.
      await Promise.all(victims.map((one) => startAgain(world, one)));
    }
    return killed;
  }

  /** Lets all come to rest and looks. Errors: it does not come to rest, or the folders are not the same. */
  async check(number: number): Promise<FoundTexts> {
    const { world, ledger, seed } = this.#parts;
    const chance = new Chance(seed * ROUNDS_PER_SEED - number);
    await until(
      'all came to rest',
      async () => {
        await settleAll(...world.devices);
        for (const device of world.devices) await this.#answerHeld(device, chance);
        const rest = await Promise.all(
          world.devices.map((one, index) => one.root(world.folders[index] ?? '')),
        );
        const restless = rest.filter(({ state }) => state !== 'upToDate');
        if (restless.length > 0) throw new Error(JSON.stringify(restless));
        await sameTrees(world.folders);
        return true;
      },
      REST_MS_MAX,
    );
    return lookForTexts(world, ledger);
  }

  /** To deletes that wait a person says yes or no. */
  async #answerHeld(device: ChaosWorld['ada'], chance: Chance): Promise<void> {
    const { held } = await device.ask<{ held: { batchId: string }[] }>('batches');
    for (const { batchId } of held) {
      // It may be another batch by now: then it is asked about again.
      await device.run('batches', chance.happens(0.5) ? 'approve' : 'undo', batchId);
    }
  }
}
