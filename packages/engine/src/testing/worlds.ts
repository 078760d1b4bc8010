import { assert } from '@tidesync/shared/brand';
import type { ContentId } from '@tidesync/shared/ids';
import type { LocalState, RemoteState } from '../core/entry.ts';
import type { NameRules } from '../core/name-rules.ts';
import { isIdle } from '../core/plan.ts';
import { TOP_ID } from './memory-trees.ts';
import { NaiveDevice } from './naive-device.ts';
import { NaiveServer } from './naive-server.ts';
import type { Deed } from './person.ts';
import { Ledger, Person } from './person.ts';

const ROUNDS_MAX = 50;

export type Happening =
  | { readonly at: number; readonly does: 'deed'; readonly deed: Deed }
  | {
      readonly at: number;
      readonly does: 'round';
      readonly opsMax: number;
      readonly answerLost: boolean;
      readonly frozenEvery: number;
    }
  /** Plans, lets others commit in between, then acts. */
  | { readonly at: number; readonly does: 'plan' }
  | { readonly at: number; readonly does: 'act' };

export interface WorldOptions {
  readonly devices: number;
  readonly names: readonly string[];
  readonly rules?: NameRules;
}

/** A server, some devices and a person at each. */
export class World {
  readonly server = new NaiveServer();
  readonly devices: readonly NaiveDevice[];
  readonly ledger = new Ledger();
  readonly #people: readonly Person[];

  constructor({ devices, names, rules }: WorldOptions) {
    const all = Array.from({ length: devices }, (_, index) => {
      const name = `d${index + 1}`;
      return new NaiveDevice(this.server, rules ? { name, rules } : { name });
    });
    this.devices = all;
    this.#people = all.map((device) => new Person(device, this.ledger, names));
  }

  device(index: number): NaiveDevice {
    return this.devices[index % this.devices.length] as NaiveDevice;
  }
  deed(index: number, deed: Deed): void {
    (this.#people[index % this.#people.length] as Person).do(deed);
  }

  happen(happenings: readonly Happening[]): void {
    for (const happening of happenings) {
      if (happening.does === 'deed') this.deed(happening.at, happening.deed);
      else if (happening.does === 'round') this.device(happening.at).round(happening);
      else if (happening.does === 'plan') this.device(happening.at).catchUp();
      else this.#actOnOldNews(this.device(happening.at));
    }
  }

  /** Plans without pulling first: what others committed meanwhile is not known. */
  #actOnOldNews(device: NaiveDevice): void {
    device.act(device.plan());
  }

  /** Rounds everywhere until nothing is left to do; the number of them. */
  settle(roundsMax = ROUNDS_MAX): number {
    for (let rounds = 1; rounds <= roundsMax; rounds++) {
      const before = this.server.headSeq;
      const plans = this.devices.map((device) => device.round());
      if (plans.every(isIdle) && this.server.headSeq === before) return rounds;
    }
    throw new Error(`not settled after ${roundsMax} rounds`);
  }

  /** Every device shows what the server holds, and says so. */
  requireEqual(): void {
    const there = shown(this.server.live());
    for (const { trees, name } of this.devices) {
      const here = shown(trees.ids().map((id) => [id, trees.get(id).local]));
      assert(here === there, `${name} shows\n${here}\nwhere the server has\n${there}`);
      assert(trees.dirtyIds().length === 0, `${name} is clean, but has ${trees.dirtyIds()}`);
    }
  }

  /** The same where disks cannot hold every name: whatever differs is held for its name, or waits for what is. */
  requireEqualButForNames(): void {
    for (const device of this.devices) {
      const { held, waiting } = device.plan();
      const excused = new Set([...held.map(({ id }) => id), ...waiting]);
      for (const { trouble } of held) assert(trouble.code === 'nameClash', 'only names are held');
      const odd = device.trees.dirtyIds().filter((id) => !excused.has(id));
      assert(odd.length === 0, `what differs is held, but ${odd} is not`);
      assert(waiting.length === 0 || held.length > 0, 'somebody is held where others wait');
    }
  }

  /** Every content that nobody replaced or removed is there; none lives beside what it was replaced by. */
  requireNothingLost(): void {
    const kept = new Set<ContentId>();
    for (const [, { body }] of this.server.live()) if (body.kind === 'file') kept.add(body.contentId);
    const lost = this.ledger.owed().filter((contentId) => !kept.has(contentId));
    assert(lost.length === 0, `no content is lost, but ${lost} is`);
    const revived = [...kept].filter((contentId) => this.ledger.hasLivingSuccessor(contentId));
    assert(revived.length === 0, `what was replaced stays so, but ${revived} is back`);
  }
}

/** One line for each entry, in the order of ids. */
export function shown(states: readonly (readonly [string, LocalState | RemoteState])[]): string {
  return states
    .filter(([, state]) => state.is === 'present')
    .map(([id, state]) => `${id} ${line(state)}`)
    .sort()
    .join('\n');
}

function line(state: LocalState | RemoteState): string {
  if (state.is === 'absent') return 'absent';
  const { parentId, name, body, mtimeMs } = state;
  const place = `${parentId === TOP_ID ? '' : parentId}/${name}`;
  if (body.kind === 'folder') return `${place} folder`;
  if (body.kind === 'symlink') return `${place} -> ${body.target}`;
  return `${place} ${body.contentId} ${body.executable ? 'x' : '-'} ${mtimeMs}`;
}
