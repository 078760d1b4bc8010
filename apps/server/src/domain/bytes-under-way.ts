/** How many bytes are under way of each of some parties, and no more than so many of one. */
export class BytesUnderWay {
  readonly #bytes = new Map<string, number>();
  readonly #bytesMax: number;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  /** False if the party has no room for them; otherwise they are under way until `end`. */
  begin(party: string, sizeBytes: number): boolean {
    const bytes = (this.#bytes.get(party) ?? 0) + sizeBytes;
    if (bytes > this.#bytesMax) return false;
    this.#bytes.set(party, bytes);
    return true;
  }

  end(party: string, sizeBytes: number): void {
    const bytes = (this.#bytes.get(party) ?? 0) - sizeBytes;
    if (bytes > 0) this.#bytes.set(party, bytes);
    else this.#bytes.delete(party);
  }
}
