import type { ContentId, LibraryId, OpId, PackId } from '@tidesync/shared/ids';
import { topFolderOf } from '@tidesync/shared/ids';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { makeOp } from '../../testing/op-makers.ts';
import type { Chunk, ServerWorld } from '../../testing/server-world.ts';
import {
  chunkOf,
  freshEntryId,
  freshId,
  makeServerWorld,
  sha256,
  TestUpload,
  uploadText,
} from '../../testing/server-world.ts';
import type { Caller } from '../caller.ts';
import { locateChunks } from '../downloads/locate-chunks.ts';
import { readRevisions } from '../downloads/read-revisions.ts';
import { signDownloads } from '../downloads/sign-downloads.ts';
import { commitOps } from '../sync/commit-ops.ts';

const COUNT = 1_000;

let world: ServerWorld;
/** Who asks. */
let ann: Caller;
let annsId: LibraryId;
let statements: string[] = [];
/** What bob has in a library of his own, and what nobody has. */
let foreign: { chunks: readonly Chunk[]; packId: PackId; contentId: ContentId };
let nobodys: typeof foreign;

beforeEach(async () => {
  world = await makeServerWorld({ onStatement: (statement) => statements.push(shapeOf(statement)) });
  ann = await world.addAccount('ann@example.org');
  annsId = await world.addLibrary(ann);
  const bob = await world.addAccount('bob@example.org');
  const upload = new TestUpload(world, bob, await world.addLibrary(bob));
  await upload.begin();
  const chunks = Array.from({ length: COUNT }, (_, number) => chunkOf(`bob's ${number}`));
  const { packId } = await upload.send(chunks);
  foreign = { chunks, packId, contentId: await upload.stage(chunks) };
  nobodys = {
    chunks: Array.from({ length: COUNT }, (_, number) => chunkOf(`none's ${number}`)),
    packId: freshId<PackId>(),
    contentId: sha256('a content that nobody has') as ContentId,
  };
});
afterEach(() => world.stop());

/** A statement without its values: neither ids nor numbers. */
function shapeOf(statement: string): string {
  return statement.replaceAll(/x'[^']*'|'[^']*'|\b[0-9a-f]{16,}\b|\b\d+(\.\d+)?\b/gi, '?');
}

/** What is answered, and all that the database was asked for it. */
async function watched(call: () => Promise<unknown>): Promise<{ answer: unknown; asked: string[] }> {
  statements = [];
  const answer = await call().catch((error: { problem?: { reason: string } }) => ({
    refused: error.problem?.reason,
  }));
  return { answer, asked: statements };
}

const questions: [string, (of: typeof foreign) => Promise<unknown>, unknown][] = [
  [
    'which of a thousand chunks are missing',
    async ({ chunks }) => {
      const upload = new TestUpload(world, ann, annsId);
      await upload.begin();
      statements = [];
      const { missing } = await upload.missing(chunks);
      return missing;
    },
    Array(COUNT).fill(true),
  ],
  [
    'where they lie',
    ({ chunks }) =>
      locateChunks(world.ports, ann, { libraryId: annsId, chunkIds: chunks.map(({ ref }) => ref.id) }),
    { locations: [] },
  ],
  [
    'what a content consists of',
    ({ contentId }) => readRevisions(world.ports, ann, { libraryId: annsId, contentIds: [contentId] }),
    { revisions: [] },
  ],
  [
    'for the address of a pack',
    ({ packId }) => signDownloads(world.ports, ann, { libraryId: annsId, packIds: [packId] }),
    { refused: 'packMissing' },
  ],
  [
    'for a file with that content',
    ({ contentId }) =>
      commitOps(world.ports, ann, {
        libraryId: annsId,
        opId: freshId<OpId>(),
        ops: [makeOp.file(freshEntryId(), { parentId: topFolderOf(annsId), name: 'a', contentId })],
      }),
    { refused: 'revisionMissing' },
  ],
  [
    'to stage a file of such chunks',
    async ({ chunks }) => {
      const upload = new TestUpload(world, ann, annsId);
      await upload.begin();
      statements = [];
      return upload.stage(chunks);
    },
    { refused: 'chunksMissing' },
  ],
];

describe('asked for what others have, a server answers as for what nobody has', () => {
  test.each(questions)(
    '%s: the same answer, after the same questions to the database',
    async (_what, ask, answer) => {
      const none = await watched(() => ask(nobodys));
      const others = await watched(() => ask(foreign));
      expect(others.answer).toEqual(answer);
      expect(others).toEqual(none);
      expect(others.asked.length).toBeGreaterThan(0);
    },
  );

  test('but has them for whom they belong to', async () => {
    const bob = await world.addAccount('bert@example.org');
    const libraryId = await world.addLibrary(bob);
    const contentId = await uploadText(world, bob, { libraryId, text: 'his own' });
    const { revisions } = await readRevisions(world.ports, bob, { libraryId, contentIds: [contentId] });
    expect(revisions).toHaveLength(1);
  });
});
