import type { ContentId } from '@tidesync/shared/ids';
import { expect, test } from 'vitest';
import { contentIdOf } from '../testing/memory-library.ts';
import { seededRandom } from '../testing/seeded-random.ts';
import { at, ShellBench } from '../testing/shell-bench.ts';

const NAMES = ['a', 'b', 'c'];
/** More of them find more: all of the first 900 were fine when this was written. */
const SEEDS = 50;

/** Numbers below a bound that a seed determines. */
function dice(seed: number): (below: number) => number {
  const random = seededRandom(seed);
  return (below) => {
    const [high, low] = random.bytes(2);
    return (((high as number) << 8) | (low as number)) % below;
  };
}

/** People at both ends do random things while the root works, which is killed now and then. */
class Story {
  readonly bench: ShellBench;
  readonly roll: (below: number) => number;
  /** Texts that somebody wrote and nobody replaced or deleted since. */
  readonly owed = new Set<string>();
  readonly told: string[] = [];
  readonly #textOf = new Map<ContentId, string>();
  #texts = 0;

  constructor(bench: ShellBench, seed: number) {
    this.bench = bench;
    this.roll = dice(seed);
  }

  #pick<T>(from: readonly T[]): T {
    return from[this.roll(from.length)] as T;
  }
  #text(who: string): string {
    this.#texts++;
    const text = `${who}${this.#texts}`;
    this.owed.add(text);
    this.#textOf.set(contentIdOf(text), text);
    return text;
  }
  /** What the file at a path holds on the server. */
  #textAt(path: string): string {
    const { body } = this.bench.library.at(path).state;
    return body.kind === 'file' ? (this.#textOf.get(body.contentId) ?? '') : '';
  }

  /** A folder of that side and a name in it, which may be taken. */
  #path(paths: readonly string[]): string {
    return `${this.#pick(['', ...paths.filter((name) => name.endsWith('/'))])}${this.#pick(NAMES)}`;
  }

  /** One thing that this person does on the disk. */
  async here(): Promise<void> {
    const { bench } = this;
    const files = await bench.files();
    const [path, target] = [this.#path(Object.keys(files)), this.#path(Object.keys(files))];
    const text = files[path];
    const isFolder = `${path}/` in files;
    const isNothing = text === undefined && !isFolder;
    const mayMove = !isNothing && !(target in files || `${target}/` in files || isInside(target, path));
    const what = this.roll(6);
    if (what <= 1 && !isFolder) {
      const made = this.#text('mine');
      this.#over(text ?? '', `here write ${path} = ${made}`);
      await this.#save(what, path, made);
    } else if (what === 2 && isNothing) {
      this.told.push(`here mkdir ${path}`);
      await bench.disk.makeFolder(at(path));
    } else if (what === 3 && text !== undefined) {
      this.#over(text, `here rm ${path}`);
      await bench.disk.unlink(at(path));
    } else if (what >= 4 && mayMove) {
      this.told.push(`here mv ${path} ${target}`);
      await bench.disk.rename(at(path), at(target));
    }
  }

  /** One thing that the other device commits. */
  async there(): Promise<void> {
    const { library } = this.bench;
    const paths = library.paths();
    const [path, target] = [this.#path(paths), this.#path(paths)];
    const isFile = paths.includes(path);
    const isNothing = !isFile && !paths.includes(`${path}/`);
    const isTaken = paths.includes(target) || paths.includes(`${target}/`);
    const what = this.roll(5);
    if (what === 0 && isNothing) {
      const text = this.#text('theirs');
      this.told.push(`there make ${path} = ${text}`);
      await library.make(path, { text });
    } else if (what === 1 && isFile) {
      const text = this.#text('theirs');
      this.#over(this.#textAt(path), `there write ${path} = ${text}`);
      await library.write(path, text);
    } else if (what === 2 && isFile) {
      this.#over(this.#textAt(path), `there rm ${path}`);
      library.remove(path);
    } else if (what === 3 && isNothing) {
      this.told.push(`there mkdir ${path}`);
      await library.make(path, 'folder');
    } else if (what === 4 && !isNothing && !isTaken && !isInside(target, path)) {
      this.told.push(`there mv ${path} ${target}`);
      library.move(path, target);
    }
  }

  async #save(how: number, path: string, text: string): Promise<void> {
    await (how === 0 ? this.bench.saveByRename(path, text) : this.bench.write(path, text));
  }

  /** The end of a text that somebody saw. */
  #over(text: string, told: string): void {
    this.owed.delete(text);
    this.told.push(`${told}, over ${text}`);
  }
}

const isInside = (path: string, folder: string) => `${path}/`.startsWith(`${folder}/`);

async function tell(seed: number): Promise<string[]> {
  const bench = await ShellBench.open();
  const story = new Story(bench, seed);
  bench.start();
  await bench.settle();
  for (let chapter = 0; chapter < 4; chapter++) {
    for (let deeds = story.roll(12); deeds >= 0; deeds--)
      await (story.roll(2) === 0 ? story.here() : story.there());
    let untilDeed = story.roll(60);
    bench.onDisk = async (operation, path) => {
      if (untilDeed-- > 0) return null;
      untilDeed = Number.POSITIVE_INFINITY; // one deed at a time, though jobs run side by side
      story.told.push(`  at ${operation} ${path}:`);
      await story.here();
      if (story.roll(3) === 0) await story.there();
      untilDeed = story.roll(40);
      bench.root?.rescan();
      return null;
    };
    bench.calls = 0;
    if (story.roll(2) === 0) bench.crashAt = 1 + story.roll(40);
    bench.root?.rescan();
    await bench.pass(4_000);
    bench.onDisk = null;
    if (bench.isCrashed) story.told.push('-- killed');
    await bench.restart();
    await bench.settle();
    story.told.push(`-- ${JSON.stringify(await bench.files())}`);
  }
  const files = await bench.files();
  const lost = [...story.owed].filter((text) => !Object.values(files).includes(text));
  const isSynced = await bench.isSynced();
  await bench.stop();
  if (lost.length === 0 && isSynced) return [];
  return [`seed ${seed}: lost ${lost}, synced: ${isSynced}`, ...story.told];
}

test('nothing that a person wrote is lost, whatever happens at any moment', {
  timeout: 120_000,
}, async () => {
  const bad: string[][] = [];
  for (let seed = 1; seed <= SEEDS; seed++) {
    const told = await tell(seed).catch((error: unknown) => [`seed ${seed}: ${String(error).slice(0, 600)}`]);
    if (told.length > 0) bad.push(told);
  }
  expect(
    bad.length === 0 ? [] : [`${bad.length} bad`, ...bad.map(([head]) => head), ...(bad[0] ?? [])],
  ).toEqual([]);
});
