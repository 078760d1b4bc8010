import type { AccountId, LibraryId, OrganisationId, UploadId } from '@tidesync/shared/ids';
import { limits } from '@tidesync/shared/limits';
import type { QuotaDrift, QuotaRecount } from '@tidesync/shared/wire/quotas';
import type { ServerPorts } from '../../ports/server-ports.ts';
import type { Actor } from '../audit/record.ts';
import { record } from '../audit/record.ts';
import { recountAccount, recountOrganisation } from './recount-accounts.ts';
import { recountLibrary, recountUpload } from './recount-libraries.ts';
import type { Recount } from './recount-step.ts';

type Ports = Pick<ServerPorts, 'store' | 'clock' | 'random'>;

const IDS_PER_LOOK = 500;
const DAY_MS = 24 * 3_600_000;

/**
 * Counts every quota again from what it is made of, repairs what has drifted and writes a line of the audit for each
 * repair; a dry run only says. It goes upload by upload, library by library, account by account and organisation by
 * organisation, each in a transaction that locks the row it judges, so it is right while uploads run.
 * Errors: `busy`, `databaseUnavailable`; what was repaired until then stays so.
 */
export async function recountQuotas(
  ports: Ports,
  { actor, dryRun }: { readonly actor: Actor; readonly dryRun: boolean },
): Promise<QuotaRecount> {
  const run: Recount = { ...ports, actor, dryRun, unrepaired: new Map() };
  const { recount } = ports.store.read;
  const found: QuotaDrift[] = [];
  let driftsFound = 0;
  const note = (drifts: readonly QuotaDrift[]) => {
    driftsFound += drifts.length;
    found.push(...drifts.slice(0, limits.recountDriftsShownMax - found.length));
  };
  const counts = { uploads: 0, libraries: 0, accounts: 0, organisations: 0 };
  for await (const libraryId of each<LibraryId>((page) => recount.libraryIds(page))) {
    for await (const uploadId of each<UploadId>((page) => recount.openUploads({ ...page, libraryId }))) {
      note(await recountUpload(run, uploadId));
      counts.uploads++;
    }
    note(await recountLibrary(run, libraryId));
    counts.libraries++;
  }
  for await (const accountId of each<AccountId>((page) => recount.accountIds(page))) {
    note(await recountAccount(run, accountId));
    counts.accounts++;
  }
  for await (const organisationId of each<OrganisationId>((page) => recount.organisationIds(page))) {
    note(await recountOrganisation(run, organisationId));
    counts.organisations++;
  }
  const result = { dryRun, ...counts, driftsFound, drifts: found };
  if (!dryRun) await recordRun(ports, actor, result);
  return result;
}

/** As a background job: once a day, however often servers start. Null: it was done already. */
export async function recountQuotasIfDue(ports: Ports): Promise<QuotaRecount | null> {
  const sinceMs = ports.clock.nowMs() - DAY_MS;
  const last = await ports.store.read.audit.latest('quotasRecounted', sinceMs);
  return last === null ? recountQuotas(ports, { actor: 'server', dryRun: false }) : null;
}

async function recordRun(ports: Ports, actor: Actor, result: QuotaRecount): Promise<void> {
  const { uploads, libraries, accounts, organisations, driftsFound } = result;
  const details = { uploads, libraries, accounts, organisations, driftsFound };
  await ports.store.transact((tx) =>
    record(tx, ports, { actor, action: 'quotasRecounted', target: 'quotas', details }),
  );
}

type Look<Id> = (page: { readonly afterId: Id | null; readonly limit: number }) => Promise<Id[]>;

async function* each<Id>(look: Look<Id>): AsyncGenerator<Id> {
  let afterId: Id | null = null;
  for (;;) {
    const ids: Id[] = await look({ afterId, limit: IDS_PER_LOOK });
    yield* ids;
    if (ids.length < IDS_PER_LOOK) return;
    afterId = ids.at(-1) ?? null;
  }
}
