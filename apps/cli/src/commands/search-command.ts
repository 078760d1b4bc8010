import path from 'node:path';
import { formatBytes } from '@tidesync/shared/format';
import type { EntryId } from '@tidesync/shared/ids';
import { entryId } from '@tidesync/shared/ids';
import { limits } from '@tidesync/shared/limits';
import type { EntryState } from '@tidesync/shared/wire/entries';
import type { Library } from '@tidesync/shared/wire/people';
import type { Command } from 'commander';
import type { AccountServer } from '../account-server.ts';
import type { CliContext, CommandHost } from '../cli-context.ts';
import { UsageError } from '../exit-codes.ts';
import type { Where } from '../library-choice.ts';
import { findLibraries } from '../library-choice.ts';
import { table } from '../table.ts';

interface SearchOptions {
  readonly library?: string;
  readonly limit: string;
}
const SHOWN_DEFAULT = 200;
const SHOWN_MAX = 10_000;

const HELP = `
Looks through the names on the server, so it finds what is left out on this device, too. A name has to hold all words,
whatever the case. What is nowhere is no error: the answer is then empty.`;

export function addSearchCommand(program: Command, host: CommandHost): void {
  program
    .command('search')
    .description('find files and folders by words of their names')
    .argument('<term...>', 'words, which a name has to hold all')
    .option('--library <name>', 'only that library (default: those of the synced folders)')
    .option('--limit <n>', 'at most that many', String(SHOWN_DEFAULT))
    .addHelpText('after', HELP)
    .action((terms: string[], options: SearchOptions, command: Command) =>
      host.run(command, (context) => search(context, terms.join(' ').trim(), options)),
    );
}

async function search(context: CliContext, text: string, options: SearchOptions): Promise<undefined> {
  if (text === '' || text.length > limits.searchTextCharsMax)
    throw new UsageError(`Give words of ${limits.searchTextCharsMax} characters at most.`);
  const limit = Number(options.limit);
  if (!Number.isInteger(limit) || limit < 1 || limit > SHOWN_MAX)
    throw new UsageError(`--limit is a number from 1 to ${SHOWN_MAX}.`);
  const { items, more } = await context.access.useServer(async (server) => {
    const where = await findLibraries(context, server, options);
    const found: ReturnType<typeof shownItem>[] = [];
    let more = false;
    for (const library of where.libraries) {
      const some = await searchLibrary(server, library, { text, limit: limit - found.length });
      found.push(...some.items.map((item) => shownItem(where, library, item)));
      more ||= some.more;
    }
    return { items: found, more };
  });
  const rows = items.map(({ library, kind, sizeBytes, ...item }) => [
    sizeBytes === null ? '-' : formatBytes(sizeBytes),
    library,
    item.path + (kind === 'folder' ? '/' : ''),
  ]);
  context.out.result({ items, more }, rows.length === 0 ? ['No name holds that.'] : table(rows));
  if (more) context.out.say('There may be more: --limit shows them.');
  return undefined;
}

interface Wanted {
  readonly text: string;
  /** 0: only whether there may be any. */
  readonly limit: number;
}
interface Found {
  readonly state: EntryState;
  readonly path: string;
}

/** `more`: not all of the library was looked at. */
async function searchLibrary(server: AccountServer, { libraryId }: Library, { text, limit }: Wanted) {
  const items: Found[] = [];
  let pageToken: EntryId | null = null;
  while (items.length < limit) {
    const page = await server.search(libraryId, text, pageToken);
    items.push(...page.items);
    if (page.nextPageToken === null) return { items: items.slice(0, limit), more: items.length > limit };
    pageToken = entryId.parse(page.nextPageToken);
  }
  return { items: items.slice(0, limit), more: true };
}

function shownItem({ roots }: Where, { libraryId, name }: Library, { state, path: below }: Found) {
  const root = roots.find((one) => one.libraryId === libraryId);
  return {
    library: name,
    libraryId,
    entryId: state.entryId,
    path: below,
    kind: state.kind,
    sizeBytes: state.kind === 'file' ? state.sizeBytes : null,
    mtimeMs: state.mtimeMs,
    /** Where it is on this device, unless it is left out; null: its library is in no folder here. */
    localPath: root === undefined ? null : path.join(root.path, below),
  };
}
