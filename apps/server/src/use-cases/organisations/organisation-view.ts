import { fail } from '@tidesync/shared/problems';
import type { Organisation } from '@tidesync/shared/wire/quotas';
import type { Reads } from '../../ports/store.ts';
import type { OrganisationRow } from '../../ports/store-organisations.ts';

/** An organisation with the sums over its members. */
export async function organisationView(reads: Reads, row: OrganisationRow): Promise<Organisation> {
  const { members, usedBytes, reservedBytes } = await reads.organisations.totals(row.organisationId);
  return { ...row, members, usedBytes, reservedBytes };
}

/** Errors: `organisationMissing`. */
export async function organisationByName(reads: Reads, name: string): Promise<OrganisationRow> {
  return (
    (await reads.organisations.byName(name)) ?? fail({ reason: 'organisationMissing', organisation: name })
  );
}
