import type { ContentReads, ContentWrites } from './store-content.ts';
import type {
  AccountReads,
  AccountWrites,
  DeviceReads,
  DeviceWrites,
  LibraryReads,
  LibraryWrites,
} from './store-people.ts';
import type { TreeReads, TreeWrites } from './store-tree.ts';

/** Each call sees everything committed before it, and nothing of open transactions. */
export interface Reads {
  readonly accounts: AccountReads;
  readonly devices: DeviceReads;
  readonly libraries: LibraryReads;
  readonly content: ContentReads;
  readonly tree: TreeReads;
}

/** The same, inside a transaction: sees its own writes. Useless once the transaction is over. */
export interface Writes extends Reads {
  readonly accounts: AccountWrites;
  readonly devices: DeviceWrites;
  readonly libraries: LibraryWrites;
  readonly content: ContentWrites;
  readonly tree: TreeWrites;
}

/**
 * The server's metadata.
 * - `transact` runs the body in one transaction: all of it durable when the promise resolves, none of it when the
 *   body throws (whose error comes through). Bodies of one process that may conflict run one after the other, and
 *   no other caller's statement gets between theirs. The body awaits nothing but the transaction's own methods:
 *   no network, no timers, no other transaction.
 * - Nothing is cached: another process may write to the same database.
 * - Rejects with Failure `busy` (try the whole thing again), `serverDiskFull`, `databaseUnavailable`.
 */
export interface Store {
  readonly read: Reads;
  transact<T>(body: (tx: Writes) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}
