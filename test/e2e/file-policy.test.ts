import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import type { Device } from './support/device.ts';
import { readTree } from './support/tree.ts';
import { useWorldOfOneServer } from './support/use-world.ts';
import { until } from './support/waiting.ts';
import { sameTrees, settleAll } from './support/world.ts';

const world = useWorldOfOneServer();
let [ada, bob] = [] as unknown as [Device, Device];
/** Starts the server again with these lines in the `.env` of its working directory. */
async function tellServer(...lines: string[]): Promise<void> {
  await world.server.stop();
  await writeFile(path.join(world.server.home, '.env'), lines.join('\n'));
  await world.server.start();
}
beforeAll(async () => {
  ada = await world.device('ada');
  bob = await world.device('bob');
});

test('[C27] files that the server does not take stay where they are, are named, and hold back nobody else', async () => {
  const [here, there] = await world.share(ada, bob);
  const at = (...names: string[]) => path.join(here, ...names);
  await writeFile(at('old.exe'), 'from before');
  await sameTrees([here, there]);
  await tellServer('STORAGE_MAX_FILE_SIZE=100kB', 'STORAGE_ALLOWED_EXTENSIONS=txt,pdf');
  await settleAll(ada, bob);

  await mkdir(at('docs'));
  await writeFile(at('docs', 'tool.exe'), 'no');
  await writeFile(at('docs', 'large.txt'), Buffer.alloc(100_001, 'x'));
  for (let n = 0; n < 20; n++) await writeFile(at('docs', `note ${n}.TXT`), `note ${n}`);
  await until('the others arrived', async () => (await readTree(there)).size === 22);
  await ada.settle();
  expect(await ada.why(at('docs', 'tool.exe'))).toMatchObject({
    code: 'typeRefused',
    sentence: expect.stringMatching(
      /takes no files like "docs\/tool\.exe", only names that end in \.txt, \.pdf/,
    ),
  });
  expect(await ada.why(at('docs', 'large.txt'))).toMatchObject({ code: 'tooLarge' });
  const stored = await world.server.stored();
  expect(stored.bytes, 'neither was sent').toBeLessThan(100_000);

  // An edit of what was taken before can only be refused once it is sent; another name can be refused at once.
  await writeFile(at('old.exe'), 'edited');
  await rename(at('docs', 'note 1.TXT'), at('docs', 'note 1.exe'));
  await writeFile(at('docs', 'after.txt'), 'after');
  await until('what came after arrived', async () => (await readTree(there)).has('docs/after.txt'));
  await ada.settle();
  expect(await ada.why(at('old.exe'))).toMatchObject({ code: 'typeRefused' });
  expect(await ada.why(at('docs', 'note 1.exe'))).toMatchObject({ code: 'typeRefused' });
  expect(await ada.root(here)).toMatchObject({ state: 'attention', troubles: 4 });

  await rm(at('docs', 'large.txt'));
  await tellServer('STORAGE_MAX_FILE_SIZE=100kB');
  expect((await ada.run('sync', '--timeout', '60')).exitCode).toBe(0);
  const tree = await sameTrees([here, there]);
  expect([...tree.keys()].filter((name) => name.endsWith('.exe')).sort()).toEqual([
    'docs/note 1.exe',
    'docs/tool.exe',
    'old.exe',
  ]);
});
