import type {
  AccountId,
  BatchId,
  Chain,
  ContentId,
  DeviceId,
  EntryId,
  LibraryId,
  OpId,
  OrganisationId,
} from '@tidesync/shared/ids';
import { limits } from '@tidesync/shared/limits';
import type { EntryName } from '@tidesync/shared/names';
import type { EntryState } from '@tidesync/shared/wire/entries';
import type { Role } from '@tidesync/shared/wire/people';
import type { ConflictReason } from '@tidesync/shared/wire/sync';
import type { RevokedWhy } from '../../ports/store-people.ts';
import type { Columns } from './columns-sqlite.ts';
import { contentTables } from './content-tables.ts';
import { healTables } from './heal-tables.ts';
import { measureTables } from './measure-tables.ts';

/**
 * A stored operation result. A number is the seq of an applied change, whose state the journal still has; so a
 * commit is not stored twice.
 */
export type StoredResult =
  | number
  | { readonly adopted: StoredState }
  | { readonly conflict: ConflictReason; readonly current: StoredState | null };
/** The state after the change with that number. Whole: what no change made, and answers of servers before this. */
export type StoredState = { readonly at: number } | EntryState;

/** Every table of the server. `drizzle/sqlite/*.sql` makes them; a test holds the two against each other. */
export function defineTables(c: Columns) {
  return {
    ...peopleTables(c),
    ...treeTables(c),
    ...contentTables(c),
    ...healTables(c),
    ...operationTables(c),
    ...measureTables(c),
  };
}
export type Tables = ReturnType<typeof defineTables>;

function accountTables(c: Columns) {
  const accounts = c.table(
    'accounts',
    {
      accountId: c.bin16<AccountId>('id').primaryKey(),
      email: c.exactText('email', limits.emailBytesMax).notNull(),
      passwordHash: c.word('password_hash').notNull(),
      admin: c.flag('admin').notNull(),
      suspended: c.flag('suspended').notNull(),
      limitBytes: c.u53('limit_bytes').notNull(),
      /** Unique chunk bytes stored in the libraries the account owns. */
      usedBytes: c.u53('used_bytes').notNull(),
      /** Held for open uploads. */
      reservedBytes: c.u53('reserved_bytes').notNull(),
      createdAtMs: c.ms('created_at_ms').notNull(),
      /** Null: the account has its own limit alone. */
      organisationId: c.bin16<OrganisationId>('organisation_id'),
      /** What it holds of its organisation's pool; used and reserved bytes stay below it. 0 without one. */
      sliceBytes: c.u53('slice_bytes').notNull(),
    },
    (t) => [
      c.uniqueIndex('accounts_email').on(t.email),
      c.index('accounts_organisation').on(t.organisationId),
    ],
  );
  const organisations = c.table(
    'organisations',
    {
      organisationId: c.bin16<OrganisationId>('id').primaryKey(),
      name: c.exactText('name', limits.organisationNameBytesMax).notNull(),
      limitBytes: c.u53('limit_bytes').notNull(),
      /** Sum of what its members hold of it. */
      slicedBytes: c.u53('sliced_bytes').notNull(),
      createdAtMs: c.ms('created_at_ms').notNull(),
    },
    (t) => [c.uniqueIndex('organisations_name').on(t.name)],
  );
  return { accounts, organisations };
}

function deviceTables(c: Columns) {
  const devices = c.table(
    'devices',
    {
      deviceId: c.bin16<DeviceId>('id').primaryKey(),
      accountId: c.bin16<AccountId>('account_id').notNull(),
      name: c.exactText('name', limits.deviceNameBytesMax).notNull(),
      tokenHash: c.hash32('token_hash').notNull(),
      createdAtMs: c.ms('created_at_ms').notNull(),
      lastSeenAtMs: c.ms('last_seen_ms'),
      revokedAtMs: c.ms('revoked_at_ms'),
      /** Its token holds until then; null: until it is revoked. */
      expiresAtMs: c.ms('expires_at_ms'),
      /** How long it may stay unused; null: that ends nothing. */
      idleLifeMs: c.ms('idle_life_ms'),
      /** When its token was first used; null: not yet, as far as is known. */
      tokenUsedAtMs: c.ms('token_used_at_ms'),
      /** Null: not revoked, or because somebody wanted it, or because its time was over. */
      revokedWhy: c.word<RevokedWhy>('revoked_why'),
    },
    (t) => [
      c.uniqueIndex('devices_token_hash').on(t.tokenHash),
      c.index('devices_account').on(t.accountId),
      c.index('devices_expiry').on(t.revokedAtMs, t.expiresAtMs),
    ],
  );
  const replacedTokens = c.table(
    'replaced_tokens',
    {
      tokenHash: c.hash32('token_hash').primaryKey(),
      deviceId: c.bin16<DeviceId>('device_id').notNull(),
      /** Of the token that took its place. */
      byHash: c.hash32('by_hash').notNull(),
      replacedAtMs: c.ms('replaced_at_ms').notNull(),
    },
    (t) => [c.index('replaced_tokens_device').on(t.deviceId, t.replacedAtMs)],
  );
  return { devices, replacedTokens };
}

