import { expect, test } from 'vitest';
import type { Activity, ActivityFilter, ActivityRow } from './activity-list.ts';
import { activityFile, activityRows } from './activity-list.ts';
import type { RootId } from './ids.ts';

const ROOTS = ['00000000-0000-4000-8000-000000000001', '00000000-0000-4000-8000-000000000002'] as RootId[];
const all: ActivityFilter = { group: null, find: '', rootId: null, sinceMs: null };

function done(atMs: number, kind: string, path: string, root = 0): Activity {
  return { atMs, rootId: ROOTS[root] as RootId, kind, path, detail: '', sentence: `${kind} "${path}"` };
}
const LINES = [
  done(900, 'uploaded', 'docs/b.txt'),
  done(700, 'deletedHere', 'docs/a.txt', 1),
  done(500, 'conflict', 'Plan.txt'),
  done(300, 'downloaded', 'docs/a.txt'),
];
const GAPS = [
  { sinceMs: 710, untilMs: 900 },
  { sinceMs: 350, untilMs: 480 },
  { sinceMs: 10, untilMs: 200 },
];
const shown = (rows: readonly ActivityRow[]) =>
  rows.map((row) => (row.is === 'gap' ? `${row.gap.sinceMs}-${row.gap.untilMs}` : row.done.atMs));

test('gaps stand between what was done before and after them; one before all is left out', () => {
  expect(shown(activityRows(LINES, GAPS, all))).toEqual([900, '710-900', 700, 500, '350-480', 300]);
  expect(activityRows([], GAPS, all)).toEqual([]);
});

test.each<[string, Partial<ActivityFilter>, unknown[]]>([
  ['what was sent', { group: 'sent' }, [900]],
  ['what was received', { group: 'received' }, [700, 300]],
  ['what was deleted', { group: 'removed' }, [700]],
  ['conflicts', { group: 'conflicts' }, [500]],
  ['a part of a path, in any case', { find: 'PLAN' }, [500]],
  ['one folder, with gaps', { rootId: ROOTS[1] ?? '' }, ['710-900', 700]],
  ['the last time, with gaps', { sinceMs: 450 }, [900, '710-900', 700, 500]],
])('a filter leaves %s', (_what, filter, expected) => {
  expect(shown(activityRows(LINES, GAPS, { ...all, ...filter }))).toEqual(expected);
});

test('as a file for spreadsheets every row has all columns, and no name becomes a formula', () => {
  const odd = { ...done(0, 'uploaded', '=cmd,"x".txt'), detail: '-1' };
  const rows: ActivityRow[] = [
    { is: 'done', atMs: 0, done: odd },
    { is: 'gap', atMs: 2_000, gap: { sinceMs: 1_000, untilMs: 2_000 } },
  ];
  expect(activityFile(rows, 'csv', () => '/home/ada')).toBe(
    'at,until,kind,folder,path,detail,sentence\r\n' +
      '1970-01-01T00:00:00.000Z,,uploaded,/home/ada,"\'=cmd,""x"".txt",\'-1,"uploaded ""=cmd,""x"".txt"""\r\n' +
      '1970-01-01T00:00:01.000Z,1970-01-01T00:00:02.000Z,engineOff,,,,The engine was not running.\r\n',
  );
  const [first] = activityFile(rows, 'ndjson', () => '/home/ada').split('\n');
  expect(JSON.parse(first ?? '')).toEqual({
    at: '1970-01-01T00:00:00.000Z',
    until: '',
    kind: 'uploaded',
    folder: '/home/ada',
    path: '=cmd,"x".txt',
    detail: '-1',
    sentence: 'uploaded "=cmd,"x".txt"',
  });
});
