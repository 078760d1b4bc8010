import { chmod, mkdir, symlink, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';

export interface MadeTree {
  readonly files: number;
}

const FOLDERS = 400;
const KIB = 1024;
const MIB = 1024 * KIB;
const LARGE_EVERY = 2_000;
const MADE_AT_ONCE = 500;
/** Names that have troubled one program or another. */
const ODD_NAMES = [
  'with space',
  ' leading',
  'trailing ',
  'tab\there',
  'line\nbreak',
  'quote"and\'quote',
  'back\\slash',
  'semi;colon & pipe | star * question ?',
  'colon:',
  '-dash',
  '~tilde',
  '$HOME',
  '%20',
  '#hash',
  'caf\u00e9',
  'cafe\u0301',
  '日本語',
  'العربية',
  'emoji 👩‍👩‍👧',
  'CON',
  'aux.txt',
  'dot.',
  '...',
  '.hidden',
  'draft.tmp',
  'zero\u200bwidth',
  `${'\u00fc'.repeat(127)}`,
] as const;

/**
 * Makes a tree of `files` files that is the same at every run: most of some kilobytes, some empty, one in 2,000 of
 * several megabytes, one in 20 executable, odd names, names that differ in case alone, paths of more than 2,000
 * bytes, symlinks of every sort, and empty folders. Everything has a time of its own.
 */
export async function makeTree(top: string, files: number): Promise<MadeTree> {
  const bytes = byteSource(20_260_101);
  const deep = await makeDeepFolder(top);
  for (let folder = 0; folder < FOLDERS; folder++) await mkdir(folderOf(top, folder), { recursive: true });
  for (let n = 0; n < files; n++) {
    const inDeep = n % 1_000 === 7;
    const file = path.join(inDeep ? deep : folderOf(top, n % FOLDERS), nameOf(n));
    await writeFile(file, bytes(sizeOf(n)));
    if (n % 20 === 3) await chmod(file, 0o755);
    const changed = new Date(1_600_000_000_000 + n * 1_234_567);
    await utimes(file, changed, changed);
  }
  await makeLinks(top);
  for (let n = 0; n < 50; n++) await mkdir(path.join(folderOf(top, n), 'empty folder'));
  return { files };
}

/** Makes one folder of so many files that each have some bytes of their own. */
export async function makeFolder(top: string, files: number): Promise<MadeTree> {
  await mkdir(top, { recursive: true });
  for (let from = 0; from < files; from += MADE_AT_ONCE) {
    const numbers = Array.from({ length: Math.min(MADE_AT_ONCE, files - from) }, (_, at) => from + at);
    await Promise.all(
      numbers.map((n) => writeFile(path.join(top, `entry-${n}.txt`), `This is entry ${n}.\n`)),
    );
  }
  return { files };
}

function folderOf(top: string, n: number): string {
  return path.join(top, `part ${n % 8}`, `section-${n % 40}`, `folder_${n}`);
}

function nameOf(n: number): string {
  if (n % 10 === 1) return `${ODD_NAMES[Math.floor(n / 10) % ODD_NAMES.length]}`.slice(0, 120).concat(`${n}`);
  if (n % 97 === 0) return `${'long name '.repeat(24)}${n}`;
  // Its neighbour in the same folder has the same name in lower case.
  if (n % 50 === 2 && Math.floor(n / FOLDERS) % 2 === 1) return `Case ${n - FOLDERS}`;
  if (n % 50 === 2) return `case ${n}`;
  return `file-${n}.txt`;
}

function sizeOf(n: number): number {
  if (n % 100 === 99) return 0;
  if (n % LARGE_EVERY === 5) return 3 * MIB + (n % 7) * MIB;
  return 200 + ((n * 2_654_435_761) % (8 * KIB));
}

/** A folder whose path inside the tree has more than 2,000 bytes. */
async function makeDeepFolder(top: string): Promise<string> {
  const deep = path.join(
    top,
    ...Array.from({ length: 10 }, (_, n) => `${n} ${'deep '.repeat(41)}`.trimEnd()),
  );
  await mkdir(deep, { recursive: true });
  return deep;
}

async function makeLinks(top: string): Promise<void> {
  for (let n = 0; n < 200; n++) {
    const targets = [
      '../nowhere',
      `file-${n}.txt`,
      '..',
      '.',
      '/usr/bin/env',
      `${'x/'.repeat(500)}y`,
      '日本語',
    ];
    await symlink(targets[n % targets.length] as string, path.join(folderOf(top, n), `link ${n}`));
  }
}

/** Bytes that look like chance and are the same at every run (xorshift32). */
function byteSource(seed: number): (sizeBytes: number) => Buffer {
  let state = seed;
  return (sizeBytes) => {
    const words = new Uint32Array(Math.ceil(sizeBytes / 4));
    for (let at = 0; at < words.length; at++) {
      state ^= state << 13;
      state ^= state >>> 17;
      state ^= state << 5;
      words[at] = state;
    }
    return Buffer.from(words.buffer, 0, sizeBytes);
  };
}
