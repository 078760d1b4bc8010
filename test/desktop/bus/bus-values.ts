// Values as D-Bus writes them, in the byte order of this machine. A value goes by its signature, as the D-Bus
// specification has them: `s` is a text, `a{sv}` texts that name values of any kind.

export type BusValue = unknown;
/** A value that says its own kind. Read values come without it. */
export interface Variant {
  readonly kind: string;
  readonly value: BusValue;
}

const ALIGNMENTS: Readonly<Record<string, number>> = {
  y: 1,
  g: 1,
  v: 1,
  n: 2,
  q: 2,
  x: 8,
  t: 8,
  d: 8,
  '(': 8,
  '{': 8,
};
const alignmentOf = (kind: string) => ALIGNMENTS[kind[0] ?? ''] ?? 4;
const OPENING = '({';
const CLOSING = ')}';

/** The complete kinds in a row of them: `sa{sv}u` is `s`, `a{sv}` and `u`. */
export function kindsIn(signature: string): string[] {
  const kinds: string[] = [];
  let kind = '';
  let open = 0;
  for (const letter of signature) {
    kind += letter;
    if (OPENING.includes(letter)) open += 1;
    if (CLOSING.includes(letter)) open -= 1;
    if (open > 0 || letter === 'a') continue;
    kinds.push(kind);
    kind = '';
  }
  return kinds;
}

export class BusWriter {
  readonly #bytes: number[] = [];

  get bytes(): Buffer {
    return Buffer.from(this.#bytes);
  }
  /** Zeros up to where something of this alignment may begin. */
  align(alignment: number): void {
    while (this.#bytes.length % alignment !== 0) this.#bytes.push(0);
  }
  all(signature: string, values: readonly BusValue[]): this {
    kindsIn(signature).forEach((kind, n) => {
      this.#one(kind, values[n]);
    });
    return this;
  }

  #one(kind: string, value: BusValue): void {
    this.align(alignmentOf(kind));
    const letter = kind[0] ?? '';
    if (letter === 's' || letter === 'o') this.#text(String(value), 4);
    else if (letter === 'g') this.#text(String(value), 1);
    else if (letter === 'y') this.#number(Number(value), 1);
    else if (letter === 'b' || letter === 'i' || letter === 'u') this.#number(Number(value), 4);
    else if (letter === 'v') this.#variant(value as Variant);
    else if (letter === 'a') this.#list(kind.slice(1), value as readonly BusValue[]);
    else if (letter === '(' || letter === '{') this.all(kind.slice(1, -1), value as readonly BusValue[]);
    else throw new Error(`no test sends a value of the kind ${kind}`);
  }
  #number(value: number, size: number): void {
    for (let n = 0; n < size; n++) this.#bytes.push((value >>> (8 * n)) & 0xff);
  }
  #text(text: string, lengthSize: number): void {
    const bytes = Buffer.from(text);
    this.#number(bytes.length, lengthSize);
    this.#bytes.push(...bytes, 0);
  }
  #variant({ kind, value }: Variant): void {
    this.#one('g', kind);
    this.#one(kind, value);
  }
  #list(kind: string, values: readonly BusValue[]): void {
    const lengthAt = this.#bytes.length;
    this.#number(0, 4);
    this.align(alignmentOf(kind));
    const from = this.#bytes.length;
    for (const value of values) this.#one(kind, value);
    const length = this.#bytes.length - from;
    for (let n = 0; n < 4; n++) this.#bytes[lengthAt + n] = (length >>> (8 * n)) & 0xff;
  }
}

export class BusReader {
  readonly #bytes: Buffer;
  #at: number;

  constructor(bytes: Buffer, at = 0) {
    this.#bytes = bytes;
    this.#at = at;
  }
  all(signature: string): BusValue[] {
    return kindsIn(signature).map((kind) => this.#one(kind));
  }

  #one(kind: string): BusValue {
    this.#align(alignmentOf(kind));
    switch (kind[0]) {
      case 's':
      case 'o':
        return this.#text(this.#number(4));
      case 'g':
        return this.#text(this.#number(1));
      case 'y':
        return this.#number(1);
      case 'b':
        return this.#number(4) !== 0;
      case 'n':
      case 'q':
        return this.#number(2);
      case 'u':
        return this.#number(4);
      case 'i':
        return this.#number(4) | 0;
      case 'v':
        return this.#one(String(this.#one('g')));
      case 'a':
        return this.#list(kind.slice(1));
      case '(':
      case '{':
        return this.all(kind.slice(1, -1));
      default:
        throw new Error(`no test reads a value of the kind ${kind}`);
    }
  }
  #align(alignment: number): void {
    this.#at = Math.ceil(this.#at / alignment) * alignment;
  }
  #number(size: number): number {
    const value = this.#bytes.readUIntLE(this.#at, size);
    this.#at += size;
    return value;
  }
  #text(length: number): string {
    const text = this.#bytes.toString('utf8', this.#at, this.#at + length);
    this.#at += length + 1;
    return text;
  }
  /** What is named comes as an object. */
  #list(kind: string): BusValue {
    const length = this.#number(4);
    this.#align(alignmentOf(kind));
    const end = this.#at + length;
    const values: BusValue[] = [];
    while (this.#at < end) values.push(this.#one(kind));
    return kind.startsWith('{') ? Object.fromEntries(values as [string, BusValue][]) : values;
  }
}
