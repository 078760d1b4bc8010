import { shownTime } from '@tidesync/engine/core/sentences';
import { fail } from '@tidesync/shared/problems';
import type { Batch, BatchOperation, BatchUndone } from '@tidesync/shared/wire/batches';
import type { HeldBatch } from '@tidesync/shared/wire/engine';
import type { Library } from '@tidesync/shared/wire/people';
import type { Command } from 'commander';
import type { AccountServer } from '../account-server.ts';
import { batchName, libraryOfBatch, parseBatchName } from '../batch-names.ts';
import type { CliContext, CommandHost } from '../cli-context.ts';
import type { ExitCode } from '../exit-codes.ts';
import { exitCodes, UsageError } from '../exit-codes.ts';
import { chooseLibrary } from '../library-choice.ts';
import { table } from '../table.ts';

interface ListOptions {
  readonly library?: string;
  readonly limit: string;
}
const ID_HELP = 'as `tidesync batches` shows it';
const SHOWN_DEFAULT = '20';
const SHOWN_MAX = 1_000;
const NOT_UNDONE_SHOWN = 50;

export function addBatchCommands(program: Command, host: CommandHost): void {
  const batches = program
    .command('batches')
    .description('what every device sent, deletes that wait for your yes, and how to undo')
    .option('--library <name>', 'only that library (default: those of the synced folders)')
    .option('--limit <n>', 'how many of each library', SHOWN_DEFAULT)
    .action((options: ListOptions, command: Command) =>
      host.run(command, (context) => list(context, options)),
    );
  const withId = (name: string, description: string, work: (context: CliContext, id: string) => Work) =>
    batches
      .command(name)
      .description(description)
      .argument('<id>', ID_HELP)
      .action((id: string, _options, command: Command) => host.run(command, (context) => work(context, id)));
  withId('show', 'show what a batch did, or would delete', show);
  withId('approve', 'let deletes that wait for a yes go on', approve);
  withId('undo', 'undo a batch on all devices, or bring back what waits for a yes', undo);
}

type Work = Promise<ExitCode | undefined>;

async function list(context: CliContext, options: ListOptions): Work {
  const limit = Number(options.limit);
  if (!Number.isInteger(limit) || limit < 1 || limit > SHOWN_MAX)
    throw new UsageError(`"${options.limit}" is no number from 1 to ${SHOWN_MAX}.`);
  const { roots, held } = await context.access.use(async ({ face }) => ({
    roots: (await face.status()).roots,
    held: await face.heldBatches(),
  }));
  const found = await context.access.useServer(async (server) => {
    const all = await server.libraries();
    const bound = all.filter((library) => roots.some((root) => root.libraryId === library.libraryId));
    const some = bound.length > 0 ? bound : all;
    const libraries = options.library === undefined ? some : [chooseLibrary(all, options.library)];
    return Promise.all(
      libraries.map(async (library) => ({ library, batches: await readBatches(server, library, limit) })),
    );
  });
  const shownHeld = held.filter((one) => found.some(({ library }) => library.libraryId === one.libraryId));
  const batches = found
    .flatMap(({ library, batches }) => batches.map((batch) => shownBatch(library, batch)))
    .sort((a, b) => b.atMs - a.atMs);
  const rows = [...shownHeld.map(heldRow), ...batches.map(batchRow)];
  context.out.result(
    { held: shownHeld, batches },
    rows.length === 0 ? ['Nothing was sent so far.'] : table(rows),
  );
  if (shownHeld.length > 0) context.out.say(HELD_ADVICE);
  return undefined;
}

const HELD_ADVICE =
  'Deletes that are held: `tidesync batches approve ID` lets them go on, `tidesync batches undo ID` brings ' +
  'the files back.';

async function readBatches(server: AccountServer, { libraryId }: Library, limit: number): Promise<Batch[]> {
  const found: Batch[] = [];
  let beforeSeq: number | null = null;
  do {
    const page = await server.batches(libraryId, beforeSeq);
    found.push(...page.batches);
    beforeSeq = page.nextBeforeSeq;
  } while (beforeSeq !== null && found.length < limit);
  return found.slice(0, limit);
}

function shownBatch({ libraryId, name }: Library, batch: Batch) {
  const { firstSeq, undoneBy, ...rest } = batch;
  return {
    batchId: batchName(libraryId, firstSeq),
    library: name,
    libraryId,
    ...rest,
    undoneBy: undoneBy === null ? null : batchName(libraryId, undoneBy),
  };
}
type ShownBatch = ReturnType<typeof shownBatch>;

function batchRow(batch: ShownBatch): string[] {
  const { batchId, library, atMs, device, undoneBy } = batch;
  const undone = undoneBy === null ? '' : ` (undone by ${undoneBy})`;
  return [batchId, shownTime(atMs), device?.name ?? 'a former device', library, didWords(batch) + undone];
}

function heldRow({ batchId, sinceMs, libraryName, files, folders, path }: HeldBatch): string[] {
  const since = sinceMs === null ? '' : shownTime(sinceMs);
  const inside = folders === 0 ? '' : ` and ${folders} folders`;
  return [
    batchId,
    since,
    'this device',
    libraryName,
    `HELD: deletes of ${files} files${inside} in ${path} wait`,
  ];
}

