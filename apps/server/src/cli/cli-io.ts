import { InvalidArgumentError } from 'commander';

/** What a command may do to the world outside, besides its work. */
export interface CliIo {
  readonly defaultDataDir: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The text of `.env` in the working directory; null if there is none. */
  readDotEnv(): string | null;
  /** The text of a file that holds a secret; throws if it cannot be read. */
  readSecretFile(path: string): string;
  /** One line on standard output. */
  say(line: string): void;
  /** One line on standard error. */
  warn(line: string): void;
  /** With which the process is to end once nothing is left to do. */
  setExitCode(code: number): void;
  /** All of standard input, as text. */
  readInput(): Promise<string>;
}

/** Parser for an option that takes 0 … max. */
export function wholeNumber(option: string, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value <= max) return value;
    throw new InvalidArgumentError(`${option} takes a whole number up to ${max}.`);
  };
}

/** The command was called wrongly in a way that only shows once it runs. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