function peopleTables(c: Columns) {
  const libraries = c.table(
    'libraries',
    {
      libraryId: c.bin16<LibraryId>('id').primaryKey(),
      ownerId: c.bin16<AccountId>('owner_id').notNull(),
      name: c.exactText('name', limits.libraryNameBytesMax).notNull(),
      /** SHA-256 of the name; null once deleted, so that the name is free again. */
      nameKey: c.hash32('name_key'),
      headSeq: c.u53('head_seq').notNull(),
      headChain: c.hash32<Chain>('head_chain').notNull(),
      /** Changes with every transaction that adds a reference: the fence of garbage collection. */
      refVersion: c.u53('ref_version').notNull(),
      /** What the owner is charged for this library. */
      storedBytes: c.u53('stored_bytes').notNull(),
      createdAtMs: c.ms('created_at_ms').notNull(),
      deletedAtMs: c.ms('deleted_at_ms'),
      /** Of this library alone, beside its owner's; null: none. */
      limitBytes: c.u53('limit_bytes'),
      /** Held for open uploads into it. */
      reservedBytes: c.u53('reserved_bytes').notNull(),
      /** Days that earlier contents are kept; 0: forever, null: as the server says. */
      versionDays: c.u53('version_days'),
      /** The same of what was deleted. */
      trashDays: c.u53('trash_days'),
      /** Contents that were replaced by a change up to this one are not kept any more; null: none was ended yet. */
      versionsEndedSeq: c.u53('versions_ended_seq'),
      /** The same of what was deleted by a change up to this one. */
      trashEndedSeq: c.u53('trash_ended_seq'),
      /** Counts the collections of its garbage: an earlier one that still runs can be told by it. Null: none yet. */
      collection: c.u53('collection'),
    },
    (t) => [c.uniqueIndex('libraries_owner_name').on(t.ownerId, t.nameKey)],
  );
  const libraryMembers = c.table(
    'library_members',
    {
      libraryId: c.bin16<LibraryId>('library_id').notNull(),
      accountId: c.bin16<AccountId>('account_id').notNull(),
      role: c.word<Role>('role').notNull(),
    },
    (t) => [
      c.primaryKey({ columns: [t.libraryId, t.accountId] }),
      c.index('library_members_account').on(t.accountId),
    ],
  );
  return { ...accountTables(c), ...deviceTables(c), libraries, libraryMembers };
}

/** What an entry looks like; the same in the current state and in the journal. */
function stateColumns(c: Columns) {
  return {
    parentId: c.bin16<EntryId>('parent_id').notNull(),
    name: c.exactText<EntryName>('name', limits.nameBytesMax).notNull(),
    kind: c.word<EntryState['kind']>('kind').notNull(),
    /** Files only. */
    contentId: c.hash32<ContentId>('content_id'),
    sizeBytes: c.u53('size_bytes').notNull(),
    executable: c.flag('executable').notNull(),
    /** Symlinks only. */
    target: c.exactText('target', limits.symlinkTargetBytesMax),
    mtimeMs: c.ms('mtime_ms').notNull(),
    contentSeq: c.u53('content_seq').notNull(),
    placeSeq: c.u53('place_seq').notNull(),
    attributesSeq: c.u53('attributes_seq').notNull(),
  };
}

