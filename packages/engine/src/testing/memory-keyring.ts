import type { Keyring } from '../ports/keyring.ts';
import { KeyringError } from '../ports/keyring.ts';

/** A keyring in memory that can be locked, and that may give back something else than it was given. */
export class MemoryKeyring implements Keyring {
  readonly held = new Map<string, string>();
  isLocked = false;
  isForgetful = false;
  /** Comes before every call. */
  before: ((call: string) => void) | null = null;

  get = async (account: string): Promise<string | null> => {
    this.#ask(`get ${account}`);
    return this.isForgetful ? null : (this.held.get(account) ?? null);
  };
  set = async (account: string, secret: string): Promise<void> => {
    this.#ask(`set ${account}`);
    this.held.set(account, secret);
  };
  remove = async (account: string): Promise<void> => {
    this.#ask(`remove ${account}`);
    this.held.delete(account);
  };

  #ask(call: string): void {
    this.before?.(call);
    if (this.isLocked) throw new KeyringError('it is locked');
  }
}
