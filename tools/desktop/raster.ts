// Draws the shapes of states as pictures, without any program for pictures.

import { crc32, deflateSync } from 'node:zlib';
import type { ShapePart } from '@tidesync/ui/state-shapes';
import { SHAPE_FIELD, SHAPE_LINE_WIDTH } from '@tidesync/ui/state-shapes';
import type { Line, Point } from './path-lines.ts';
import { linesOfPath } from './path-lines.ts';

export interface Colour {
  readonly red: number;
  readonly green: number;
  readonly blue: number;
}
/** RGBA, row by row. */
export interface Picture {
  readonly sizePx: number;
  readonly rgba: Buffer;
}

export function colourOf(hex: string): Colour {
  const part = (at: number) => Number.parseInt(hex.slice(at, at + 2), 16);
  return { red: part(1), green: part(3), blue: part(5) };
}

/** How far a point of the field is from the shape's edge; below 0 inside of it. */
type Distance = (x: number, y: number) => number;

/** Each pair of neighbours of a line, as numbers in a row: much faster to walk than points. */
type Segments = Float64Array;

export function distanceToShape(parts: readonly ShapePart[]): Distance {
  const distances = parts.map((part): Distance => {
    const lines = linesOfPath(part.d);
    if (part.as === 'area') {
      const outline = segmentsOf(lines);
      return (x, y) => (isWithin(outline, x, y) ? -1 : 1) * distanceTo(outline, x, y);
    }
    const { dash } = part;
    const drawn = segmentsOf(dash === undefined ? lines : lines.flatMap((line) => dashed(line, dash)));
    return (x, y) => distanceTo(drawn, x, y) - SHAPE_LINE_WIDTH / 2;
  });
  return (x, y) => distances.reduce((nearest, of) => Math.min(nearest, of(x, y)), Number.POSITIVE_INFINITY);
}

/** A square with round corners over the whole field. */
export function distanceToTile(corner: number): Distance {
  const half = SHAPE_FIELD / 2;
  return (x, y) => {
    const dx = Math.max(0, Math.abs(x - half) - (half - corner));
    const dy = Math.max(0, Math.abs(y - half) - (half - corner));
    return Math.hypot(dx, dy) - corner;
  };
}

/** Layers one above the other; each is a colour where its shape is. */
export function paint(sizePx: number, layers: readonly { distance: Distance; colour: Colour }[]): Picture {
  const rgba = Buffer.alloc(sizePx * sizePx * 4);
  const scale = SHAPE_FIELD / sizePx;
  for (let pixel = 0; pixel < sizePx * sizePx; pixel++) {
    const [x, y] = [((pixel % sizePx) + 0.5) * scale, (Math.floor(pixel / sizePx) + 0.5) * scale];
    let alpha = 0;
    let { red, green, blue } = { red: 0, green: 0, blue: 0 };
    for (const { distance, colour } of layers) {
      // Half a pixel to each side of the edge is partly covered.
      const cover = Math.min(1, Math.max(0, 0.5 - distance(x, y) / scale));
      if (cover === 0) continue;
      const under = alpha * (1 - cover);
      alpha = cover + under;
      red = (colour.red * cover + red * under) / alpha;
      green = (colour.green * cover + green * under) / alpha;
      blue = (colour.blue * cover + blue * under) / alpha;
    }
    rgba.set([red, green, blue, 255 * alpha].map(Math.round), pixel * 4);
  }
  return { sizePx, rgba };
}

function segmentsOf(lines: readonly Line[]): Segments {
  return Float64Array.from(
    lines.flatMap(({ points }) =>
      points.flatMap((b, n) => {
        const a = points[n - 1] ?? b;
        return n === 0 && points.length > 1 ? [] : [a.x, a.y, b.x, b.y];
      }),
    ),
  );
}

function isWithin(segments: Segments, x: number, y: number): boolean {
  let within = false;
  for (let n = 0; n < segments.length; n += 4) {
    const [ax = 0, ay = 0, bx = 0, by = 0] = segments.subarray(n, n + 4);
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) within = !within;
  }
  return within;
}

