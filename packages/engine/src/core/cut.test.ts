import { createHash } from 'node:crypto';
import { limits } from '@tidesync/shared/limits';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { seededRandom } from '../testing/seeded-random.ts';
import { createCuts, gearTable } from './cut.ts';

const MIB = 1024 * 1024;
const { chunkBytesMin, chunkBytesMax } = limits;

/** Lengths of the chunks of a file that arrives in slices of these lengths, the last repeated. */
function lengths(file: Uint8Array, slices: readonly number[] = [file.length]): number[] {
  const cuts = createCuts();
  const ends: number[] = [];
  let at = 0;
  for (let index = 0; at < file.length; index++) {
    const size = Math.max(1, slices[Math.min(index, slices.length - 1)] ?? file.length);
    for (const end of cuts.feed(file.subarray(at, at + size))) ends.push(at + end);
    at += size;
  }
  if (cuts.finish() > 0) ends.push(file.length);
  return ends.map((end, index) => end - (ends[index - 1] ?? 0));
}

const file = seededRandom(7).bytes(24 * MIB);

test('[B1] the chunks cover the file, each within the bounds, the last one perhaps shorter', () => {
  const chunks = lengths(file);
  expect(chunks.reduce((sum, length) => sum + length, 0)).toBe(file.length);
  for (const length of chunks.slice(0, -1)) {
    expect(length).toBeGreaterThanOrEqual(chunkBytesMin);
    expect(length).toBeLessThanOrEqual(chunkBytesMax);
  }
});

test('random content is cut near the average length', () => {
  const chunks = lengths(file);
  const average = file.length / chunks.length;
  expect(average).toBeGreaterThan(0.8 * limits.chunkBytesAverage);
  expect(average).toBeLessThan(1.4 * limits.chunkBytesAverage);
});

test('how a file is sliced does not matter', () => {
  const whole = lengths(file);
  fc.assert(
    fc.property(
      fc.array(
        fc.oneof(fc.integer({ min: 1, max: 3 * MIB }), fc.constantFrom(1, chunkBytesMin, chunkBytesMin - 1)),
        {
          minLength: 1,
          maxLength: 30,
        },
      ),
      fc.integer({ min: 50_000, max: 5 * MIB }),
      (first, rest) => {
        expect(lengths(file, [...first, rest])).toEqual(whole);
      },
    ),
    { numRuns: 15 },
  );
});

test('bytes put in at the front move the cuts along with the content', () => {
  const longer = new Uint8Array(file.length + 1_000);
  longer.set(file, 1_000);
  const ends = (chunks: number[]) => {
    let at = 0;
    return chunks.map((length) => (at += length));
  };
  const before = new Set(ends(lengths(file)));
  const kept = ends(lengths(longer)).filter((end) => before.has(end - 1_000));
  expect(kept.length).toBeGreaterThan(before.size - 4);
});

test.each([
  [0, []],
  [1, [1]],
  [chunkBytesMin - 1, [chunkBytesMin - 1]],
  [chunkBytesMin, [chunkBytesMin]],
])('a file of %d bytes has the chunks %j', (sizeBytes, expected) => {
  expect(lengths(file.subarray(0, sizeBytes))).toEqual(expected);
});

test('content without any change is cut at the bounds', () => {
  const zeros = lengths(new Uint8Array(9 * MIB));
  for (const length of zeros.slice(0, -1)) expect([chunkBytesMin, chunkBytesMax]).toContain(length);
});

test('[B2] the gear table and the cuts are the ones that every library was stored with', () => {
  const table = createHash('sha256').update(new Uint8Array(gearTable().buffer)).digest('hex');
  expect({ table, chunks: lengths(file).slice(0, 6) }).toMatchInlineSnapshot(`
    {
      "chunks": [
        1153018,
        1492213,
        1054052,
        1465073,
        1154799,
        1114336,
      ],
      "table": "9b7d0423f8996f376c0f85655bc73a19d06405080442c1affef20137363b778d",
    }
  `);
});
