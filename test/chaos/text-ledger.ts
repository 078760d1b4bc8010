/** One line of the ledger: who wrote a text, or took one away. */
export type LedgerLine =
  | { readonly wrote: string; readonly by: string }
  | { readonly took: string; readonly by: string };

/** Who wrote which text, and who took it away: deleted it, or put something else in its place. */
export class TextLedger {
  readonly #writers = new Map<string, string>();
  readonly #takers = new Map<string, Set<string>>();
  readonly #note: (line: LedgerLine) => void;

  /** `note`: hears of every line, so that a run that was broken off can go on. */
  constructor(note: (line: LedgerLine) => void, earlier: readonly LedgerLine[] = []) {
    this.#note = () => undefined;
    for (const line of earlier) {
      if ('wrote' in line) this.wrote(line.wrote, line.by);
      else this.tookAway([line.took], line.by);
    }
    this.#note = note;
  }

  get count(): number {
    return this.#writers.size;
  }

  wrote(label: string, by: string): void {
    this.#writers.set(label, by);
    this.#note({ wrote: label, by });
  }

  tookAway(labels: readonly string[], by: string): void {
    for (const label of labels) {
      const takers = this.#takers.get(label) ?? new Set();
      this.#takers.set(label, takers.add(by));
      this.#note({ took: label, by });
    }
  }

  /** Texts that must be somewhere: all but those that their writer took away. */
  owed(): string[] {
    return [...this.#writers]
      .filter(([label, by]) => !this.#takers.get(label)?.has(by))
      .map(([label]) => label);
  }

  /** Of those: texts that nobody at all took away. */
  isUntouched(label: string): boolean {
    return !this.#takers.has(label);
  }
}
