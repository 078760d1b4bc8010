import type { AccountId, OrganisationId } from '@tidesync/shared/ids';
import type { AccountRow } from './store-people.ts';

export interface OrganisationRow {
  readonly organisationId: OrganisationId;
  /** As the administrator wrote it; unique, compared byte by byte. */
  readonly name: string;
  /** Of the pool that the members share. */
  readonly limitBytes: number;
  /** Sum of what its members hold of the pool. */
  readonly slicedBytes: number;
  readonly createdAtMs: number;
}
export type NewOrganisation = Omit<OrganisationRow, 'slicedBytes'>;

/** Sums over the members of an organisation. */
export interface MemberTotals {
  readonly members: number;
  readonly usedBytes: number;
  readonly reservedBytes: number;
  readonly sliceBytes: number;
}

/** In a transaction `byId` and `byName` lock the row, after every account that the transaction locks. */
export interface OrganisationReads {
  byId(id: OrganisationId): Promise<OrganisationRow | null>;
  byName(name: string): Promise<OrganisationRow | null>;
  /** In the order of their names; `afterName` null for the first page. */
  page(from: { readonly afterName: string | null; readonly limit: number }): Promise<OrganisationRow[]>;
  totals(id: OrganisationId): Promise<MemberTotals>;
  /** In the order of their ids. */
  members(from: {
    readonly organisationId: OrganisationId;
    readonly afterId: AccountId | null;
    readonly limit: number;
  }): Promise<AccountRow[]>;
}

export interface OrganisationWrites extends OrganisationReads {
  /** False, and nothing written, if the name is taken. */
  create(organisation: NewOrganisation): Promise<boolean>;
  setLimit(id: OrganisationId, limitBytes: number): Promise<void>;
  /** Hands out a part of the pool; false, and nothing written, if that would pass the limit. One conditional update. */
  take(id: OrganisationId, sizeBytes: number): Promise<boolean>;
  giveBack(id: OrganisationId, sizeBytes: number): Promise<void>;
  /** Only after `totals` said, on the locked row, that it has no member. */
  remove(id: OrganisationId): Promise<void>;
}
