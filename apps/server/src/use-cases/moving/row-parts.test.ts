import fc from 'fast-check';
import { expect, test } from 'vitest';
import { partsOf } from './row-parts.ts';

const row = (n: number) => ({ id: n, content: new Uint8Array(n) });
const sizesOf = (lengths: readonly number[], bounds: { rowsMax: number; bytesMax: number }) =>
  [...partsOf(lengths.map(row), bounds)].map((part) => part.map(({ id }) => id));

test('rows are parted by number and by size', () => {
  expect(sizesOf([1, 1, 1], { rowsMax: 2, bytesMax: 1_000 })).toEqual([[1, 1], [1]]);
  expect(sizesOf([40, 50, 10], { rowsMax: 10, bytesMax: 100 })).toEqual([[40], [50, 10]]);
  expect(sizesOf([500, 1], { rowsMax: 10, bytesMax: 100 })).toEqual([[500], [1]]);
  expect(sizesOf([], { rowsMax: 1, bytesMax: 1 })).toEqual([]);
});

test('text and JSON count with their bytes', () => {
  const rows = [{ text: 'ü'.repeat(50) }, { json: { refs: ['x'.repeat(90)] } }, { text: null }];
  const parts = [...partsOf(rows, { rowsMax: 10, bytesMax: 130 })];
  expect(parts).toEqual([[rows[0]], [rows[1], rows[2]]]);
});

test('no row is lost or moved', () => {
  const sizes = fc.array(fc.nat(200), { maxLength: 50 });
  const bounds = fc.record({
    rowsMax: fc.integer({ min: 1, max: 7 }),
    bytesMax: fc.integer({ min: 1, max: 300 }),
  });
  fc.assert(
    fc.property(sizes, bounds, (lengths, bound) => {
      expect(sizesOf(lengths, bound).flat()).toEqual(lengths);
    }),
  );
});
