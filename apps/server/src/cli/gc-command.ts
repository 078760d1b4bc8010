import { formatBytes } from '@tidesync/shared/format';
import type { LibraryId } from '@tidesync/shared/ids';
import type { Collection } from '@tidesync/shared/wire/admin';
import type { Command } from 'commander';
import { collectPlace } from '../compose-garbage.ts';
import type { CliIo } from './cli-io.ts';
import { stopOnSignal } from './long-work.ts';
import { ownPlace, PLACE_SETTINGS } from './move-flags.ts';
import { counted } from './move-progress-line.ts';
import { parseLibraryId } from './quota-command.ts';
import type { Flags } from './setting-flags.ts';
import { addSettingFlags } from './setting-flags.ts';

const HOW = `
Servers do this by themselves every six hours. It ends versions and trash whose time is over and frees what nothing
needs any more: first it condemns, three days later it frees, and some days after that the objects go. It may run beside
servers, and be stopped at any time. A library with a damaged pack is left alone.

Exit code 1 if a library was left alone for damage, or it was stopped.`;

/** `tidesync-server gc`: a collection of garbage by hand, or what one would do. */
export function addGcCommand(program: Command, io: CliIo): void {
  const command = program
    .command('gc')
    .description('end what is over, and free what nothing needs any more')
    .option('--dry-run', 'only say what would be done')
    .option('--library <id>', 'this library alone; `quota libraries` lists them', parseLibraryId)
    .option('--json', 'answer as JSON');
  addSettingFlags(command, PLACE_SETTINGS)
    .addHelpText('after', HOW)
    .action(async (flags: Flags) => {
      const { library: libraryId = null } = flags as { library?: LibraryId };
      const stop = stopOnSignal();
      const dryRun = flags.dryRun === true;
      const options = { libraryId, dryRun, actor: 'command', untilMs: null, signal: stop.signal } as const;
      const done = await collectPlace(ownPlace(flags, io), options).finally(() => stop.forget());
      if (flags.json === true) io.say(JSON.stringify(done));
      else for (const line of collectionLines(done)) io.say(line);
      if (!done.finished || done.librariesDamaged > 0) io.setExitCode(1);
    });
}

function collectionLines(done: Collection): string[] {
  const { dryRun, finished, librariesDamaged, chunksRevived } = done;
  const lines = [
    `Looked at ${some(done.libraries, 'library', 'libraries')}${dryRun ? '. This would be done:' : '.'}`,
    `  over: ${some(done.trashEnded, 'deleted entry', 'deleted entries')}, ` +
      `${some(done.contentsDropped, 'content', 'contents')} that nothing refers to`,
    `  condemned: ${some(done.chunksCondemned, 'chunk', 'chunks')}, ${formatBytes(done.condemnedBytes)}`,
    `  freed: ${some(done.chunksFreed, 'chunk', 'chunks')}, ${formatBytes(done.freedBytes)} of quotas`,
    `  deleted: ${some(done.packsDeleted, 'object', 'objects')}, ${formatBytes(done.deletedBytes)}`,
  ];
  if (chunksRevived > 0) lines.push(`  needed after all: ${some(chunksRevived, 'chunk', 'chunks')}`);
  if (librariesDamaged > 0) {
    const left = some(librariesDamaged, 'library', 'libraries');
    lines.push(`Left alone, as packs in them are damaged: ${left}. \`verify\` names the files.`);
  }
  if (!finished) lines.push('It was stopped before its end. The next one goes on.');
  return lines;
}

function some(count: number, one: string, many: string): string {
  return `${counted(count)} ${count === 1 ? one : many}`;
}
