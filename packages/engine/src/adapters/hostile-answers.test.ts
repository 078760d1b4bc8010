import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { LibraryId, OpId } from '@tidesync/shared/ids';
import { isFailure } from '@tidesync/shared/problems';
import { afterEach, describe, expect, test } from 'vitest';
import { FakeClock } from '../testing/fake-clock.ts';
import { LIBRARY } from '../testing/memory-library.ts';
import { seededRandom } from '../testing/seeded-random.ts';
import { createServerApi, syncServerOf } from './trpc-server.ts';

const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
});

/** A server that gives the same answer to everything. */
async function answering(data: unknown) {
  const body = JSON.stringify({ result: { data } });
  const server = createServer((request, response) => {
    request.resume();
    response.writeHead(200, { 'content-type': 'application/json' }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ends.push(() => {
    server.close();
    server.closeAllConnections();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return syncServerOf(
    createServerApi({ url, token: () => 't', clock: new FakeClock(), random: seededRandom(1) }),
  );
}

const id = (number: number) => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;
const cursor = `${LIBRARY}.1.${'a'.repeat(64)}`;
const good = {
  ...{ kind: 'file', entryId: id(1), parentId: LIBRARY, name: 'good', deleted: false, mtimeMs: 0 },
  ...{ contentSeq: 1, placeSeq: 1, attributesSeq: 1 },
  ...{ contentId: 'a'.repeat(64), sizeBytes: 1, executable: false },
};

/** A state as a page of the tree, as news, and as the answer to a commit. */
const ways: [string, (state: unknown) => Promise<unknown>][] = [
  [
    'a listing',
    async (state) =>
      (await answering({ entries: [good, state], cursor, nextPageToken: null })).tree(LIBRARY, null),
  ],
  [
    'news',
    async (state) =>
      (
        await answering({
          changes: [good, state].map((one) => ({ seq: 1, state: one })),
          cursor,
          more: false,
        })
      ).changes(LIBRARY, cursor),
  ],
  [
    'an answer to a commit',
    async (state) => {
      const results = [{ result: 'applied', state }];
      const server = await answering({ headSeq: 1, chain: 'a'.repeat(64), results });
      return server.commit({ libraryId: LIBRARY as LibraryId, opId: id(9) as OpId, ops: [] } as never);
    },
  ],
];

const BAD_NAMES = [
  '',
  '.',
  '..',
  '/',
  '../x',
  '/etc/x',
  'a/b',
  'a/../../b',
  'x\0',
  '\0',
  '\ud800',
  'x\udc00y',
  'x'.repeat(256),
  'é'.repeat(128),
];

describe.each(ways)('%s', (_what, told) => {
  test('with names that are good is taken', async () => {
    await expect(told({ ...good, entryId: id(2), name: 'also good' })).resolves.toBeDefined();
  });

  test.each(BAD_NAMES)('[W43] with the name %j is refused as a whole', async (name) => {
    await expect(told({ ...good, entryId: id(2), name })).rejects.toSatisfy((error) =>
      isFailure(error, 'notTidesync'),
    );
  });

  test.each<[string, object]>([
    ['a link without a target', { kind: 'symlink', target: '' }],
    ['a link with a NUL', { kind: 'symlink', target: 'a\0b' }],
    ['a kind that is none', { kind: 'device' }],
    ['a negative size', { sizeBytes: -1 }],
    ['an endless size', { sizeBytes: 1e300 }],
    ['an id that is a path', { entryId: '../../x' }],
    ['a folder that is a path', { parentId: '/' }],
    ['a content id that is a path', { contentId: '../x' }],
    ['no name', { name: undefined }],
    ['a name that is a list', { name: ['..', 'x'] }],
  ])('[W43] with %s is refused as a whole', async (_why, part) => {
    await expect(told({ ...good, entryId: id(2), ...part })).rejects.toSatisfy((error) =>
      isFailure(error, 'notTidesync'),
    );
  });
});
