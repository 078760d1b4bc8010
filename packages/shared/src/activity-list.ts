// What was done on a device, as screens and commands list it: with filters, with the times in which no engine ran, and
// as a file for other programs.

import type { z } from 'zod';
import type { activityView } from './wire/engine.ts';
import type { EngineGap } from './wire/engine-screens.ts';

export type Activity = z.infer<typeof activityView>;

export const ACTIVITY_GROUPS = {
  sent: ['uploaded', 'movedThere', 'deletedThere', 'madeThere'],
  received: ['downloaded', 'movedHere', 'madeHere', 'deletedHere', 'restored', 'broughtBack'],
  removed: ['deletedHere', 'deletedThere', 'leftOut'],
  conflicts: ['conflict', 'settled'],
} as const satisfies Readonly<Record<string, readonly string[]>>;
export type ActivityGroup = keyof typeof ACTIVITY_GROUPS;
export const ACTIVITY_GROUP_NAMES = Object.keys(ACTIVITY_GROUPS) as ActivityGroup[];

/** Null, or an empty text: all. */
export interface ActivityFilter {
  readonly group: ActivityGroup | null;
  /** Part of the path. */
  readonly find: string;
  readonly rootId: string | null;
  readonly sinceMs: number | null;
}

export type ActivityRow =
  | { readonly is: 'done'; readonly atMs: number; readonly done: Activity }
  | { readonly is: 'gap'; readonly atMs: number; readonly gap: EngineGap };

/**
 * Newest first, as both lists are. A gap stands above what was done before it; one before all that is known is left
 * out, and so are all where only some kinds or paths are asked for.
 */
export function activityRows(
  all: readonly Activity[],
  gaps: readonly EngineGap[],
  filter: ActivityFilter,
): ActivityRow[] {
  const done = all
    .filter((one) => isWanted(one, filter))
    .map((one): ActivityRow => ({ is: 'done', atMs: one.atMs, done: one }));
  const isPart = filter.group !== null || filter.find !== '';
  const oldestMs = done.at(-1)?.atMs;
  if (isPart || oldestMs === undefined) return done;
  const shown = gaps
    .filter((gap) => gap.untilMs > oldestMs && gap.untilMs >= (filter.sinceMs ?? 0))
    .map((gap): ActivityRow => ({ is: 'gap', atMs: gap.untilMs, gap }));
  // Stable: what was done at a gap's end was done after it.
  return [...done, ...shown].sort((a, b) => b.atMs - a.atMs);
}

function isWanted({ kind, path, rootId, atMs }: Activity, filter: ActivityFilter): boolean {
  const kinds: readonly string[] | null = filter.group === null ? null : ACTIVITY_GROUPS[filter.group];
  return (
    (kinds === null || kinds.includes(kind)) &&
    path.toLowerCase().includes(filter.find.toLowerCase()) &&
    (filter.rootId === null || rootId === filter.rootId) &&
    (filter.sinceMs === null || atMs >= filter.sinceMs)
  );
}

export const ACTIVITY_FORMATS = ['csv', 'ndjson'] as const;
export type ActivityFormat = (typeof ACTIVITY_FORMATS)[number];

/** A file of rows. `folderOf`: the path of a root's folder, or an empty text. Times are in UTC. */
export function activityFile(
  rows: readonly ActivityRow[],
  format: ActivityFormat,
  folderOf: (rootId: string) => string,
): string {
  const records = rows.map((row) => recordOf(row, folderOf));
  if (format === 'ndjson') return records.map((record) => `${JSON.stringify(record)}\n`).join('');
  const cells = [COLUMNS, ...records.map((record) => COLUMNS.map((column) => record[column]))];
  return cells.map((line) => `${line.map(csvCell).join(',')}\r\n`).join('');
}

const COLUMNS = ['at', 'until', 'kind', 'folder', 'path', 'detail', 'sentence'] as const;
type ActivityCells = Readonly<Record<(typeof COLUMNS)[number], string>>;

function recordOf(row: ActivityRow, folderOf: (rootId: string) => string): ActivityCells {
  if (row.is === 'gap') {
    const { sinceMs, untilMs } = row.gap;
    const nothing = { folder: '', path: '', detail: '' };
    return { at: utc(sinceMs), until: utc(untilMs), kind: 'engineOff', ...nothing, sentence: GAP_SENTENCE };
  }
  const { atMs, kind, rootId, path, detail, sentence } = row.done;
  return { at: utc(atMs), until: '', kind, folder: folderOf(rootId), path, detail, sentence };
}
export const GAP_SENTENCE = 'The engine was not running.';

const utc = (ms: number) => new Date(ms).toISOString();

/** As RFC 4180 has it. What a spreadsheet takes for a formula gets an apostrophe: names come from others. */
function csvCell(text: string): string {
  const plain = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
}
