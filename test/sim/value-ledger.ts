/** How much of a value is still owed to the person who wrote it. */
export type Debt =
  /** It has to be in a file that people see. */
  | 'inFile'
  /** A power cut took it from the disk it was written on: a version or a trash that has it is enough. */
  | 'anywhere'
  /** A person chose another version of it on that device: it has to be in a file, or in the device's own trash. */
  | `trash of ${string}`;

/**
 * Every content that a person ever wrote, and what is owed of it: until somebody who saw it replaced or deleted it,
 * it must not be gone. Values are whole texts of files, and no two writes have the same.
 */
export class ValueLedger {
  readonly #known = new Set<string>(['']);
  readonly #owed = new Map<string, Debt>();
  /** Who has replaced or deleted which text. */
  readonly #endedBy = new Map<string, Set<string>>();
  /** What a power cut has left to the server, and perhaps to others. */
  /** By device and path. */
  readonly #comesBackTo = new Map<string, string>();
  readonly #leftToServer = new Set<string>();
  #count = 0;

  /** A mark that no other text has. */
  newMark(who: string): string {
    this.#count++;
    return `${who}.${this.#count}`;
  }

  /** A person wrote this text, over one that was seen there, if any. */
  wrote(text: string, over: string | null, who = 'somebody'): void {
    if (over !== null) this.ended(over, who);
    this.#known.add(text);
    if (text !== '') this.#owed.set(text, 'inFile');
  }

  /** A person who saw this text replaced or deleted it. */
  ended(text: string, who = 'somebody'): void {
    this.#owed.delete(text);
    const by = this.#endedBy.get(text) ?? new Set();
    this.#endedBy.set(text, by.add(who));
  }

  /** It was written into a file that others had replaced or deleted already, which a trash has. */
  wroteToTrash(text: string): void {
    if (this.#owed.has(text)) this.#owed.set(text, 'anywhere');
  }

  /** At that device another version was chosen. True: then a trash of it is enough from now on. */
  chosenAway(text: string, device: string): boolean {
    if (this.#owed.get(text) !== 'inFile') return false;
    this.#owed.set(text, `trash of ${device}`);
    return true;
  }
  /** The choice was not taken, or is taken back. False: the text is not owed any more. */
  chosenAgain(text: string, device: string): boolean {
    if (this.#owed.get(text) !== `trash of ${device}`) return false;
    this.#owed.set(text, 'inFile');
    return true;
  }

  /** Its person wants back what that person alone has deleted. */
  wantedBack(text: string, who: string): void {
    const by = this.#endedBy.get(text);
    if (text === '' || by === undefined || by.size !== 1 || !by.has(who)) return;
    this.#endedBy.delete(text);
    this.#owed.set(text, 'inFile');
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

  /**
   * The same of what the server has for sure: its writer gets it back from there to where it was, so it is owed in a file
   * still.
   */
  lostToServer(text: string, place: string): void {
    if (!this.#owed.has(text)) return;
    this.#leftToServer.add(text);
    this.#comesBackTo.set(place, text);
  }
  /** Somebody has put something there, which passes for a newer version: a version is enough of what was to come back. */
  putInPlace(place: string): void {
    const text = this.#comesBackTo.get(place) ?? '';
    this.#comesBackTo.delete(place);
    if (this.#owed.get(text) === 'inFile') this.#owed.set(text, 'anywhere');
  }
  /** Whether a restored backup may undo it for good. */
  isLeftToServer(text: string): boolean {
    return this.#owed.get(text) === 'anywhere' || this.#leftToServer.has(text);
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

  get known(): ReadonlySet<string> {
    return this.#known;
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
