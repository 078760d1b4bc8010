import { expect, test } from 'vitest';
import type { DiskModes } from '../testing/disk-modes.ts';
import { at, ShellBench } from '../testing/shell-bench.ts';

type Work = (bench: ShellBench) => Promise<void>;

/** What arrives or leaves, and where the file is before. */
const news: [what: string, file: string, theirs: Work][] = [
  ['an edit that arrives', 'a', (bench) => bench.library.write('a', 'theirs')],
  ['a move that arrives', 'a', async (bench) => bench.library.move('a', 'docs/b')],
  ['a delete that arrives', 'a', async (bench) => bench.library.remove('a')],
  ['new attributes that arrive', 'a', async (bench) => setExecutable(bench)],
  ['a move of its folder that arrives', 'docs/a', async (bench) => bench.library.move('docs', 'new')],
  [
    'a delete of its folder that arrives',
    'docs/a',
    async ({ library }) => {
      library.remove('docs/a');
      library.remove('docs');
    },
  ],
  ['an edit that leaves', 'a', (bench) => bench.saveByRename('a', 'second')],
  ['a move that leaves', 'a', (bench) => bench.disk.rename(at('a'), at('docs/b'))],
];

/** What a person does at the very moment. `mine!` is as long as the text before. */
const deeds: [what: string, deed: (bench: ShellBench, file: string) => Promise<void>][] = [
  ['a save by rename', (bench, file) => bench.saveByRename(file, 'mine!')],
  ['a write in place', (bench, file) => bench.write(file, 'mine!')],
  ['a new file beside it', async (bench, file) => bench.write(`${file}.other`, 'mine!')],
  [
    'a folder in its place',
    async (bench, file) => {
      await bench.disk.unlink(at(file));
      await bench.disk.makeFolder(at(file));
      await bench.write(`${file}/inside`, 'mine!');
    },
  ],
  [
    'a move away and a new file in its place',
    async (bench, file) => {
      await bench.disk.rename(at(file), at('away'));
      await bench.write(file, 'mine!');
    },
  ],
];

function setExecutable({ library }: ShellBench): void {
  const { id, state } = library.at('a');
  const baseAttributesSeq = state.versions.attributesSeq;
  const attributes = { executable: true, mtimeMs: 1_600_000_000_000 };
  library.apply({ op: 'attributes', entryId: id, baseAttributesSeq, ...attributes });
}

async function prepared(file: string, theirs: Work, modes: Partial<DiskModes> = {}): Promise<ShellBench> {
  const bench = await ShellBench.open(modes);
  await bench.disk.makeFolder(at('docs'));
  await bench.write(file, 'first');
  bench.clock.advance(1_000);
  bench.start();
  await bench.settle();
  if (modes.mtimeStepNs !== undefined) await untilItsTime(bench, file);
  await theirs(bench);
  return bench;
}

/** Another device, whose clock is ahead, has set the time of the file; then this clock has come to it. */
async function untilItsTime(bench: ShellBench, file: string): Promise<void> {
  const { library, clock } = bench;
  const mtimeMs = clock.nowMs() - (clock.nowMs() % TICK_MS) + 100 * TICK_MS;
  const { id, state } = library.at(file);
  const baseAttributesSeq = state.versions.attributesSeq;
  library.apply({ op: 'attributes', entryId: id, baseAttributesSeq, executable: false, mtimeMs });
  await bench.settle();
  await bench.pass(mtimeMs - clock.nowMs());
}
const TICK_MS = 2_000;
const coarse = { mtimeStepNs: 2_000_000_000n, otherTimesStepNs: 2_000_000_000n };

/** Where the file is now. */
async function nameOf({ disk }: ShellBench): Promise<string | null> {
  for (const name of ['a', 'docs/a', 'docs/b', 'new/a'])
    if ((await disk.look(at(name)))?.kind === 'file') return name;
  return null;
}

/** Does the deed just before the n-th look or change of the disk; null if there were not so many. */
async function raced(
  bench: ShellBench,
  deed: (typeof deeds)[number][1],
  number: number,
): Promise<string | null> {
  let calls = 0;
  let when: string | null = null;
  bench.onDisk = async (operation, path) => {
    const says = path !== undefined && !path.startsWith('.tidesync/root.json');
    if (!says || when !== null || calls++ < number) return null;
    const file = await nameOf(bench);
    if (file === null) return null;
    when = `${number} ${operation} ${path}`;
    await deed(bench, file);
    return null;
  };
  await bench.settle();
  bench.onDisk = null;
  await bench.settle();
  return when;
}

for (const [what, file, theirs] of news) {
  test.each(deeds)(
    `[S21] %s at any moment of ${what} is kept and synced`,
    { timeout: 30_000 },
    async (_what, deed) => {
      const bad: unknown[] = [];
      for (let number = 0; ; number++) {
        const bench = await prepared(file, theirs);
        const when = await raced(bench, deed, number);
        const files = await bench.files();
        const isKept = Object.values(files).includes('mine!');
        const isSynced = await bench.isSynced();
        await bench.stop();
        if (when === null) break;
        if (!isKept || !isSynced)
          bad.push([when, isKept, isSynced, await bench.everything(), bench.journal.troubles()]);
      }
      expect(bad).toEqual([]);
    },
  );
}

/** As long as what is there, so that in the tick of its times nothing but the bytes tells. */
async function saveAsLong(bench: ShellBench, file: string): Promise<void> {
  const { length } = (await bench.files())[file] ?? '';
  await bench.write(file, 'mine!'.padEnd(length, '.').slice(0, length));
}

test.each(news.slice(0, 4))(
  '[S36] a save as long as what is there, in the tick of its times, is kept and synced at any moment of %s',
  { timeout: 60_000 },
  async (_what, file, theirs) => {
    const bad: unknown[] = [];
    for (let number = 0; ; number++) {
      const bench = await prepared(file, theirs, coarse);
      const when = await raced(bench, saveAsLong, number);
      const isKept = Object.values(await bench.files()).some((text) => text.startsWith('mine!'));
      const isSynced = await bench.isSynced();
      await bench.stop();
      if (when === null) break;
      if (!isKept || !isSynced)
        bad.push([when, isKept, isSynced, await bench.everything(), bench.journal.troubles()]);
    }
    expect(bad).toEqual([]);
  },
);
