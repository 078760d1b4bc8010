import { mkdir, open, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Chance } from '../faults/chance.ts';
import type { TextLedger } from './text-ledger.ts';
import { entriesIn, labelFor, labelsIn, placeOf, textOf } from './written-texts.ts';

/** Few, so that people get in each other's way. */
const NAMES = ['a', 'b', 'c.txt', 'd', 'e.txt'] as const;
const LARGE_BYTES_MAX = 5_000_000;
const HALFWAY_MS_MAX = 400;
/** From then on more is removed than made. */
const FILES_MANY = 120;

type Way = 'inPlace' | 'byRename' | 'inTwoSteps';

interface PersonParts {
  readonly name: string;
  /** The folder the person works in. */
  readonly top: string;
  readonly chance: Chance;
  readonly ledger: TextLedger;
  readonly numbers: () => number;
}

/**
 * A person who writes, renames, moves and deletes as chance has it, while programs change the same folder. What has
 * just been taken from under them they leave.
 */
export class Person {
  readonly #parts: PersonParts;

  constructor(parts: PersonParts) {
    this.#parts = parts;
  }

  /** One thing that the person does; answers in words what. */
  async act(): Promise<string> {
    const { top, chance } = this.#parts;
    const all = await entriesIn(top).catch(() => []);
    const folders = [top, ...all.filter((one) => one.isDirectory()).map(placeOf)];
    const target = path.join(chance.pick(folders), chance.pick(NAMES));
    const some = all.length === 0 ? null : placeOf(chance.pick(all));
    const isFull = all.length > FILES_MANY;
    try {
      if (some === null || chance.happens(isFull ? 0.25 : 0.5)) return await this.#write(target);
      if (chance.happens(0.2)) return await this.#makeFolder(target);
      if (chance.happens(isFull ? 0.4 : 0.65)) return await this.#move(some, target);
      return await this.#remove(some);
    } catch (error) {
      if (!(error instanceof Error && 'code' in error)) throw error;
      return `nothing: ${error.code} at ${target}`;
    }
  }

  async #write(file: string): Promise<string> {
    const { chance, ledger, name, numbers } = this.#parts;
    const bytes = chance.happens(0.04) ? chance.between(100_000, LARGE_BYTES_MAX) : chance.between(0, 400);
    const label = labelFor(numbers(), bytes);
    const way = chance.pick<Way>(['inPlace', 'inPlace', 'byRename', 'inTwoSteps']);
    const before = await labelsIn(file);
    await this.#put(file, { text: textOf(label), way });
    ledger.wrote(label, name);
    ledger.tookAway(before, name);
    return `write ${file} ${way}: ${label}`;
  }

  async #put(file: string, { text, way }: { readonly text: string; readonly way: Way }): Promise<void> {
    const { chance } = this.#parts;
    if (way === 'inPlace') return writeFile(file, text);
    if (way === 'byRename') {
      const draft = `${file}.draft`;
      await writeFile(draft, text);
      return rename(draft, file);
    }
    const handle = await open(file, 'w');
    try {
      const half = Math.floor(text.length / 2);
      await handle.writeFile(text.slice(0, half));
      await pause(chance.between(0, HALFWAY_MS_MAX));
      await handle.writeFile(text.slice(half));
    } finally {
      await handle.close();
    }
  }

  async #makeFolder(place: string): Promise<string> {
    await mkdir(place);
    return `make folder ${place}`;
  }

  async #move(from: string, to: string): Promise<string> {
    const { ledger, name } = this.#parts;
    if (from === to) return 'nothing';
    const before = await labelsIn(to);
    await rename(from, to);
    ledger.tookAway(before, name);
    return `move ${from} to ${to}`;
  }

  async #remove(place: string): Promise<string> {
    const { ledger, name } = this.#parts;
    // What cannot be removed whole is removed in part.
    ledger.tookAway(await labelsIn(place), name);
    await rm(place, { recursive: true, force: true });
    return `remove ${place}`;
  }
}
