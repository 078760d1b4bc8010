import type { AccountId, DeviceId, LibraryId, OrganisationId } from '@tidesync/shared/ids';
import type { Library, Role } from '@tidesync/shared/wire/people';
import type { SessionEnd } from '../domain/session-life.ts';
import type { TokenStanding } from '../domain/token-life.ts';

export interface AccountRow {
  readonly accountId: AccountId;
  /** As the person wrote it, in lower case; unique. */
  readonly email: string;
  readonly passwordHash: string;
  readonly admin: boolean;
  readonly suspended: boolean;
  readonly limitBytes: number;
  readonly usedBytes: number;
  readonly reservedBytes: number;
  readonly createdAtMs: number;
  /** Null: the account has its own limit alone. */
  readonly organisationId: OrganisationId | null;
  /** What it holds of its organisation's pool; used and reserved bytes stay below it. */
  readonly sliceBytes: number;
}
export type NewAccount = Omit<
  AccountRow,
  'suspended' | 'usedBytes' | 'reservedBytes' | 'organisationId' | 'sliceBytes'
>;

export interface AccountReads {
  count(): Promise<number>;
  byId(id: AccountId): Promise<AccountRow | null>;
  /** `email` as `wire/people` parses it: trimmed, lower case. */
  byEmail(email: string): Promise<AccountRow | null>;
  /** In the order of their e-mails; `afterEmail` null for the first page. */
  page(from: { readonly afterEmail: string | null; readonly limit: number }): Promise<AccountRow[]>;
}

export interface AccountWrites extends AccountReads {
  /** False, and nothing written, if the e-mail is taken. */
  create(account: NewAccount): Promise<boolean>;
  setSuspended(id: AccountId, suspended: boolean): Promise<void>;
  setLimit(id: AccountId, limitBytes: number): Promise<void>;
  setPasswordHash(id: AccountId, passwordHash: string): Promise<void>;
  /**
   * Holds room for an upload; false, and nothing written, if used + reserved would pass the account's limit or, for
   * a member of an organisation, its slice of the pool. One conditional update.
   */
  reserve(id: AccountId, sizeBytes: number): Promise<boolean>;
  release(id: AccountId, sizeBytes: number): Promise<void>;
  /**
   * Turns held room into used room: used += charge, reserved -= release. False, and nothing written, if that
   * would pass the limit or the slice; never refused when it takes no more room than it gives back.
   */
  settle(bill: AccountBill): Promise<boolean>;
  /** Null ends the membership; what is handed to it is the caller's to take from and to give to the pools. */
  setOrganisation(id: AccountId, to: Membership): Promise<void>;
  /**
   * Changes what a member of this organisation holds of its pool. False, and nothing written, if it is no member of
   * it, or would be left with less than it uses and holds for uploads.
   */
  resizeSlice(change: {
    readonly accountId: AccountId;
    readonly organisationId: OrganisationId;
    readonly byBytes: number;
  }): Promise<boolean>;
}

export interface AccountBill {
  readonly accountId: AccountId;
  /** Newly stored, or taken over with a library; negative for what was handed on. */
  readonly chargeBytes: number;
  /** Of what was held for uploads. */
  readonly releaseBytes: number;
}
export type Membership = Pick<AccountRow, 'organisationId' | 'sliceBytes'>;

export interface DeviceRow extends SessionEnd {
  readonly deviceId: DeviceId;
  readonly accountId: AccountId;
  readonly name: string;
  readonly createdAtMs: number;
  /** Null: it has not been heard of since its sign-in. */
  readonly lastSeenAtMs: number | null;
  /** Null: it may speak for its account. */
  readonly revokedAtMs: number | null;
  /** Null: not revoked, or because somebody wanted it, or because its time was over. */
  readonly revokedWhy: RevokedWhy | null;
  /** When its current token was first used; null: not yet, as far as is known. */
  readonly tokenUsedAtMs: number | null;
}
/** `copied`: a token was used whose place another one had taken, so that two have it. */
export type RevokedWhy = 'copied';

export interface NewDevice extends SessionEnd {
  readonly deviceId: DeviceId;
  readonly accountId: AccountId;
  readonly name: string;
  /** SHA-256 of the token, 64 hex digits; unique. */
  readonly tokenHash: string;
  readonly createdAtMs: number;
}

export interface TokenHolder {
  readonly device: DeviceRow;
  readonly account: AccountRow;
  /** What the token that was looked up is to the device now. */
  readonly standing: TokenStanding;
  /** Of the device's current token, SHA-256 as 64 hex digits. */
  readonly currentHash: string;
}
export interface TokenSwap {
  readonly deviceId: DeviceId;
  /** Of the current token. */
  readonly fromHash: string;
  readonly toHash: string;
}

export interface DeviceReads {
  /**
   * The holder of a token, current or replaced, with its account; revoked, expired and suspended ones too: the caller
   * judges.
   */
  byTokenHash(tokenHash: string): Promise<TokenHolder | null>;
  /** When this token took the place of another one; null: it is the first, or not known. */
  tokenSinceMs(token: { readonly deviceId: DeviceId; readonly tokenHash: string }): Promise<number | null>;
  /** Those that are neither revoked nor expired by now, oldest first. */
  listFor(accountId: AccountId, nowMs: number): Promise<DeviceRow[]>;
}

