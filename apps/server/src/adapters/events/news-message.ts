import type { AccountId, LibraryId } from '@tidesync/shared/ids';
import { accountId } from '@tidesync/shared/ids';
import type { Doorbell } from '@tidesync/shared/wire/sync';
import { doorbell } from '@tidesync/shared/wire/sync';
import { z } from 'zod';

const BELLS_MAX = 200;
const ACCOUNTS_MAX = 200;
const MESSAGE_BYTES_MAX = 64 * 1024;
/** Kept for others while they cannot be told; beyond it they are told to look for themselves. */
const UNTOLD_MAX = 10_000;

/** What servers tell each other. Fields of a later version are passed over. */
const newsMessage = z.object({
  /** The server that says it. */
  from: z.string().max(100),
  /** Accounts whose access has changed. */
  accounts: z.array(accountId).max(ACCOUNTS_MAX),
  bells: z.array(doorbell).max(BELLS_MAX),
  /** There was too much to say. */
  lookAgain: z.boolean(),
});
export type NewsMessage = z.infer<typeof newsMessage>;

/** Null for whatever is no message of a server. */
export function parseNews(bytes: Uint8Array): NewsMessage | null {
  if (bytes.length > MESSAGE_BYTES_MAX) return null;
  try {
    return newsMessage.parse(JSON.parse(new TextDecoder().decode(bytes)));
  } catch {
    return null;
  }
}

/** News that other servers have not been told yet: of one library only the newest, and no more than a bound. */
export class UntoldNews {
  readonly #bells = new Map<LibraryId, Doorbell>();
  readonly #accounts = new Set<AccountId>();
  #lookAgain = false;

  get isEmpty(): boolean {
    return !this.#lookAgain && this.#bells.size === 0 && this.#accounts.size === 0;
  }

  addBell(bell: Doorbell): void {
    this.#bells.set(bell.libraryId, bell);
    this.#bound();
  }

  addAccess(account: AccountId): void {
    this.#accounts.add(account);
    this.#bound();
  }

  /** As much as one message holds. */
  takeMessage(from: string): NewsMessage {
    const accounts = first(ACCOUNTS_MAX, this.#accounts);
    const bells = first(BELLS_MAX, this.#bells.values());
    const lookAgain = this.#lookAgain;
    for (const account of accounts) this.#accounts.delete(account);
    for (const { libraryId } of bells) this.#bells.delete(libraryId);
    this.#lookAgain = false;
    return { from, accounts, bells, lookAgain };
  }

  /** Puts back what did not arrive, behind what is newer. */
  putBack(message: NewsMessage): void {
    for (const account of message.accounts) this.#accounts.add(account);
    for (const bell of message.bells) {
      if (!this.#bells.has(bell.libraryId)) this.#bells.set(bell.libraryId, bell);
    }
    this.#lookAgain ||= message.lookAgain;
    this.#bound();
  }

  #bound(): void {
    if (this.#bells.size + this.#accounts.size <= UNTOLD_MAX) return;
    this.#bells.clear();
    this.#accounts.clear();
    this.#lookAgain = true;
  }
}

function first<T>(count: number, all: Iterable<T>): T[] {
  const found: T[] = [];
  for (const one of all) {
    if (found.length === count) break;
    found.push(one);
  }
  return found;
}
