import { expect, test } from 'vitest';
import { at, ShellBench } from '../testing/shell-bench.ts';

type Deed = (bench: ShellBench) => Promise<void>;

/** What the other device did meanwhile. */
const others: [string, Deed][] = [
  ['an edit', (bench) => bench.library.write('a', 'theirs')],
  ['a move', async (bench) => bench.library.move('a', 'docs/a')],
  ['a delete', async (bench) => bench.library.remove('a')],
  [
    'new attributes',
    async ({ library }) => {
      const { id, state } = library.at('a');
      const baseAttributesSeq = state.versions.attributesSeq;
      library.apply({
        op: 'attributes',
        entryId: id,
        baseAttributesSeq,
        executable: true,
        mtimeMs: 1_600_000_000_000,
      });
    },
  ],
];
/** What the person does at the very moment; the text is as long as the old one. */
const persons: [string, (bench: ShellBench, file: string) => Promise<void>][] = [
  ['a save by rename', (bench, file) => bench.saveByRename(file, 'mine!')],
  ['a write in place', (bench, file) => bench.write(file, 'mine!')],
];

async function prepared(other: Deed): Promise<ShellBench> {
  const bench = await ShellBench.open();
  await bench.disk.makeFolder(at('docs'));
  await bench.write('a', 'first');
  bench.clock.advance(1_000);
  bench.start();
  await bench.settle();
  await other(bench);
  return bench;
}

for (const [whatTheirs, other] of others) {
  for (const [whatMine, save] of persons) {
    test(`${whatMine} at any moment of ${whatTheirs} that arrives is never lost`, {
      timeout: 30_000,
    }, async () => {
      const lost: string[] = [];
      for (let number = 0; ; number++) {
        const bench = await prepared(other);
        let calls = 0;
        let when = '';
        bench.onDisk = async (operation, path) => {
          if (calls++ < number || when !== '') return null;
          const file = await nameOf(bench);
          if (file === null) return null;
          when = `${number} ${operation} ${path}`;
          await save(bench, file);
          return null;
        };
        await bench.settle();
        bench.onDisk = null;
        await bench.settle();
        const files = await bench.files();
        await bench.stop();
        if (when === '') break;
        if (!Object.values(files).includes('mine!'))
          lost.push(`${when}: ${JSON.stringify(await bench.everything())}`);
      }
      expect(lost).toEqual([]);
    });
  }
}

/** Where the file is now. */
async function nameOf({ disk }: ShellBench): Promise<string | null> {
  for (const name of ['a', 'docs/a']) if ((await disk.look(at(name))) !== null) return name;
  return null;
}
