/** A stored password: a PHC string that carries its algorithm, its parameters and its salt. */
export type PasswordHash = string;

export type PasswordVerdict =
  | { readonly right: false }
  /** `outdated`: made with other parameters than today's; the caller stores a new hash. */
  | { readonly right: true; readonly outdated: boolean };

/**
 * Slow, memory-hard hashing of passwords.
 * - `verify` against null (no such account) takes as long as against a hash and is never right, so that the time
 *   of an answer does not tell who has an account.
 * - Only so many run at once and only so many wait, fewer of them for one `asker` (an address, an account); beyond that
 *   both reject with Failure `tooManyTries`, and nothing was looked at.
 */
export interface Passwords {
  hash(password: string): Promise<PasswordHash>;
  verify(password: string, stored: PasswordHash | null, asker: string): Promise<PasswordVerdict>;
}
