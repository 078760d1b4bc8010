import { formatBytes } from '@tidesync/shared/format';
import type { LibraryId } from '@tidesync/shared/ids';
import { libraryId as libraryIdSchema } from '@tidesync/shared/ids';
import type { AdminLibrary, QuotaDrift, QuotaRecount } from '@tidesync/shared/wire/quotas';
import type { Command } from 'commander';
import { InvalidArgumentError } from 'commander';
import { readDefaultQuota, setDefaultQuota } from '../use-cases/admin/default-quota.ts';
import { listLibrariesOf, setLibraryLimit } from '../use-cases/admin/library-limits.ts';
import { recountAsAdmin } from '../use-cases/quotas/recount-as-admin.ts';
import type { CliIo } from './cli-io.ts';
import type { JsonFlag, WithData } from './with-data.ts';
import { administrator, allPages, answer, dataOf, parseEmail, parseSize } from './with-data.ts';

interface RecountFlags extends JsonFlag {
  readonly dryRun?: true;
}

/** `tidesync-server quota …`: limits of libraries, and whether the numbers are right. */
export function addQuotaCommand(program: Command, io: CliIo): void {
  const quota = program
    .command('quota')
    .description('limits of libraries and the recount, beside a running server too');
  const withData = dataOf(quota, io);
  quota
    .command('recount')
    .description('count what is stored and reserved again, and repair what has drifted')
    .option('--dry-run', 'repair nothing; exit code 1 if anything is wrong')
    .option('--json', 'answer as JSON')
    .action(async (flags: RecountFlags) => {
      const dryRun = flags.dryRun === true;
      const result = await withData((ports) => recountAsAdmin(ports, administrator, { dryRun }));
      answer({ io, flags }, result, recountLines(result));
      if (dryRun && result.driftsFound > 0) io.setExitCode(1);
    });
  addDefault(quota, { io, withData });
  quota
    .command('libraries')
    .description('list the libraries of an account, with their ids and limits')
    .argument('<email>', 'whose', parseEmail)
    .option('--json', 'answer as JSON')
    .action(async (email: string, flags: JsonFlag) => {
      const libraries = await withData((ports) =>
        allPages(
          (page) => listLibrariesOf(ports, administrator, { email, ...page }),
          (page) => page.libraries,
        ),
      );
      const none = libraries.length === 0 ? [`${email} owns no library.`] : [];
      answer({ io, flags }, { libraries }, [...none, ...libraries.map(libraryLine)]);
    });
  quota
    .command('library')
    .description('set the limit of one library')
    .argument('<id>', 'which; `quota libraries` lists them', parseLibraryId)
    .argument('<size>', 'for example 20GB, or `none`', (text: string) =>
      text === 'none' ? null : parseSize(text),
    )
    .option('--json', 'answer as JSON')
    .action(async (libraryId: LibraryId, limitBytes: number | null, flags: JsonFlag) => {
      const set = await withData((ports) => setLibraryLimit(ports, administrator, { libraryId, limitBytes }));
      const may = limitBytes === null ? 'has no limit of its own' : `may store ${formatBytes(limitBytes)}`;
      answer({ io, flags }, set, [`The library "${set.name}" ${may} now.`]);
    });
}

function addDefault(quota: Command, { io, withData }: { io: CliIo; withData: WithData }): void {
  quota
    .command('default')
    .description('show or set what new accounts get on all servers')
    .argument('[size]', 'for example 20GB, or `configured` for what DEFAULT_QUOTA says', (text: string) =>
      text === 'configured' ? null : parseSize(text),
    )
    .option('--json', 'answer as JSON')
    .action(async (limitBytes: number | null | undefined, flags: JsonFlag) => {
      const now = await withData((ports) =>
        limitBytes === undefined
          ? readDefaultQuota(ports, administrator)
          : setDefaultQuota(ports, administrator, { limitBytes }),
      );
      const why = now.chosen ? 'chosen by an administrator' : 'as the settings say';
      answer({ io, flags }, now, [`New accounts get ${formatBytes(now.limitBytes)}, ${why}.`]);
    });
}

function recountLines({ dryRun, driftsFound, drifts, ...counts }: QuotaRecount): string[] {
  const { uploads, libraries, accounts, organisations } = counts;
  const through = `${uploads} uploads, ${libraries} libraries, ${accounts} accounts, ${organisations} organisations`;
  const verdict =
    driftsFound === 0 ? 'all is right' : `${driftsFound} numbers ${dryRun ? 'are wrong' : 'were repaired'}`;
  return [`Counted ${through}: ${verdict}.`, ...drifts.map((one) => `  ${driftLine(one)}`)];
}

function driftLine({ what, id, field, foundBytes, countedBytes }: QuotaDrift): string {
  return `${what} ${id}: ${field} ${foundBytes}, counted ${countedBytes}`;
}

function libraryLine(library: AdminLibrary): string {
  const { libraryId, name, deleted, limitBytes, storedBytes, reservedBytes } = library;
  const of = limitBytes === null ? '' : ` of ${formatBytes(limitBytes)}`;
  const room = `${formatBytes(storedBytes)}${of} stored, ${formatBytes(reservedBytes)} reserved`;
  return `${libraryId}  ${name}  ${room}${deleted ? '  (deleted)' : ''}`;
}

export function parseLibraryId(text: string): LibraryId {
  const parsed = libraryIdSchema.safeParse(text);
  if (parsed.success) return parsed.data;
  throw new InvalidArgumentError('It is no id of a library. `quota libraries` lists them.');
}
