import { descriptionOf, fileRevision } from '@tidesync/shared/chunk-list';
import type { Chunk } from './server-world.ts';
import { chunkOf, sha256 } from './server-world.ts';

/** Contents of one to three chunks, which many of them have in common. */
const CONTENTS = [[0], [1], [0, 1], [2, 3], [3], [0, 2, 4], [4, 5], [5]];
export const CONTENT_COUNT = CONTENTS.length;
export const chunksOf = (content: number): Chunk[] =>
  (CONTENTS[content] ?? []).map((index) => chunkOf(`<the chunk ${index}>`));

/** With its description, as devices send it. */
export function sentFor(content: number): Chunk[] {
  const chunks = chunksOf(content);
  const { revision } = fileRevision(
    chunks.map((chunk) => chunk.ref),
    sha256,
  );
  const description = descriptionOf(revision);
  return description === null ? chunks : [...chunks, description];
}
export const texts = new Map(
  CONTENTS.map((_, content) => {
    const chunks = chunksOf(content);
    const { revision } = fileRevision(
      chunks.map((chunk) => chunk.ref),
      sha256,
    );
    const text = chunks.map((chunk) => Buffer.from(chunk.bytes).toString()).join('');
    return [revision.contentId, text] as const;
  }),
);