function treeTables(c: Columns) {
  const entries = c.table(
    'entries',
    {
      libraryId: c.bin16<LibraryId>('library_id').notNull(),
      entryId: c.bin16<EntryId>('entry_id').notNull(),
      ...stateColumns(c),
      /** SHA-256 of the name while live; null when deleted, so that the place is free. */
      nameKey: c.hash32('name_key'),
      /** Seq of the change that deleted it; null while live. */
      deletedSeq: c.u53('deleted_seq'),
      /** Seq of its latest change. */
      lastSeq: c.u53('last_seq').notNull(),
    },
    (t) => [
      c.primaryKey({ columns: [t.libraryId, t.entryId] }),
      c.uniqueIndex('entries_place').on(t.libraryId, t.parentId, t.nameKey),
      c.index('entries_deleted').on(t.libraryId, t.deletedSeq),
      c.index('entries_content').on(t.libraryId, t.contentId, t.deletedSeq),
    ],
  );
  const changes = c.table(
    'changes',
    {
      libraryId: c.bin16<LibraryId>('library_id').notNull(),
      seq: c.u53('seq').notNull(),
      entryId: c.bin16<EntryId>('entry_id').notNull(),
      ...stateColumns(c),
      deleted: c.flag('deleted').notNull(),
      /** The commit that made it. */
      firstSeq: c.u53('first_seq').notNull(),
      /** Seq of the entry's next change; null for its latest. */
      endedSeq: c.u53('ended_seq'),
    },
    (t) => [
      c.primaryKey({ columns: [t.libraryId, t.seq] }),
      c.index('changes_entry').on(t.libraryId, t.entryId, t.seq),
      c.index('changes_content').on(t.libraryId, t.contentId, t.endedSeq),
    ],
  );
  return { entries, changes, ...commitTables(c) };
}

function commitTables(c: Columns) {
  const commits = c.table(
    'commits',
    {
      libraryId: c.bin16<LibraryId>('library_id').notNull(),
      firstSeq: c.u53('first_seq').notNull(),
      lastSeq: c.u53('last_seq').notNull(),
      deviceId: c.bin16<DeviceId>('device_id').notNull(),
      accountId: c.bin16<AccountId>('account_id').notNull(),
      opId: c.bin16<OpId>('op_id').notNull(),
      /** Head of the chain after this commit. */
      chain: c.hash32<Chain>('chain').notNull(),
      atMs: c.ms('at_ms').notNull(),
      /** Null: a batch of its own. */
      batchId: c.bin16<BatchId>('batch_id'),
    },
    (t) => [
      c.primaryKey({ columns: [t.libraryId, t.firstSeq] }),
      c.index('commits_batch').on(t.libraryId, t.batchId, t.firstSeq),
    ],
  );
  /** What was answered to an operation id, also where nothing was applied. */
  const answers = c.table(
    'answers',
    {
      deviceId: c.bin16<DeviceId>('device_id').notNull(),
      opId: c.bin16<OpId>('op_id').notNull(),
      libraryId: c.bin16<LibraryId>('library_id').notNull(),
      payloadHash: c.hash32('payload_hash').notNull(),
      headSeq: c.u53('head_seq').notNull(),
      chain: c.hash32<Chain>('chain').notNull(),
      results: c.json<readonly StoredResult[]>('results').notNull(),
      atMs: c.ms('at_ms').notNull(),
    },
    (t) => [c.primaryKey({ columns: [t.deviceId, t.opId] })],
  );
  return { commits, answers };
}

function operationTables(c: Columns) {
  const leases = c.table('leases', {
    /** The job. */
    name: c.word('name').primaryKey(),
    /** The server that does it. */
    holder: c.bin16('holder').notNull(),
    /** Counts the holders: what an earlier one still does can be told by it. */
    fence: c.u53('fence').notNull(),
    untilMs: c.ms('until_ms').notNull(),
  });
  const audit = c.table(
    'audit',
    {
      auditId: c.bin16('id').primaryKey(),
      atMs: c.ms('at_ms').notNull(),
      /** An account's id, or `server`, or `command` for whoever may open the database. */
      actor: c.word('actor').notNull(),
      action: c.word('action').notNull(),
      /** Id of what it was done to. */
      target: c.word('target').notNull(),
      details: c.json<Record<string, string | number | boolean | null>>('details').notNull(),
    },
    (t) => [c.index('audit_time').on(t.atMs)],
  );
  const imports = c.table('imports', {
    /** The library that is being imported; all zeros for everything. */
    importId: c.bin16<LibraryId>('id').primaryKey(),
    /** Whose data it is. */
    sourceId: c.bin16('source_id').notNull(),
    /** What tells that the source is still as it was. */
    sourceState: c.hash32('source_state').notNull(),
    startedAtMs: c.ms('started_at_ms').notNull(),
    /** Null while it has not finished. */
    finishedAtMs: c.ms('finished_at_ms'),
  });
  const serverSettings = c.table('server_settings', {
    name: c.word('name').primaryKey(),
    /** As administrators chose it for all servers; without a row, what a server's settings say holds. */
    value: c.json<number>('value').notNull(),
  });
  return { leases, audit, imports, serverSettings };
}
