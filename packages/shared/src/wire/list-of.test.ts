import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { limits } from '../limits.ts';
import { uploadMissingInput, uploadSealInput, uploadStageInput } from './content.ts';
import { listOf } from './list-of.ts';

const uuid = '00000000-0000-4000-8000-000000000000';
const nothings = (count: number) => Array(count).fill({});

describe('[W62] a list', () => {
  const pairs = listOf(z.object({ a: z.number().default(7), b: z.string() }), { min: 1, max: 3 });

  test('gives its items as they are parsed', () => {
    expect(
      pairs.parse([
        { b: 'x', c: 1 },
        { a: 1, b: 'y' },
      ]),
    ).toEqual([
      { a: 7, b: 'x' },
      { a: 1, b: 'y' },
    ]);
  });

  test.each([
    ['nothing', undefined, [[]]],
    ['no list', {}, [[]]],
    ['too few', [], [[]]],
    ['too many', nothings(4), [[]]],
    [
      'wrong items',
      [{ b: 'x' }, { a: 'x', b: 1 }, {}],
      [
        [1, 'a'],
        [1, 'b'],
      ],
    ],
  ])('of %s is refused where the first fault is', (_what, input, places) => {
    const { error } = pairs.safeParse(input);
    expect(error?.issues.map(({ path }) => path)).toEqual(places);
  });

  test('in a list says both places', () => {
    const lists = z.object({ all: listOf(z.object({ ones: pairs }), { max: 9 }) });
    const { error } = lists.safeParse({ all: [{ ones: [{ b: 'x' }] }, { ones: [{ b: 'x' }, { b: 2 }] }] });
    expect(error?.issues.map(({ path }) => path)).toEqual([['all', 1, 'ones', 1, 'b']]);
  });
});

test.each([
  [
    'packs to seal',
    uploadSealInput,
    { packs: Array(64).fill({ packId: uuid, entries: nothings(limits.packChunksMax) }) },
  ],
  ['lists to stage', uploadStageInput, { revisions: [], lists: Array(64).fill({ refs: nothings(1_024) }) }],
  ['revisions to stage', uploadStageInput, { revisions: Array(1_000).fill({ refs: nothings(1_024) }) }],
  ['chunks that may be missing', uploadMissingInput, { chunks: nothings(limits.chunksPerMissingCallMax) }],
])('[W62] of %s that are none, some faults are told and not all', (_what, schema, input) => {
  const { error } = schema.safeParse({ uploadId: uuid, ...input });
  expect(error?.issues.length).toBeGreaterThan(0);
  expect(error?.issues.length).toBeLessThan(20);
});
