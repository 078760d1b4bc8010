import path from 'node:path';
import { shownTime } from '@tidesync/engine/core/sentences';
import { opId, uuidFromBytes } from '@tidesync/shared/ids';
import { fail } from '@tidesync/shared/problems';
import type { RootStatus } from '@tidesync/shared/wire/engine';
import type { Library } from '@tidesync/shared/wire/people';
import type { TrashPage } from '@tidesync/shared/wire/sync';
import type { Command } from 'commander';
import type { AccountServer } from '../account-server.ts';
import type { CliContext, CommandHost } from '../cli-context.ts';
import type { LibraryOption } from '../library-choice.ts';
import { findLibraries } from '../library-choice.ts';
import { table } from '../table.ts';

type TrashItem = TrashPage['items'][number];

export function addTrashCommands(program: Command, host: CommandHost): void {
  const trash = program.command('trash').description('what was deleted and can be restored');
  trash
    .command('list')
    .description('list deleted files and folders, newest first')
    .option('--library <name>', 'only that library (default: those of the synced folders)')
    .action((options: LibraryOption, command: Command) =>
      host.run(command, (context) => list(context, options)),
    );
  trash
    .command('restore')
    .description('bring deleted files and folders back to where they were')
    .argument('<path...>', 'paths or ids, as `trash list` shows them')
    .option('--library <name>', 'only that library (default: those of the synced folders)')
    .action((wanted: string[], options: LibraryOption, command: Command) =>
      host.run(command, (context) => restore(context, wanted, options)),
    );
}

async function readTrash(server: AccountServer, library: Library): Promise<TrashItem[]> {
  const items: TrashItem[] = [];
  let pageToken: string | null = null;
  do {
    const page: TrashPage = await server.trash(library.libraryId, pageToken);
    items.push(...page.items);
    pageToken = page.nextPageToken;
  } while (pageToken !== null);
  return items.sort((a, b) => b.deletedAtMs - a.deletedAtMs);
}

async function list(context: CliContext, options: LibraryOption): Promise<undefined> {
  const found = await context.access.useServer(async (server) => {
    const { libraries } = await findLibraries(context, server, options);
    return Promise.all(
      libraries.map(async (library) => ({ library, items: await readTrash(server, library) })),
    );
  });
  const items = found.flatMap(({ library, items }) => items.map((item) => shownItem(library, item)));
  const rows = items.map((item) => [
    item.path + (item.kind === 'folder' ? '/' : ''),
    item.library,
    `deleted ${shownTime(item.deletedAtMs)}${item.deletedBy === null ? '' : ` on ${item.deletedBy}`}`,
    item.expiresAtMs === null ? 'kept' : `kept until ${shownTime(item.expiresAtMs)}`,
  ]);
  context.out.result({ items }, rows.length === 0 ? ['The trash is empty.'] : table(rows));
  return undefined;
}

function shownItem(library: Library, item: TrashItem) {
  return {
    library: library.name,
    libraryId: library.libraryId,
    entryId: item.state.entryId,
    path: item.path,
    kind: item.state.kind,
    sizeBytes: item.state.kind === 'file' ? item.state.sizeBytes : null,
    deletedAtMs: item.deletedAtMs,
    deletedBy: item.deletedBy?.name ?? null,
    expiresAtMs: item.expiresAtMs,
  };
}

async function restore(
  context: CliContext,
  wanted: readonly string[],
  options: LibraryOption,
): Promise<undefined> {
  const { restored, unlisted } = await context.access.useServer(async (server) => {
    const where = await findLibraries(context, server, options);
    const trash = await Promise.all(
      where.libraries.map(async (library) => ({ library, items: await readTrash(server, library) })),
    );
    const chosen = wanted.map((one) => choose(context, { wanted: one, trash, roots: where.roots }));
    return restoreAll(context, server, chosen);
  });
  const lines = restored.map((one) => `Restored ${one.path} in "${one.library}".`);
  if (unlisted > 0) lines.push(`… and ${unlisted} more.`);
  context.out.result({ restored, unlisted }, lines);
  context.out.say('It comes back to every device with its next sync.');
  return undefined;
}

interface Chosen {
  readonly library: Library;
  readonly item: TrashItem;
}
interface Choice {
  readonly wanted: string;
  readonly trash: readonly { library: Library; items: readonly TrashItem[] }[];
  readonly roots: readonly RootStatus[];
}

/** By id, by its path in the library, or by the place on this disk where it was; of several the newest. */
function choose(context: CliContext, { wanted, trash, roots }: Choice): Chosen {
  const absolute = path.resolve(context.cwd, wanted);
  const bare = wanted.replace(/\/+$/, '');
  for (const { library, items } of trash) {
    const here = roots
      .filter((root) => root.libraryId === library.libraryId)
      .map((root) => path.relative(root.path, absolute).split(path.sep).join('/'));
    const item = items.find(
      (one) => one.state.entryId === wanted || one.path === bare || here.includes(one.path),
    );
    if (item !== undefined) return { library, item };
  }
  return fail({ reason: 'entryMissing', entry: `"${wanted}" in the trash` });
}

async function restoreAll(context: CliContext, server: AccountServer, chosen: readonly Chosen[]) {
  const restored: { library: string; entryId: string; path: string }[] = [];
  let unlisted = 0;
  for (const library of new Set(chosen.map((one) => one.library))) {
    const entryIds = chosen.filter((one) => one.library === library).map((one) => one.item.state.entryId);
    const operation = opId.parse(uuidFromBytes(context.random.bytes(16)));
    let answer = await server.restore(library.libraryId, operation, entryIds);
    while (answer.more) {
      context.out.say(`${answer.restoredCount} came back so far. Going on …`);
      answer = await server.restore(library.libraryId, operation, entryIds);
    }
    restored.push(...answer.restored.map((one) => ({ library: library.name, ...one })));
    unlisted += answer.restoredCount - answer.restored.length;
  }
  return { restored, unlisted };
}
