export type JsonFault = 'tooDeep' | 'tooMany';

export interface JsonBounds {
  /** How many levels objects and arrays may lie in each other. */
  readonly depthMax: number;
  /** How many commas and opening brackets there may be: each value costs one of them, or its key's object did. */
  readonly marksMax: number;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const [OPEN_ARRAY, CLOSE_ARRAY] = [0x5b, 0x5d];
const [OPEN_OBJECT, CLOSE_OBJECT] = [0x7b, 0x7d];

/**
 * What JSON would cost to parse, told from its bytes in UTF-8 as they come in. It is no parser: whether it is JSON at
 * all shows later, and text that is none is refused by a parser at the first mark that is out of place.
 */
export class JsonShape {
  readonly #bounds: JsonBounds;
  #depth = 0;
  #marks = 0;
  #isText = false;
  #isEscaped = false;

  constructor(bounds: JsonBounds) {
    this.#bounds = bounds;
  }

  /** The next bytes; null while all so far is within the bounds. */
  take(bytes: Uint8Array): JsonFault | null {
    for (let at = 0; at < bytes.length; at++) {
      if (this.#isText) at = this.#endOfText(bytes, at);
      else if (!this.#mark(bytes[at] as number)) return 'tooDeep';
    }
    return this.#marks > this.#bounds.marksMax ? 'tooMany' : null;
  }

  /** Where the text ends; past all bytes if it goes on. Most bytes are text, so this is where the time goes. */
  #endOfText(bytes: Uint8Array, from: number): number {
    let isEscaped = this.#isEscaped;
    for (let at = from; at < bytes.length; at++) {
      const byte = bytes[at];
      if (isEscaped) isEscaped = false;
      else if (byte === BACKSLASH) isEscaped = true;
      else if (byte === QUOTE) {
        this.#isText = false;
        this.#isEscaped = false;
        return at;
      }
    }
    this.#isEscaped = isEscaped;
    return bytes.length;
  }

  /** False where it is too deep. */
  #mark(byte: number): boolean {
    if (byte === QUOTE) this.#isText = true;
    else if (byte === COMMA) this.#marks++;
    else if (byte === CLOSE_ARRAY || byte === CLOSE_OBJECT) this.#depth--;
    else if (byte === OPEN_ARRAY || byte === OPEN_OBJECT) {
      this.#marks++;
      this.#depth++;
    }
    return this.#depth <= this.#bounds.depthMax;
  }
}