function distanceTo(segments: Segments, x: number, y: number): number {
  let nearest = Number.POSITIVE_INFINITY;
  for (let n = 0; n < segments.length; n += 4) {
    const ax = segments[n] ?? 0;
    const ay = segments[n + 1] ?? 0;
    const dx = (segments[n + 2] ?? 0) - ax;
    const dy = (segments[n + 3] ?? 0) - ay;
    const length = dx * dx + dy * dy;
    const along = length === 0 ? 0 : ((x - ax) * dx + (y - ay) * dy) / length;
    const t = Math.min(1, Math.max(0, along));
    const [ex, ey] = [x - ax - t * dx, y - ay - t * dy];
    nearest = Math.min(nearest, ex * ex + ey * ey);
  }
  return Math.sqrt(nearest);
}

/** The dashes of a line; each as a line of its own. */
function dashed({ points }: Line, dash: string): Line[] {
  const [on = 1, off = 1] = dash.split(/[\s,]+/).map(Number);
  const dashes: Point[][] = [];
  let passed = 0;
  points.forEach((b, n) => {
    const a = points[n - 1] ?? b;
    const length = Math.hypot(b.x - a.x, b.y - a.y);
    for (let done = 0; done < length; done += 0.02) {
      const at = (passed + done) % (on + off);
      const point = { x: a.x + ((b.x - a.x) * done) / length, y: a.y + ((b.y - a.y) * done) / length };
      if (at > on) continue;
      const index = Math.floor((passed + done) / (on + off));
      dashes[index] = [...(dashes[index] ?? []), point];
    }
    passed += length;
  });
  return dashes.filter((line) => line !== undefined).map((line) => ({ points: line }));
}

const PNG_START = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const EIGHT_BITS_RGBA = [8, 6, 0, 0, 0];

export function pngOf({ sizePx, rgba }: Picture): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(sizePx, 0);
  header.writeUInt32BE(sizePx, 4);
  header.set(EIGHT_BITS_RGBA, 8);
  const rows = Array.from({ length: sizePx }, (_, row) =>
    Buffer.concat([Buffer.from([0]), rgba.subarray(row * sizePx * 4, (row + 1) * sizePx * 4)]),
  );
  const data = deflateSync(Buffer.concat(rows), { level: 9 });
  return Buffer.concat([
    PNG_START,
    chunk('IHDR', header),
    chunk('IDAT', data),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(name: string, data: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(name, 'latin1'), data]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  sum.writeUInt32BE(crc32(named));
  return Buffer.concat([length, named, sum]);
}

const ICO_HEADER_BYTES = 6;
const ICO_ENTRY_BYTES = 16;

/** Windows' icon with the picture in several sizes, none above 256. */
export function icoOf(pictures: readonly Picture[]): Buffer {
  const pngs = pictures.map(pngOf);
  const head = Buffer.alloc(ICO_HEADER_BYTES + ICO_ENTRY_BYTES * pngs.length);
  head.writeUInt16LE(1, 2);
  head.writeUInt16LE(pngs.length, 4);
  let offset = head.length;
  pictures.forEach(({ sizePx }, n) => {
    const at = ICO_HEADER_BYTES + ICO_ENTRY_BYTES * n;
    const length = pngs[n]?.length ?? 0;
    // 256 is written as 0.
    head.set([sizePx % 256, sizePx % 256], at);
    head.writeUInt16LE(1, at + 4);
    head.writeUInt16LE(32, at + 6);
    head.writeUInt32LE(length, at + 8);
    head.writeUInt32LE(offset, at + 12);
    offset += length;
  });
  return Buffer.concat([head, ...pngs]);
}

const ICNS_NAMES: Readonly<Record<number, string>> = { 128: 'ic07', 256: 'ic08', 512: 'ic09', 1024: 'ic10' };

/** macOS's icon. */
export function icnsOf(pictures: readonly Picture[]): Buffer {
  const parts = pictures.map((picture) => {
    const png = pngOf(picture);
    const head = Buffer.alloc(8);
    head.write(ICNS_NAMES[picture.sizePx] ?? '', 'latin1');
    head.writeUInt32BE(png.length + 8, 4);
    return Buffer.concat([head, png]);
  });
  const body = Buffer.concat(parts);
  const head = Buffer.alloc(8);
  head.write('icns', 'latin1');
  head.writeUInt32BE(body.length + 8, 4);
  return Buffer.concat([head, body]);
}
