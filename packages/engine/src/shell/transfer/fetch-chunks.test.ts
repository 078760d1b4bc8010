import type { LibraryId } from '@tidesync/shared/ids';
import { Failure } from '@tidesync/shared/problems';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { nodeSha256 } from '../../adapters/node-environment.ts';
import type { MemoryServer } from '../../testing/memory-server.ts';
import { createMemoryServer } from '../../testing/memory-server.ts';
import { seededRandom } from '../../testing/seeded-random.ts';
import type { TransferFolder } from '../../testing/transfer-bench.ts';
import { fetchOf, hastyClock, makeTransferFolder, noise } from '../../testing/transfer-bench.ts';
import { createDownloader } from './downloader.ts';
import { UNPACED } from './pace.ts';
import { createUploader } from './uploader.ts';

const libraryId = '5f3c1d2e-0000-4000-8000-000000000001' as LibraryId;
const never = new AbortController().signal;
let memory: MemoryServer;
let folder: TransferFolder;

beforeEach(async () => {
  memory = createMemoryServer(hastyClock);
  folder = await makeTransferFolder();
});
afterEach(() => folder.remove());

function ports(server = memory.server) {
  const random = seededRandom(1);
  return {
    server,
    objects: memory.objects,
    disk: folder.disk,
    clock: hastyClock,
    random,
    sha256: nodeSha256,
    pace: UNPACED,
  };
}
async function uploaded(name: string) {
  await folder.write(name, noise(5_000, name));
  const file = await folder.cut(name);
  await createUploader({ ...ports(), libraryId, resumeKey: null }).upload([file], never);
  return file;
}
const spoil = () => {
  for (const pack of memory.packs.values()) pack.bytes?.fill(0, 0, 9);
};
const download = async (file: Awaited<ReturnType<typeof uploaded>>, server = memory.server) =>
  createDownloader({ ...ports(server), libraryId }).download([fetchOf(file)], never);

test('[H1] the server hears of a pack that gave other bytes, and of no other one', async () => {
  const file = await uploaded('a');
  expect(await download(file)).toMatchObject([{ is: 'fetched' }]);
  expect(memory.suspects.size).toBe(0);
  spoil();
  const missing = { is: 'trouble', trouble: { code: 'contentMissing' } };
  expect(await download(file)).toEqual([missing]);
  expect([...memory.suspects]).toEqual([...memory.packs.keys()]);
});

test('[H1] the server hears of a pack that is gone', async () => {
  const file = await uploaded('a');
  for (const pack of memory.packs.values()) pack.bytes = null;
  expect(await download(file)).toMatchObject([{ is: 'trouble' }]);
  expect([...memory.suspects]).toEqual([...memory.packs.keys()]);
});

test('[H10] a server that cannot be told is none the worse for it', async () => {
  const file = await uploaded('a');
  spoil();
  const deaf = {
    ...memory.server,
    suspect: () => Promise.reject(new Failure({ reason: 'notTidesync', url: 'http://old' })),
  };
  expect(await download(file, deaf)).toEqual([{ is: 'trouble', trouble: { code: 'contentMissing' } }]);
});

test.each([
  ['stored', { storedBytes: 4_000_000 }],
  ['plain', { plainBytes: 4_000_000 }],
])(
  '[B19] a place that says another %s size than the chunk has is none: nothing is asked of it',
  async (_what, lie) => {
    const file = await uploaded('a');
    const asked: unknown[] = [];
    const liar = {
      ...memory.server,
      locate: async (...of: Parameters<typeof memory.server.locate>) =>
        (await memory.server.locate(...of)).map((location) => ({ ...location, ...lie })),
      signDownloads: async (...of: Parameters<typeof memory.server.signDownloads>) => {
        asked.push(of);
        return memory.server.signDownloads(...of);
      },
    };
    expect(await download(file, liar)).toEqual([{ is: 'trouble', trouble: { code: 'contentMissing' } }]);
    expect(asked.flatMap((of) => (of as [unknown, unknown[]])[1])).toEqual([]);
  },
);