export interface DeviceWrites extends DeviceReads {
  create(device: NewDevice): Promise<void>;
  /** False if the account has no such device, or it was revoked before. */
  revoke(device: {
    readonly accountId: AccountId;
    readonly deviceId: DeviceId;
    readonly atMs: number;
    readonly why: RevokedWhy | null;
  }): Promise<boolean>;
  /**
   * Another token takes the place of the current one, which becomes a replaced one; replaced ones of before
   * `forgetBeforeMs` are forgotten. False, and nothing written, if `fromHash` is not current any more, or the device is
   * revoked.
   */
  replaceToken(
    swap: TokenSwap & { readonly atMs: number; readonly forgetBeforeMs: number },
  ): Promise<boolean>;
  /**
   * The same where the current token was never used: nobody has it, so it is forgotten, and those that it replaced are
   * replaced by `toHash` now. False, and nothing written, if it was used meanwhile.
   */
  replaceUnusedToken(swap: TokenSwap): Promise<boolean>;
  /** Notes the first use of a current token; nothing if it is not current any more, or was used before. */
  noteTokenUsed(use: {
    readonly deviceId: DeviceId;
    readonly tokenHash: string;
    readonly atMs: number;
  }): Promise<void>;
  /** Revokes every device of the account but this one (null: all); how many that were. */
  revokeOthers(keep: {
    readonly accountId: AccountId;
    readonly deviceId: DeviceId | null;
    readonly atMs: number;
  }): Promise<number>;
  /** Revokes so many of those whose time is over; how many that were. */
  revokeExpired(nowMs: number, limit: number): Promise<number>;
  /** Lets a session last until then; it never ends earlier for it, and one that is revoked stays so. */
  extend(deviceId: DeviceId, expiresAtMs: number): Promise<void>;
  /** Writes at most once per hour and device, so that a busy device is no write load. */
  touch(deviceId: DeviceId, nowMs: number): Promise<void>;
}

export interface LibraryRow {
  readonly libraryId: LibraryId;
  readonly ownerId: AccountId;
  readonly name: string;
  readonly headSeq: number;
  readonly createdAtMs: number;
  readonly deleted: boolean;
  /** Of this library alone, beside its owner's; null: none. */
  readonly limitBytes: number | null;
  /** What its owner is charged for it. */
  readonly storedBytes: number;
  /** Held for open uploads into it. */
  readonly reservedBytes: number;
  /** Days that earlier contents are kept; 0: forever, null: as the server says. */
  readonly versionDays: number | null;
  /** The same of what was deleted. */
  readonly trashDays: number | null;
  /** Contents replaced by a change up to this one are not kept any more; null: none was ended yet. */
  readonly versionsEndedSeq: number | null;
  /** What was deleted by a change up to this one is not in the trash any more; null: none was ended yet. */
  readonly trashEndedSeq: number | null;
}
export type LibraryDays = Pick<LibraryRow, 'versionDays' | 'trashDays'>;
/** A library as one of its members sees it, with what it says of retention. */
export type MemberLibrary = Library & LibraryDays;
export interface Member {
  readonly accountId: AccountId;
  readonly email: string;
  readonly role: Role;
}

export interface LibraryReads {
  /** Deleted ones too. */
  byId(id: LibraryId): Promise<LibraryRow | null>;
  /** Null for everyone but members, and for everyone once the library is deleted. */
  roleOf(id: LibraryId, accountId: AccountId): Promise<Role | null>;
  /** All live ones the account is a member of, by name. */
  listFor(accountId: AccountId): Promise<MemberLibrary[]>;
  /** The owner first, then by e-mail. */
  members(id: LibraryId): Promise<Member[]>;
  /** Those of one owner in the order of their ids, deleted ones too. */
  ownedPage(from: {
    readonly ownerId: AccountId;
    readonly afterId: LibraryId | null;
    readonly limit: number;
  }): Promise<LibraryRow[]>;
  /** The live ones of an owner that have a limit of their own, by name; at most so many. */
  limited(ownerId: AccountId, limit: number): Promise<LibraryRow[]>;
}

export interface LibraryWrites extends LibraryReads {
  /** Makes the library and its owner's membership. `nameTaken`: that owner has a live one of that name. */
  create(library: {
    readonly libraryId: LibraryId;
    readonly ownerId: AccountId;
    readonly name: string;
    readonly createdAtMs: number;
  }): Promise<'made' | 'nameTaken'>;
  rename(id: LibraryId, name: string): Promise<'renamed' | 'nameTaken'>;
  /** Frees its name; the content stays until garbage is collected. */
  markDeleted(id: LibraryId, atMs: number): Promise<void>;
  /** Adds a member or changes a role; `owner` goes through `transfer` alone. */
  setMember(id: LibraryId, accountId: AccountId, role: Exclude<Role, 'owner'>): Promise<void>;
  /** False if there was no such member. The owner cannot be removed: that is a bug and asserts. */
  removeMember(id: LibraryId, accountId: AccountId): Promise<boolean>;
  /**
   * The new owner takes over the name; the old one becomes an editor. Who is charged for its bytes is a separate
   * step of the transaction.
   */
  transfer(id: LibraryId, newOwnerId: AccountId): Promise<'transferred' | 'nameTaken'>;
  setRetention(id: LibraryId, days: LibraryDays): Promise<void>;
  /** Null: no limit of its own. */
  setLimit(id: LibraryId, limitBytes: number | null): Promise<void>;
  /** Holds room for an upload into a live library; false if that would pass its limit. One conditional update. */
  reserve(id: LibraryId, sizeBytes: number): Promise<boolean>;
  release(id: LibraryId, sizeBytes: number): Promise<void>;
  /**
   * Counts newly stored bytes (negative: freed ones) and gives back held room: stored += charge, reserved -= release.
   * False, and nothing written, if that would pass its limit; never refused when it takes no more than it gives back.
   */
  settle(bill: {
    readonly libraryId: LibraryId;
    readonly chargeBytes: number;
    readonly releaseBytes: number;
  }): Promise<boolean>;
}
