import type { LibraryId } from '@tidesync/shared/ids';
import type { LibraryRetention, RetentionDays } from '@tidesync/shared/wire/retention';
import { retentionDays } from '@tidesync/shared/wire/retention';
import type { Command } from 'commander';
import { InvalidArgumentError } from 'commander';
import { readRetention, setRetention } from '../use-cases/libraries/library-retention.ts';
import type { CliIo } from './cli-io.ts';
import { parseLibraryId } from './quota-command.ts';
import type { JsonFlag } from './with-data.ts';
import { administrator, answer, dataOf } from './with-data.ts';

/** `default`: what the server says. */
type Days = RetentionDays | 'default';

interface SetFlags extends JsonFlag {
  readonly versions?: Days;
  readonly trash?: Days;
}

/** `tidesync-server retention …`: how long a library keeps versions and trash. */
export function addRetentionCommand(program: Command, io: CliIo): void {
  const retention = program
    .command('retention')
    .description('how long a library keeps versions and trash, beside a running server too');
  const withData = dataOf(retention, io);
  retention
    .command('show')
    .description('say it for one library')
    .argument('<id>', 'which; `quota libraries` lists them', parseLibraryId)
    .option('--json', 'answer as JSON')
    .action(async (libraryId: LibraryId, flags: JsonFlag) => {
      const shown = await withData((ports) => readRetention(ports, administrator, { libraryId }));
      answer({ io, flags }, shown, linesOf(shown));
    });
  retention
    .command('set')
    .description('set it for one library; what is over by that ends at the next collection')
    .argument('<id>', 'which; `quota libraries` lists them', parseLibraryId)
    .option('--versions <days>', 'from 1 to 3650, `forever`, or `default`: as the server says', parseDays)
    .option('--trash <days>', 'the same of what was deleted', parseDays)
    .option('--json', 'answer as JSON')
    .action(async (libraryId: LibraryId, flags: SetFlags) => {
      const days = (said: Days | undefined) => (said === 'default' ? null : said);
      const [versions, trash] = [days(flags.versions), days(flags.trash)];
      const set = await withData((ports) =>
        setRetention(ports, administrator, { libraryId, versions, trash }),
      );
      answer({ io, flags }, set, linesOf(set));
    });
}

function linesOf({ versions, trash, own }: LibraryRetention): string[] {
  const line = (what: string, days: RetentionDays, isOwn: boolean) =>
    `${what}: ${days === 'forever' ? 'forever' : `${days} days`}${isOwn ? '' : ' (as the server says)'}`;
  return [line('Versions', versions, own.versions !== null), line('Trash', trash, own.trash !== null)];
}

function parseDays(text: string): Days {
  if (text === 'default') return text;
  const parsed = retentionDays.safeParse(text === 'forever' ? text : Number(text));
  if (parsed.success) return parsed.data;
  throw new InvalidArgumentError('Write days from 1 to 3650, `forever` or `default`.');
}
