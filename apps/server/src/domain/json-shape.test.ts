import { limits } from '@tidesync/shared/limits';
import { uploadSealInput } from '@tidesync/shared/wire/content';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { JsonShape } from './json-shape.ts';

const bytesOf = (text: string) => new TextEncoder().encode(text);
const verdictOf = (text: string, depthMax: number, marksMax: number) =>
  new JsonShape({ depthMax, marksMax }).take(bytesOf(text));

/** How deep a value is, and how many commas and opening brackets its JSON has. */
function shapeOf(value: unknown): { depth: number; marks: number } {
  if (typeof value !== 'object' || value === null) return { depth: 0, marks: 0 };
  const inside = Object.values(value).map(shapeOf);
  return {
    depth: 1 + Math.max(0, ...inside.map(({ depth }) => depth)),
    marks: 1 + Math.max(0, inside.length - 1) + inside.reduce((sum, { marks }) => sum + marks, 0),
  };
}

test('[W62] what a text would be as a value is told from its bytes, wherever they are cut', () => {
  const law = fc.property(fc.json({ maxDepth: 6 }), fc.nat(), fc.nat(), (text, first, second) => {
    const { depth, marks } = shapeOf(JSON.parse(text));
    expect(verdictOf(text, depth, marks)).toBeNull();
    if (depth > 0) expect(verdictOf(text, depth - 1, marks)).toBe('tooDeep');
    if (marks > 0) expect(verdictOf(text, depth, marks - 1)).toBe('tooMany');
    const bytes = bytesOf(text);
    const [a, b] = [first % (bytes.length + 1), second % (bytes.length + 1)].sort((x, y) => x - y);
    const pieces = [bytes.subarray(0, a), bytes.subarray(a, b), bytes.subarray(b)];
    const fits = new JsonShape({ depthMax: depth, marksMax: marks });
    expect(pieces.map((piece) => fits.take(piece))).toEqual([null, null, null]);
    const tight = new JsonShape({ depthMax: depth, marksMax: marks - 1 });
    expect(pieces.map((piece) => tight.take(piece)).at(-1)).toBe('tooMany');
  });
  fc.assert(law);
});

test.each([
  ['brackets and commas in a text', '"[{,[{,"', null],
  ['a quote in a text', '"\\"[[["', null],
  ['a text that ends in a backslash', '"\\\\",[', 'tooMany'],
  ['letters of several bytes', '"日本[é"', null],
])('%s count as what they are', (_what, text, verdict) => {
  expect(verdictOf(text, 1, 1)).toBe(verdict);
});

test('[W62] the fullest call that 8 MiB hold has fewer values than are refused', () => {
  const entry = {
    chunkId: 'a'.repeat(64),
    offset: 0,
    storedBytes: 1,
    plainBytes: 1,
    codec: 'plain',
    storedSha256: 'b'.repeat(64),
  };
  const entryBytes = JSON.stringify(entry).length + 1;
  const entries = Array(Math.floor(limits.requestBodyBytesMax / entryBytes)).fill(entry);
  const packs = Array.from({ length: Math.ceil(entries.length / limits.packChunksMax) }, (_, pack) => ({
    packId: '00000000-0000-4000-8000-000000000000',
    entries: entries.slice(pack * limits.packChunksMax, (pack + 1) * limits.packChunksMax),
  }));
  const input = { uploadId: '00000000-0000-4000-8000-000000000000', packs };
  expect(uploadSealInput.safeParse(input).success).toBe(true);
  expect(verdictOf(JSON.stringify(input), limits.requestDepthMax, limits.requestMarksMax)).toBeNull();
});
