import { mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { nodeRandom, nodeSha256 } from '@tidesync/engine/adapters/node-environment';
import { UNPACED } from '@tidesync/engine/shell/transfer/pace';
import { createUploader } from '@tidesync/engine/shell/transfer/uploader';
import { createMemoryServer } from '@tidesync/engine/testing/memory-server';
import type { TransferFolder, WatchedObjects } from '@tidesync/engine/testing/transfer-bench';
import {
  hastyClock,
  makeTransferFolder,
  noise,
  watchedObjects,
} from '@tidesync/engine/testing/transfer-bench';
import type { LibraryId } from '@tidesync/shared/ids';
import { Failure } from '@tidesync/shared/problems';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { saveContent, UNFINISHED } from './compose-saved-content.ts';
import type { ContentOrder } from './saved-content.ts';

const libraryId = '5f3c1d2e-0000-4000-8000-000000000001' as LibraryId;
const SIZE_BYTES = 30_000_000;
const BYTES = noise(SIZE_BYTES, 'film');
const { server, objects: store } = createMemoryServer(hastyClock, 1_000_000_000);

let from: TransferFolder;
let folder: string;
let objects: WatchedObjects;
let order: ContentOrder;
let ending: AbortController;

beforeEach(async () => {
  from = await makeTransferFolder();
  folder = await mkdtemp(path.join(os.tmpdir(), 'tidesync-saved-'));
  objects = watchedObjects(store);
  await from.write('film', BYTES);
  const file = await from.cut('film');
  const ports = {
    server,
    objects,
    disk: from.disk,
    clock: hastyClock,
    random: nodeRandom,
    sha256: nodeSha256,
  };
  await createUploader({ ...ports, pace: UNPACED, libraryId, resumeKey: null }).upload(
    [file],
    new AbortController().signal,
  );
  ending = new AbortController();
  const { contentId } = file;
  order = {
    libraryId,
    contentId,
    sizeBytes: SIZE_BYTES,
    mtimeMs: 1,
    folder,
    name: 'film.mkv',
    signal: ending.signal,
  };
});
afterEach(async () => {
  await from.remove();
  await rm(folder, { recursive: true });
});

const save = () => saveContent({ server, objects }, order);

test('a file has its name once it is whole, and not before', async () => {
  const seen: string[][] = [];
  const { getRange } = objects;
  const looking = {
    ...objects,
    getRange: async (...range: Parameters<typeof getRange>) => {
      seen.push(await readdir(folder));
      return getRange(...range);
    },
  };
  expect(await saveContent({ server, objects: looking }, order)).toBe(path.join(folder, 'film.mkv'));
  expect(seen.length).toBeGreaterThan(1);
  expect(seen.flat().filter((name) => !name.startsWith(UNFINISHED))).toEqual([]);
  expect(await readdir(folder)).toEqual(['film.mkv']);
  expect((await readFile(path.join(folder, 'film.mkv'))).equals(BYTES)).toBe(true);
});

test('what takes the name meanwhile stays as it is, be it a link that leads nowhere', async () => {
  let isTaken: Promise<unknown> | null = null;
  objects.afterGet = (bytes) => {
    isTaken ??= writeFile(path.join(folder, 'film.mkv'), 'mine');
    return bytes;
  };
  await symlink('nowhere', path.join(folder, 'film (2).mkv'));
  expect(await save()).toBe(path.join(folder, 'film (3).mkv'));
  await isTaken;
  expect((await readdir(folder)).sort()).toEqual(['film (2).mkv', 'film (3).mkv', 'film.mkv']);
  expect(await readFile(path.join(folder, 'film.mkv'), 'utf8')).toBe('mine');
});

test.each<[name: string, spoil: () => Uint8Array, want: RegExp]>([
  [
    'is ended',
    () => {
      ending.abort(new Error('Ctrl-C'));
      return new Uint8Array();
    },
    /Ctrl-C/,
  ],
  [
    'loses its line',
    () => {
      throw new Failure({ reason: 'signedOut' });
    },
    /sign/i,
  ],
  ['gets other bytes', () => new Uint8Array(8_000_000), /no whole copy of "film.mkv"/],
])('one that %s leaves nothing', async (_name, spoil, want) => {
  objects.afterGet = (bytes, get) => (get < 2 ? bytes : spoil());
  await expect(save()).rejects.toThrow(want);
  expect(await readdir(folder)).toEqual([]);
});
