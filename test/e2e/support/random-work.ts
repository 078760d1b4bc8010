import type { Dirent } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** A number from 0 to 1, the same row of them for the same seed (mulberry32). */
export function seededChance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const NAMES = ['a', 'b', 'c.txt', 'd', 'e.txt'];

/**
 * People at work in folders: they write, rename, move and delete as chance has it, and every text they write is
 * one of its kind. What they took away themselves is known, so that what is missing beyond that was lost.
 */
export class RandomWork {
  readonly #chance: () => number;
  readonly #written = new Set<string>();
  readonly #takenAway = new Set<string>();
  readonly log: string[] = [];
  #count = 0;

  constructor(seed: number) {
    this.#chance = seededChance(seed);
  }

  /** Texts that nobody took away and that are not among those given. */
  lost(texts: ReadonlySet<string>): string[] {
    return [...this.#written].filter((text) => !this.#takenAway.has(text) && !texts.has(text));
  }

  /** Answers with one of the values. */
  pick<T>(values: readonly T[]): T {
    return values[Math.floor(this.#chance() * values.length)] as T;
  }

  /** One thing that one person does in one folder. What has just been taken from under them they leave. */
  async act(top: string): Promise<void> {
    const all = await entriesOf(top);
    const folders = [top, ...all.filter((one) => one.isDirectory()).map(pathOf)];
    const target = path.join(this.pick(folders), this.pick(NAMES));
    const some = this.pick(all);
    const chance = this.#chance();
    try {
      if (chance < 0.5 || some === undefined) await this.#write(target);
      else if (chance < 0.6) await mkdir(target);
      else if (chance < 0.85) await this.#move(pathOf(some), target);
      else await this.#remove(pathOf(some));
    } catch (error) {
      if (!(error instanceof Error && 'code' in error)) throw error;
      this.log.push(`  (not done: ${error.code})`);
    }
  }

  async #write(file: string): Promise<void> {
    const text = `text ${++this.#count}`;
    this.log.push(`write ${file}: ${text}`);
    await this.#takeAway(file);
    await writeFile(file, text);
    this.#written.add(text);
  }

  async #move(from: string, to: string): Promise<void> {
    this.log.push(`move ${from} to ${to}`);
    if (from === to) return;
    await this.#takeAway(to);
    await rename(from, to);
  }

  async #remove(place: string): Promise<void> {
    this.log.push(`remove ${place}`);
    await this.#takeAway(place);
    await rm(place, { recursive: true, force: true });
  }

  async #takeAway(place: string): Promise<void> {
    for (const text of await textsIn(place)) this.#takenAway.add(text);
  }
}

const pathOf = (entry: Dirent) => path.join(entry.parentPath, entry.name);

async function entriesOf(top: string): Promise<Dirent[]> {
  const all = await readdir(top, { recursive: true, withFileTypes: true });
  return all.filter((one) => !path.relative(top, pathOf(one)).startsWith('.tidesync'));
}

/** The texts of a file, or of all files in a folder; none for what is not there. */
export async function textsIn(place: string): Promise<Set<string>> {
  try {
    const files = (await entriesOf(place)).filter((one) => one.isFile());
    return new Set(await Promise.all(files.map((one) => readFile(pathOf(one), 'utf8'))));
  } catch {
    const text = await readFile(place, 'utf8').catch(() => null);
    return new Set(text === null ? [] : [text]);
  }
}
