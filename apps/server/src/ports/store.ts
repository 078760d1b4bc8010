import type { LeaseReads, LeaseWrites } from './leases.ts';
import type { AdminReads, AdminWrites } from './store-admin.ts';
import type { AuditReads, AuditWrites } from './store-audit.ts';
import type { BatchReads } from './store-batches.ts';
import type { ContentReads, ContentWrites } from './store-content.ts';
import type { GarbageReads, GarbageWrites } from './store-garbage.ts';
import type { HealReads, HealWrites } from './store-heal.ts';
import type { OrganisationReads, OrganisationWrites } from './store-organisations.ts';
import type {
  AccountReads,
  AccountWrites,
  DeviceReads,
  DeviceWrites,
  LibraryReads,
  LibraryWrites,
} from './store-people.ts';
import type { RecountReads, RecountWrites } from './store-recount.ts';
import type { SettingReads, SettingWrites } from './store-settings.ts';
import type { RowReads, RowWrites } from './store-transfer.ts';
import type { TreeReads, TreeWrites } from './store-tree.ts';
import type { VersionReads } from './store-versions.ts';

/** Each call sees everything committed before it, and nothing of open transactions. */
export interface Reads {
  readonly accounts: AccountReads;
  readonly devices: DeviceReads;
  readonly libraries: LibraryReads;
  readonly content: ContentReads;
  readonly tree: TreeReads;
  readonly batches: BatchReads;
  readonly versions: VersionReads;
  readonly organisations: OrganisationReads;
  readonly recount: RecountReads;
  readonly audit: AuditReads;
  readonly settings: SettingReads;
  /** What administrators see of everything. */
  readonly admin: AdminReads;
  /** What nothing needs any more. */
  readonly garbage: GarbageReads;
  /** What was lost, and is to come again. */
  readonly heal: HealReads;
  /** Whole rows, for moving a server's data elsewhere. */
  readonly rows: RowReads;
  readonly leases: LeaseReads;
}

/** The same, inside a transaction: sees its own writes. Useless once the transaction is over. */
export interface Writes extends Reads {
  readonly accounts: AccountWrites;
  readonly devices: DeviceWrites;
  readonly libraries: LibraryWrites;
  readonly content: ContentWrites;
  readonly tree: TreeWrites;
  readonly organisations: OrganisationWrites;
  readonly recount: RecountWrites;
  readonly audit: AuditWrites;
  readonly settings: SettingWrites;
  readonly admin: AdminWrites;
  readonly garbage: GarbageWrites;
  readonly heal: HealWrites;
  readonly rows: RowWrites;
  readonly leases: LeaseWrites;
}

/**
 * The server's metadata.
 * - `transact` runs the body in one transaction: all of it durable when the promise resolves, none of it when the
 *   body throws (whose error comes through). Bodies of one process that may conflict run one after the other, and
 *   no other caller's statement gets between theirs. Across processes they are ordered by the rows they lock: what
 *   `upload`, `libraries.byId`, `accounts.byId` and `byEmail` read, and what they write. The order of locks is
 *   upload, library, account, organisation.
 * - The body awaits nothing but the transaction's own methods: no network, no timers, no other transaction. It may
 *   run more than once, so it changes nothing outside the transaction.
 * - Nothing is cached: another process may write to the same database.
 * - Rejects with Failure `busy` (try the whole thing again), `serverDiskFull`, `databaseUnavailable` (nothing was
 *   written), `outcomeUnknown` (the database was lost while it committed).
 */
export interface Store {
  readonly read: Reads;
  transact<T>(body: (tx: Writes) => Promise<T>, options?: TransactOptions): Promise<T>;
  close(): Promise<void>;
}

export interface TransactOptions {
  /**
   * The body finds out by an id that it stores, on rows that it locks, whether it was done before, and does nothing
   * then. So where the answer to its COMMIT was lost, running it again tells what became of it. Default: false.
   */
  readonly repeatable?: boolean;
}