function didWords(batch: Pick<Batch, 'created' | 'edited' | 'moved' | 'attributes' | 'deleted'>): string {
  const { created, edited, moved, attributes, deleted } = batch;
  const words = Object.entries({ created, edited, moved, deleted, 'with new attributes': attributes });
  return words.flatMap(([word, count]) => (count === 0 ? [] : [`${count} ${word}`])).join(', ');
}

async function show(context: CliContext, id: string): Work {
  const named = parseBatchName(id);
  if (named.is === 'held') {
    const held = await context.access.use(({ face }) => face.heldBatch(named.batchId));
    const more = held.files + held.folders - held.paths.length;
    const lines = [heldRow(held).join('  '), ...held.paths.map((path) => `  delete  ${path}`)];
    context.out.result({ held }, more > 0 ? [...lines, `  … and ${more} more`] : lines);
    context.out.say(HELD_ADVICE);
    return undefined;
  }
  const { batch, operations } = await context.access.useServer(async (server) => {
    const library = libraryOfBatch(await server.libraries(), id, named.libraryStart);
    const { libraryId } = library;
    const found: BatchOperation[] = [];
    let page = await server.batch(libraryId, named.firstSeq, 0);
    found.push(...page.operations);
    while (page.nextAfterSeq !== null) {
      page = await server.batch(libraryId, named.firstSeq, page.nextAfterSeq);
      found.push(...page.operations);
    }
    return { batch: shownBatch(library, page.batch), operations: found };
  });
  const lines = table(operations.map((one) => [`  ${one.did}`, pathWords(one)]));
  context.out.result({ batch, operations }, [batchRow(batch).join('  '), ...lines]);
  return undefined;
}

function pathWords({ kind, path, pathBefore }: BatchOperation): string {
  const end = kind === 'folder' ? '/' : '';
  return pathBefore === null ? path + end : `${pathBefore}${end} → ${path}${end}`;
}

async function approve(context: CliContext, id: string): Work {
  const named = parseBatchName(id);
  if (named.is !== 'held') fail({ reason: 'batchNotHeld', batch: id });
  const { held, runs } = await context.access.use(async ({ face, runs }) => ({
    held: await face.approveHeld(named.batchId),
    runs,
  }));
  context.out.result({ approved: held }, [
    `The deletes of ${held.files} files in ${held.path} go on. For 30 days \`tidesync batches undo\` brings them back.`,
  ]);
  sayNext(context, runs);
  return undefined;
}

function sayNext(context: CliContext, runs: 'elsewhere' | 'here'): void {
  if (runs === 'here') context.out.say('It happens with the next `tidesync serve` or `tidesync sync`.');
}

async function undo(context: CliContext, id: string): Work {
  const named = parseBatchName(id);
  if (named.is === 'held') {
    const { held, runs } = await context.access.use(async ({ face, runs }) => ({
      held: await face.undoHeld(named.batchId),
      runs,
    }));
    context.out.result({ undone: held.files, held, notUndone: [] }, [
      `${held.files} files come back into ${held.path}.`,
    ]);
    sayNext(context, runs);
    return undefined;
  }
  const { undone, notUndone } = await context.access.useServer(async (server) => {
    const { libraryId } = libraryOfBatch(await server.libraries(), id, named.libraryStart);
    return undoAll(context, (beforeSeq) => server.undoBatch(libraryId, named.firstSeq, beforeSeq));
  });
  const left = notUndone
    .slice(0, NOT_UNDONE_SHOWN)
    .map(({ path, reason }) => `Not undone: ${path} (${REASONS[reason]})`);
  const more = notUndone.length - left.length;
  context.out.result({ undone, notUndone }, [
    `${undone} operations are undone.`,
    ...left,
    ...(more > 0 ? [`… and ${more} more`] : []),
  ]);
  context.out.say('Every device gets it with its next sync.');
  return notUndone.length > 0 ? exitCodes.attention : undefined;
}

const REASONS: Record<BatchUndone['notUndone'][number]['reason'], string> = {
  changed: 'somebody changed it since',
  nameTaken: 'something else has its name now',
  folderGone: 'the folder that it was in is deleted',
  notEmpty: 'something else was put into it',
  expired: 'what it was before is not kept any more',
  cycle: 'the folder that it was in lies inside it now',
  tooDeep: 'the folder that it was in lies too deep now',
};

async function undoAll(context: CliContext, part: (beforeSeq: number | null) => Promise<BatchUndone>) {
  const notUndone = new Map<string, BatchUndone['notUndone'][number]>();
  let answer = await part(null);
  let undone = 0;
  for (;;) {
    undone += answer.undone;
    for (const one of answer.notUndone) notUndone.set(one.entryId, one);
    if (answer.nextBeforeSeq === null) return { undone, notUndone: [...notUndone.values()] };
    context.out.say(`${undone} so far. Going on …`);
    answer = await part(answer.nextBeforeSeq);
  }
}
