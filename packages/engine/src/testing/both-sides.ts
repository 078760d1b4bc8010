// Work of a person and of another one, for tests that disturb the engine at every call.

import type { BenchDisk, ShellBench } from './shell-bench.ts';
import { at } from './shell-bench.ts';

type Deed = <D extends BenchDisk>(bench: ShellBench<D>) => Promise<void>;

/** What both sides have before they part. */
export const start: Deed = async (bench) => {
  for (const folder of ['docs', 'old']) await bench.disk.makeFolder(at(folder));
  await bench.write('docs/a', 'a1');
  await bench.write('old/b', 'b1');
  await bench.write('c', 'c1');
  await bench.disk.makeSymlink(at('link'), 'c');
};

export const STARTED: readonly string[] = ['a1', 'b1', 'c1', '-> c'];

export interface BothSides {
  readonly mine: Deed;
  readonly theirs: Deed;
  /** What both end up with; folders end in `/`. The day of a conflict is `DAY`. */
  readonly end: Readonly<Record<string, string>>;
  /** What this person deletes. */
  readonly deletes: readonly string[];
  /** What is elsewhere by this person's doing. */
  readonly moves: readonly string[];
}

/** Work of this person and of another one. */
export const scenarios: [string, BothSides][] = [
  [
    'news of another device',
    {
      mine: async () => undefined,
      theirs: async ({ library }) => {
        await library.write('docs/a', 'a2');
        library.move('c', 'docs/c');
        library.remove('old/b');
        library.remove('old');
        await library.make('d', { text: 'd1' });
        const { id, state } = library.at('link');
        const baseContentSeq = state.versions.contentSeq;
        library.apply({ op: 'retarget', entryId: id, baseContentSeq, target: 'docs/c', mtimeMs: 1_000 });
      },
      end: { 'docs/': '', 'docs/a': 'a2', 'docs/c': 'c1', d: 'd1', link: '-> docs/c' },
      deletes: [],
      moves: [],
    },
  ],
  [
    'news of this device',
    {
      mine: async (bench) => {
        await bench.saveByRename('docs/a', 'a2');
        await bench.disk.rename(at('c'), at('docs/c'));
        await bench.disk.unlink(at('old/b'));
        await bench.disk.removeFolder(at('old'));
        await bench.write('d', 'd1');
      },
      theirs: async () => undefined,
      end: { 'docs/': '', 'docs/a': 'a2', 'docs/c': 'c1', d: 'd1', link: '-> c' },
      deletes: ['old', 'old/b'],
      moves: ['c'],
    },
  ],
  [
    'news of both, in each other’s way',
    {
      mine: async (bench) => {
        await bench.saveByRename('docs/a', 'mine');
        await bench.disk.rename(at('c'), at('e'));
        await bench.disk.unlink(at('old/b'));
      },
      theirs: async ({ library }) => {
        await library.write('docs/a', 'theirs');
        library.move('c', 'docs/c');
        await library.write('old/b', 'b2');
        await library.make('e', { text: 'e1' });
      },
      end: {
        ...{ 'docs/': '', 'docs/a': 'theirs', 'docs/a (conflict from bench, DAY)': 'mine' },
        ...{ 'docs/c': 'c1', e: 'e1', link: '-> c', 'old/': '', 'old/b': 'b2' },
      },
      deletes: ['old/b'],
      moves: ['c'],
    },
  ],
  [
    'names that change places, there and here',
    {
      mine: async (bench) => {
        await bench.disk.rename(at('docs'), at('papers'));
        await bench.disk.makeSymlink(at('papers/link'), 'a');
      },
      theirs: async ({ library }) => {
        library.move('c', 'docs/c');
        library.move('old/b', 'c');
        library.move('docs/c', 'old/b');
        const { id, state } = library.at('docs/a');
        const baseAttributesSeq = state.versions.attributesSeq;
        library.apply({ op: 'attributes', entryId: id, baseAttributesSeq, executable: true, mtimeMs: 1_000 });
        await library.make('new', 'folder');
        library.move('link', 'new/link');
      },
      end: {
        ...{ 'papers/': '', 'papers/a': 'a1', 'papers/link': '-> a', 'old/': '', 'old/b': 'c1', c: 'b1' },
        ...{ 'new/': '', 'new/link': '-> c' },
      },
      deletes: [],
      moves: ['docs', 'docs/a'],
    },
  ],
];

/**
 * A stop inside a step may leave what that step moved a second time, with the same bytes; a disk that failed, also what
 * was there before. Nothing else.
 */
export function isEnd(files: Readonly<Record<string, string>>, end: BothSides['end']): boolean {
  const dated = Object.entries(files).map(([name, text]) => [name.replace(DAY, 'DAY)'), text] as const);
  const found = new Map(dated);
  const extra = dated.filter(([name]) => !(name in end));
  const missing = Object.entries(end).filter(([name, text]) => found.get(name) !== text);
  const known = [...Object.values(end), ...STARTED];
  return (
    missing.length === 0 &&
    extra.length <= 1 &&
    extra.every(([name, text]) => name.includes('(conflict from') && known.includes(text))
  );
}

const DAY = /\d{4}-\d\d-\d\d\)/;
