/**
 * The device's token, in a place of its own that only this user can read. The text says also what the token belongs to
 * (core/bound-token.ts); a write is whole or not at all.
 */
export interface TokenPlace {
  read(): Promise<string | null>;
  write(token: string | null): Promise<void>;
  /** As of the last read or write. */
  where(): 'keyring' | 'file';
}
