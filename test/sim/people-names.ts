import type { EntryName, RelPath } from '@tidesync/shared/names';
import { IGNORE_FILE } from '@tidesync/shared/names';

/** Few, so that people at several devices often mean the same. */
const fileNames = ['a.txt', 'b.txt', 'c', 'd.md', 'A.txt', 'e', 'f.txt', 'caf\u00e9'];
/** What some disks cannot hold, or not beside another one. */
const oddNames = [
  'aux.txt',
  'x.',
  'y ',
  'a:b',
  'con',
  'CAF\u00c9',
  'cafe\u0301',
  'B.TXT',
  'a?',
  'n'.repeat(250),
];
const ignorePatterns = ['*.md', 'x/', 'c', '/y', '*.txt', '~*'];
const folderNames = ['x', 'y', 'z', 'X', 'w', 'v'];

export const fileName = (number: number) => fileNames[number % fileNames.length] as EntryName;
export const folderName = (number: number) => folderNames[number % folderNames.length] as EntryName;
export const oddName = (number: number) => oddNames[number % oddNames.length] as EntryName;
export const ignorePattern = (number: number) => ignorePatterns[number % ignorePatterns.length] as string;
/** One of a few lines that many texts have, or a mark. */
export const stockLine = (one: string | number) =>
  typeof one === 'string' ? `${one}\n` : `paragraph ${one % 6}\n`;
/** What a text is called in the trace. */
export const head = (text: string): string => (text.split('\n').at(-2) ?? text).slice(0, 24);
export const IGNORES = IGNORE_FILE as string as RelPath;
/** Of a file that has no name any more. */
export const NOWHERE = 'nowhere' as RelPath;

/** Beyond this a file is large enough for the engine to go on with an interrupted download. */
const LARGE_LINE_CHARS = 90_000;
const LARGE_LINES = 4;
export const largeText = (mark: string): string =>
  Array.from({ length: LARGE_LINES }, (_, line) =>
    `${line === 0 ? mark : line}`.padEnd(LARGE_LINE_CHARS, '.'),
  ).join('\n');
