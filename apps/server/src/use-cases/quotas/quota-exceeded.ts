import type { AccountId, OrganisationId } from '@tidesync/shared/ids';
import { Failure, fail } from '@tidesync/shared/problems';
import type { Reads } from '../../ports/store.ts';
import type { OrganisationRow } from '../../ports/store-organisations.ts';
import type { AccountRow, LibraryRow } from '../../ports/store-people.ts';

/** Refuses for want of room on the account that has to pay, with its numbers. */
export function failAccountFull(account: AccountRow, requestedBytes: number): never {
  const { usedBytes, reservedBytes, limitBytes } = account;
  fail({ reason: 'quotaExceeded', limit: 'account', usedBytes, reservedBytes, limitBytes, requestedBytes });
}

/** The same for a limit of the library's own. */
export function failLibraryFull(library: LibraryRow, requestedBytes: number): never {
  const { storedBytes: usedBytes, reservedBytes } = library;
  const limitBytes = library.limitBytes ?? 0;
  fail({ reason: 'quotaExceeded', limit: 'library', usedBytes, reservedBytes, limitBytes, requestedBytes });
}

/**
 * The pool has no part left that is large enough for this account's slice. Outside the transaction it may still be
 * gathered from what other members leave idle; to whom that does not help, it is `quotaExceeded`.
 */
export class PoolExhausted extends Failure {
  readonly accountId: AccountId;
  readonly organisationId: OrganisationId;
  /** What its slice would have to grow. */
  readonly shortBytes: number;

  private constructor(member: Member, numbers: Numbers) {
    super({ reason: 'quotaExceeded', limit: 'organisation', ...numbers });
    this.accountId = member.accountId;
    this.organisationId = member.organisationId;
    this.shortBytes = member.shortBytes;
  }

  static async of(reads: Reads, pool: OrganisationRow, asked: Asked): Promise<PoolExhausted> {
    const { organisationId, limitBytes } = pool;
    const { usedBytes, reservedBytes } = await reads.organisations.totals(organisationId);
    const { requestedBytes, ...member } = asked;
    const numbers = { usedBytes, reservedBytes, limitBytes, requestedBytes };
    return new PoolExhausted({ ...member, organisationId }, numbers);
  }
}
interface Member {
  readonly accountId: AccountId;
  readonly organisationId: OrganisationId;
  readonly shortBytes: number;
}
interface Asked {
  readonly accountId: AccountId;
  readonly shortBytes: number;
  readonly requestedBytes: number;
}
interface Numbers {
  readonly usedBytes: number;
  readonly reservedBytes: number;
  readonly limitBytes: number;
  readonly requestedBytes: number;
}
