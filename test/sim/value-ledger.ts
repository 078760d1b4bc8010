/** How much of a value is still owed to the person who wrote it. */
export type Debt =
  /** It has to be in a file that people see. */
  | 'inFile'
  /** A power cut took it from the disk it was written on: a version or a trash that has it is enough. */
  | 'anywhere';

/**
 * Every content that a person ever wrote, and what is owed of it: until somebody who saw it replaced or deleted it,
 * it must not be gone. Values are whole texts of files, and no two writes have the same.
 */
export class ValueLedger {
  readonly #known = new Set<string>(['']);
  readonly #owed = new Map<string, Debt>();
  #count = 0;

  /** A mark that no other text has. */
  newMark(who: string): string {
    this.#count++;
    return `${who}.${this.#count}`;
  }

  /** A person wrote this text, over one that was seen there, if any. */
  wrote(text: string, over: string | null): void {
    if (over !== null) this.ended(over);
    this.#known.add(text);
    if (text !== '') this.#owed.set(text, 'inFile');
  }

  /** A person who saw this text replaced or deleted it. */
  ended(text: string): void {
    this.#owed.delete(text);
  }

  /**
   * The power went before this was safe on the disk of the person who wrote it: nobody owes it any more, but where it
   * is elsewhere already, there it has to stay.
   */
  lostPower(text: string, isElsewhere: boolean): void {
    if (!this.#owed.has(text)) return;
    if (isElsewhere) this.#owed.set(text, 'anywhere');
    else this.#owed.delete(text);
  }

  /** What a power cut made of a file is nobody's work, and may be seen all the same. */
  appeared(text: string): void {
    this.#known.add(text);
  }

  /** Whether the last who wrote into this text was at that device. */
  isBy(who: string, text: string): boolean {
    const marks = text.match(/\bd\d+\.\d+\b/g);
    return marks?.at(-1)?.startsWith(`${who}.`) === true;
  }

  isKnown(text: string): boolean {
    return this.#known.has(text);
  }
  isOwed(text: string): boolean {
    return this.#owed.has(text);
  }
  get owed(): ReadonlyMap<string, Debt> {
    return this.#owed;
  }
}
