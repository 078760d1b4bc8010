/** The keyring did not do what it was asked; nothing is known about what it holds. */
export class KeyringError extends Error {
  override readonly name = 'KeyringError';
}

/**
 * The system's place for secrets: Secret Service, Keychain, Credential Manager. Each method ends in a few seconds and
 * rejects with `KeyringError`: where there is none, where it is locked, where nobody answers its question.
 */
export interface Keyring {
  /** Null where it holds none under that name. */
  get(account: string): Promise<string | null>;
  /** Replaces what is there. */
  set(account: string, secret: string): Promise<void>;
  remove(account: string): Promise<void>;
}
