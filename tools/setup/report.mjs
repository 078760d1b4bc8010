/** A failed setup step: `message` says what failed, `cure` what a person can do about it. */
export class SetupProblem extends Error {
  /**
   * @param {string} message
   * @param {string} cure
   */
  constructor(message, cure) {
    super(message);
    this.cure = cure;
  }
}

/**
 * One line about the setup, on stderr so that a program's own output stays clean.
 * @param {string} line
 */
export function say(line) {
  process.stderr.write(`tidesync: ${line}\n`);
}
