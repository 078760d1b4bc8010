import { createHash } from 'node:crypto';
import type { Dirent } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

const LABEL = /^text \d+ of (\d+) bytes$/;

/** The first line of a text: no two texts have the same one, and it says all that follows. */
export const labelFor = (number: number, bytes: number): string => `text ${number} of ${bytes} bytes`;

/** The whole text with that first line. */
export function textOf(label: string): string {
  const bytes = Number(LABEL.exec(label)?.[1] ?? 0);
  const filler = createHash('shake256', { outputLength: Math.ceil(bytes / 2) }).update(label);
  return `${label}\n${filler.digest('hex')}`;
}

/** What a file shows: a text that somebody wrote, the beginning of one, or what nobody wrote. */
export type Seen =
  | { readonly is: 'whole'; readonly label: string }
  | { readonly is: 'beginning' }
  | { readonly is: 'foreign' };

export function seenIn(content: string): Seen {
  const label = content.split('\n', 1)[0] ?? '';
  if (!content.includes('\n')) return { is: /^[a-z0-9 ]*$/.test(label) ? 'beginning' : 'foreign' };
  if (!LABEL.test(label)) return { is: 'foreign' };
  const whole = textOf(label);
  if (content === whole) return { is: 'whole', label };
  return { is: whole.startsWith(content) ? 'beginning' : 'foreign' };
}

export const placeOf = (entry: Dirent): string => path.join(entry.parentPath, entry.name);

/** All that lies in a folder, without `.tidesync` at its top. */
export async function entriesIn(top: string): Promise<Dirent[]> {
  const all = await readdir(top, { recursive: true, withFileTypes: true });
  return all.filter((one) => !path.relative(top, placeOf(one)).startsWith('.tidesync'));
}

/** Each file below a folder, or the file itself, with what it shows; what vanishes meanwhile is left out. */
export async function filesIn(place: string): Promise<Map<string, Seen>> {
  const entries = await entriesIn(place).catch(() => null);
  const files = entries === null ? [place] : entries.filter((one) => one.isFile()).map(placeOf);
  const found = new Map<string, Seen>();
  for (const file of files) {
    const content = await readFile(file, 'utf8').catch(() => null);
    if (content !== null) found.set(file, seenIn(content));
  }
  return found;
}

/** The texts that are whole in a file, or below a folder. */
export async function labelsIn(place: string): Promise<string[]> {
  return [...(await filesIn(place)).values()].flatMap((seen) => (seen.is === 'whole' ? [seen.label] : []));
}
