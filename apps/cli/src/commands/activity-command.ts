import path from 'node:path';
import { shownTime } from '@tidesync/engine/core/sentences';
import type { EngineFace } from '@tidesync/engine/local-api/engine-face';
import type {
  ActivityFilter,
  ActivityFormat,
  ActivityGroup,
  ActivityRow,
} from '@tidesync/shared/activity-list';
import {
  ACTIVITY_FORMATS,
  ACTIVITY_GROUP_NAMES,
  activityFile,
  activityRows,
} from '@tidesync/shared/activity-list';
import { fail } from '@tidesync/shared/problems';
import type { Command } from 'commander';
import { Option } from 'commander';
import type { CliContext, CommandHost } from '../cli-context.ts';
import { parseDurationMs } from '../durations.ts';
import type { ExitCode } from '../exit-codes.ts';
import { exitCodes, UsageError } from '../exit-codes.ts';
import { table } from '../table.ts';

const SHOWN_DEFAULT = 50;
const READ_MAX = 10_000;
/** Lines that may come between two looks. */
const FOLLOWED_MAX = 1_000;

interface ActivityOptions {
  readonly limit: string;
  readonly follow?: true;
  readonly kind?: ActivityGroup;
  readonly folder?: string;
  readonly since?: string;
  readonly find?: string;
  readonly as?: ActivityFormat;
}

/** What was done on this device, and when no engine ran. */
export function addActivityCommand(program: Command, host: CommandHost): void {
  program
    .command('activity')
    .description('show what was synced last, newest first, and when no engine ran')
    .option('--limit <n>', 'at most that many lines', String(SHOWN_DEFAULT))
    .option('--follow', 'then each new line as it comes, until Ctrl-C (with --json one document a line)')
    .addOption(new Option('--kind <kind>', 'only of that kind').choices(ACTIVITY_GROUP_NAMES))
    .option('--folder <path>', 'only in that synced folder')
    .option('--since <time>', 'only since then: 90s, 30m, 2h, 1d ago, or a time like 2026-11-28T14:05')
    .option('--find <text>', 'only paths that hold that text')
    .addOption(new Option('--as <format>', 'rows for other programs, times in UTC').choices(ACTIVITY_FORMATS))
    .action((options: ActivityOptions, command: Command) =>
      host.run(command, (context) => activity(context, options)),
    );
}

async function activity(context: CliContext, options: ActivityOptions): Promise<ExitCode | undefined> {
  const limit = Number(options.limit);
  if (!(Number.isInteger(limit) && limit >= 1 && limit <= READ_MAX)) {
    throw new UsageError(`--limit is a number from 1 to ${READ_MAX}.`);
  }
  if (options.follow === true && options.as !== undefined)
    throw new UsageError('Say either --follow or --as.');
  const sinceMs = sinceOf(options.since, context.clock.nowMs());
  if (options.follow === true) {
    const face = (await context.access.running()) ?? fail({ reason: 'engineDown' });
    return follow(context, { face, limit, filter: await filterOf(context, face, { ...options, sinceMs }) });
  }
  return context.access.use(async ({ face }) => {
    const filter = await filterOf(context, face, { ...options, sinceMs });
    const [all, gaps] = await Promise.all([face.activity(READ_MAX), face.screens.gaps()]);
    const rows = activityRows(all, gaps, filter).slice(0, limit);
    if (options.as === undefined) show(context, rows);
    else context.out.lines(await exported(face, rows, options.as));
    return undefined;
  });
}

function show({ out }: CliContext, rows: readonly ActivityRow[]): void {
  const lines = rows.map((row) =>
    row.is === 'done'
      ? [shownTime(row.atMs), row.done.sentence]
      : [shownTime(row.gap.sinceMs), `The engine was not running, until ${shownTime(row.gap.untilMs)}.`],
  );
  const activity = rows.flatMap((row) => (row.is === 'done' ? [row.done] : []));
  const gaps = rows.flatMap((row) => (row.is === 'gap' ? [row.gap] : []));
  out.result({ activity, gaps }, lines.length === 0 ? ['Nothing was synced yet.'] : table(lines));
}

/** Lines without the ends that `lines` puts there. */
async function exported(
  face: EngineFace,
  rows: readonly ActivityRow[],
  format: ActivityFormat,
): Promise<string[]> {
  const { roots } = await face.status();
  const pathOf = new Map<string, string>(roots.map((root) => [root.rootId, root.path]));
  const file = activityFile(rows, format, (rootId) => pathOf.get(rootId) ?? '');
  return file.split('\n').slice(0, -1);
}

type FilterOptions = Pick<ActivityOptions, 'kind' | 'folder' | 'find'> & { readonly sinceMs: number | null };

async function filterOf(
  { cwd, folders }: CliContext,
  face: EngineFace,
  { kind, folder, find, sinceMs }: FilterOptions,
): Promise<ActivityFilter> {
  const filter = { group: kind ?? null, find: find ?? '', sinceMs };
  if (folder === undefined) return { ...filter, rootId: null };
  const real = await folders.resolve(path.resolve(cwd, folder));
  const root = (await face.status()).roots.find((one) => one.path === real);
  return { ...filter, rootId: root?.rootId ?? fail({ reason: 'folderUnbound', path: real }) };
}

function sinceOf(text: string | undefined, nowMs: number): number | null {
  if (text === undefined) return null;
  if (/^\d+(\.\d+)?\s*(s|m|min|h|d)$/.test(text.trim())) return nowMs - parseDurationMs(text);
  const value = Date.parse(/^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T00:00` : text);
  if (Number.isNaN(value)) {
    throw new UsageError(`"${text}" is no time. Use something like 2h, 1d or 2026-11-28T14:05.`);
  }
  return value;
}

interface Following {
  readonly face: EngineFace;
  readonly limit: number;
  readonly filter: ActivityFilter;
}

/** Oldest first, each once. Only a running engine has anything new to tell. */
async function follow(context: CliContext, { face, limit, filter }: Following): Promise<ExitCode> {
  let seen: ReadonlySet<string> | null = null;
  for await (const _status of face.watch(context.interrupted())) {
    const read = await face.activity(Math.max(limit, FOLLOWED_MAX));
    const latest = activityRows(read, [], filter).flatMap((row) => (row.is === 'done' ? [row.done] : []));
    const known: ReadonlySet<string> | null = seen;
    const news =
      known === null ? latest.slice(0, limit) : latest.filter((one) => !known.has(JSON.stringify(one)));
    for (const one of news.reverse()) context.out.result(one, [`${shownTime(one.atMs)}  ${one.sentence}`]);
    seen = new Set(latest.map((one) => JSON.stringify(one)));
  }
  return exitCodes.interrupted;
}
