import { inflateSync } from 'node:zlib';
import { APP_STATES } from '@tidesync/shared/app-state';
import { describe, expect, test } from 'vitest';
import { statePicture } from '../../tools/desktop/draw-icons.ts';
import { linesOfPath } from '../../tools/desktop/path-lines.ts';
import { colourOf, icoOf, pngOf } from '../../tools/desktop/raster.ts';

const BLACK = colourOf('#000000');

test('every state differs from every other by its shape alone, at the size of a tray', () => {
  const masks = APP_STATES.map((state) => {
    const { rgba } = statePicture(state, 22, BLACK);
    return Array.from({ length: 22 * 22 }, (_, pixel) => ((rgba[pixel * 4 + 3] ?? 0) > 127 ? 1 : 0));
  });
  masks.forEach((one, n) => {
    expect(one.filter((pixel) => pixel === 1).length, APP_STATES[n]).toBeGreaterThan(20);
    for (const other of masks.slice(n + 1)) {
      const differing = one.filter((pixel, at) => pixel !== other[at]).length;
      expect(differing).toBeGreaterThan(20);
    }
  });
});

describe('the data of a path', () => {
  const end = (data: string) => linesOfPath(data).at(-1)?.points.at(-1);
  test.each([
    ['M1 2L3 4', { x: 3, y: 4 }],
    ['M1 2l3 4-1-1', { x: 3, y: 5 }],
    ['M1 2 3 4', { x: 3, y: 4 }],
    ['M1 2h4v5H0V0', { x: 0, y: 0 }],
    ['M0 0c0 0 1 1 2 3s1 1 2 3', { x: 4, y: 6 }],
    ['M1 1h2v2z', { x: 1, y: 1 }],
  ])('%s', (data, point) => expect(end(data)).toEqual(point));

  test('an arc keeps its distance from its middle, on the side that its flags say', () => {
    const [upper] = linesOfPath('M0 5a5 5 0 0 1 10 0');
    const [lower] = linesOfPath('M0 5a5 5 0 0010 0');
    for (const line of [upper, lower]) {
      for (const { x, y } of line?.points ?? []) expect(Math.hypot(x - 5, y - 5)).toBeCloseTo(5);
    }
    expect(Math.min(...(upper?.points ?? []).map(({ y }) => y))).toBeCloseTo(0);
    expect(Math.max(...(lower?.points ?? []).map(({ y }) => y))).toBeCloseTo(10);
  });

  test('a command that is not drawn is an error, not a hole', () => {
    expect(() => linesOfPath('M0 0Q1 1 2 2')).toThrow(/Q/);
  });
});

test('a PNG holds what was painted', () => {
  const png = pngOf({ sizePx: 2, rgba: Buffer.from('ff0000ff00ff00ff0000ffff00000000', 'hex') });
  expect(png.subarray(0, 8).toString('latin1')).toBe('\x89PNG\r\n\x1a\n');
  const at = png.indexOf('IDAT');
  const data = inflateSync(png.subarray(at + 4, at + 4 + png.readUInt32BE(at - 4)));
  expect(data.toString('hex')).toBe('00ff0000ff00ff00ff000000ffff00000000');
});

test("Windows' icon lists its pictures", () => {
  const ico = icoOf([16, 256].map((sizePx) => ({ sizePx, rgba: Buffer.alloc(sizePx * sizePx * 4) })));
  expect([ico.readUInt16LE(2), ico.readUInt16LE(4), ico[6], ico[22]]).toEqual([1, 2, 16, 0]);
  expect(ico.subarray(ico.readUInt32LE(18) + 1, ico.readUInt32LE(18) + 4).toString()).toBe('PNG');
});
