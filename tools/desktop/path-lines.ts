// The data of an SVG path as lines of points, as far as the app's icons need it: M L H V C S A Z in both cases.

export interface Point {
  readonly x: number;
  readonly y: number;
}
export interface Line {
  readonly points: readonly Point[];
}

/** Points of a curve; at the sizes of icons nobody sees the corners. */
const CURVE_STEPS = 16;
const ARGUMENTS: Readonly<Record<string, number>> = { M: 2, L: 2, H: 1, V: 1, C: 6, S: 4, A: 7, Z: 0 };

interface Pen {
  at: Point;
  start: Point;
  /** Of the curve before, for the one that goes on smoothly. */
  control: Point;
  points: Point[];
  readonly lines: Line[];
}

/** Errors: for a command that is none of these. */
export function linesOfPath(data: string): readonly Line[] {
  const origin = { x: 0, y: 0 };
  const pen: Pen = { at: origin, start: origin, control: origin, points: [], lines: [] };
  for (const [, letter = '', rest = ''] of data.matchAll(/([a-zA-Z])([^a-zA-Z]*)/g)) {
    const count = ARGUMENTS[letter.toUpperCase()];
    if (count === undefined) throw new Error(`a path with ${letter} cannot be drawn`);
    const numbers = numbersOf(rest, letter.toUpperCase() === 'A');
    if (count === 0) close(pen);
    for (let n = 0; count > 0 && n + count <= numbers.length; n += count) {
      draw(pen, n === 0 ? letter : followedBy(letter), numbers.slice(n, n + count));
    }
  }
  finish(pen);
  return pen.lines;
}

/** After its first pair, a move goes on as lines. */
function followedBy(letter: string): string {
  return letter === 'M' ? 'L' : letter === 'm' ? 'l' : letter;
}

/** The two flags of an arc may be written without a space after them. */
function numbersOf(text: string, isArc: boolean): number[] {
  if (!isArc) return [...text.matchAll(/-?(\d*\.\d+|\d+)/g)].map(([number]) => Number(number));
  const number = '(-?(?:\\d*\\.\\d+|\\d+))[\\s,]*';
  const arc = new RegExp(`${number.repeat(3)}([01])[\\s,]*([01])[\\s,]*${number.repeat(2)}`, 'g');
  return [...text.matchAll(arc)].flatMap(([, ...parts]) => parts.map(Number));
}

function draw(pen: Pen, letter: string, n: readonly number[]): void {
  const isRelative = letter === letter.toLowerCase();
  const base = isRelative ? pen.at : { x: 0, y: 0 };
  const point = (index: number): Point => ({ x: base.x + (n[index] ?? 0), y: base.y + (n[index + 1] ?? 0) });
  switch (letter.toUpperCase()) {
    case 'M':
      finish(pen);
      pen.start = point(0);
      pen.points = [pen.start];
      pen.at = pen.start;
      break;
    case 'L':
      lineTo(pen, point(0));
      break;
    case 'H':
      lineTo(pen, { x: base.x + (n[0] ?? 0), y: pen.at.y });
      break;
    case 'V':
      lineTo(pen, { x: pen.at.x, y: base.y + (n[0] ?? 0) });
      break;
    case 'C':
      curveTo(pen, [point(0), point(2), point(4)]);
      return;
    case 'S':
      curveTo(pen, [mirrored(pen), point(0), point(2)]);
      return;
    default:
      arcTo(pen, n, point(5));
  }
  pen.control = pen.at;
}

function mirrored({ at, control }: Pen): Point {
  return { x: 2 * at.x - control.x, y: 2 * at.y - control.y };
}

function lineTo(pen: Pen, to: Point): void {
  pen.points.push(to);
  pen.at = to;
}

function curveTo(pen: Pen, [a, b, to]: readonly [Point, Point, Point]): void {
  const from = pen.at;
  for (let step = 1; step <= CURVE_STEPS; step++) {
    const t = step / CURVE_STEPS;
    const s = 1 - t;
    const mix = (of: (point: Point) => number) =>
      s ** 3 * of(from) + 3 * s * s * t * of(a) + 3 * s * t * t * of(b) + t ** 3 * of(to);
    lineTo(pen, { x: mix(({ x }) => x), y: mix(({ y }) => y) });
  }
  pen.control = b;
}

/** Circles only: the icons have no ellipses. */
function arcTo(pen: Pen, n: readonly number[], to: Point): void {
  const from = pen.at;
  const [isLarge, isClockwise] = [n[3] === 1, n[4] === 1];
  const chord = Math.hypot(to.x - from.x, to.y - from.y);
  const radius = Math.max(n[0] ?? 0, chord / 2);
  const height =
    Math.sqrt(Math.max(0, radius * radius - (chord / 2) ** 2)) * (isLarge === isClockwise ? -1 : 1);
  const centre = {
    x: (from.x + to.x) / 2 - (height * (to.y - from.y)) / chord,
    y: (from.y + to.y) / 2 + (height * (to.x - from.x)) / chord,
  };
  const first = Math.atan2(from.y - centre.y, from.x - centre.x);
  let turn = Math.atan2(to.y - centre.y, to.x - centre.x) - first;
  if (isClockwise && turn < 0) turn += 2 * Math.PI;
  if (!isClockwise && turn > 0) turn -= 2 * Math.PI;
  for (let step = 1; step <= CURVE_STEPS; step++) {
    const angle = first + (turn * step) / CURVE_STEPS;
    lineTo(pen, { x: centre.x + radius * Math.cos(angle), y: centre.y + radius * Math.sin(angle) });
  }
}

function close(pen: Pen): void {
  lineTo(pen, pen.start);
  finish(pen);
  pen.points = [pen.start];
}

function finish(pen: Pen): void {
  if (pen.points.length > 1) pen.lines.push({ points: pen.points });
  pen.points = [];
}
