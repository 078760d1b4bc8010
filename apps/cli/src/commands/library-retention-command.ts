import type { LibraryRetention, RetentionDays } from '@tidesync/shared/wire/retention';
import { retentionDays } from '@tidesync/shared/wire/retention';
import type { Command } from 'commander';
import { InvalidArgumentError } from 'commander';
import type { CliContext, CommandHost } from '../cli-context.ts';
import { chooseLibrary } from '../library-choice.ts';

interface Flags {
  readonly versions?: RetentionDays | 'default';
  readonly trash?: RetentionDays | 'default';
}

/** `tidesync library retention`: how long the server keeps what is not in use any more. */
export function addLibraryRetention(library: Command, host: CommandHost): void {
  library
    .command('retention')
    .description('how long earlier versions and trash are kept, for all members; the owner may change it')
    .argument('<library>', 'name of an own library, or OWNER/NAME')
    .option('--versions <days>', 'from 1 to 3650, `forever`, or `default`: as the server says', parseDays)
    .option('--trash <days>', 'the same of what was deleted', parseDays)
    .action((reference: string, flags: Flags, command: Command) =>
      host.run(command, (context) => retention(context, reference, flags)),
    );
}

async function retention(context: CliContext, reference: string, flags: Flags): Promise<undefined> {
  const [versions, trash] = [stored(flags.versions), stored(flags.trash)];
  const answer = await context.access.useServer(async (server) => {
    const { libraryId } = chooseLibrary(await server.libraries(), reference);
    if (versions === undefined && trash === undefined) return server.retention(libraryId);
    return server.setRetention({ libraryId, versions, trash });
  });
  context.out.result(answer, linesOf(answer));
  return undefined;
}

function stored(said: Flags['trash']): RetentionDays | null | undefined {
  return said === 'default' ? null : said;
}

function linesOf({ versions, trash, own }: LibraryRetention): string[] {
  const line = (what: string, days: RetentionDays, isOwn: boolean) =>
    `${what}: ${days === 'forever' ? 'forever' : `${days} days`}${isOwn ? '' : ' (as the server says)'}`;
  return [
    line('Earlier versions', versions, own.versions !== null),
    line('Trash', trash, own.trash !== null),
  ];
}

function parseDays(text: string): RetentionDays | 'default' {
  if (text === 'default') return text;
  const parsed = retentionDays.safeParse(text === 'forever' ? text : Number(text));
  if (parsed.success) return parsed.data;
  throw new InvalidArgumentError('Write days from 1 to 3650, `forever` or `default`.');
}
