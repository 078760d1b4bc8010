/** Something that must never happen has happened. `rule` is an invariant's number, or a word for what has none. */
export class Violation extends Error {
  override readonly name = 'Violation';
  readonly rule: string;
  constructor(rule: string, what: string) {
    super(`${rule}: ${what}`);
    this.rule = rule;
  }
}
