import { z } from 'zod';
import type { Brand } from './brand.ts';
import { limits } from './limits.ts';

/** One segment of a path, exact as a person wrote it: well-formed Unicode, 1–255 UTF-8 bytes, no `/`, no NUL. */
export type EntryName = Brand<string, 'EntryName'>;
/** Path below a library's or root's top: names joined by `/`; the top itself is the empty string. */
export type RelPath = Brand<string, 'RelPath'>;

export const TOP = '' as RelPath;
/** What is ours inside a root; never synced, refused as a name in a library's top folder. */
export const OWN_FOLDER = '.tidesync' as EntryName;
export const IGNORE_FILE = '.tidesyncignore' as EntryName;

export type NameFault = 'empty' | 'dots' | 'slashOrNul' | 'notUnicode' | 'tooLong';

/** UTF-8 length without an encoder, so that it runs in any environment. */
export function utf8Bytes(text: string): number {
  let bytes = 0;
  for (const char of text) {
    const code = char.codePointAt(0) as number;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return bytes;
}

const hasLoneSurrogate = (text: string) => /[\uD800-\uDFFF]/u.test(text);

/** Why this text cannot be an entry's name anywhere; null if it can. */
export function nameFault(text: string): NameFault | null {
  if (text === '') return 'empty';
  if (text === '.' || text === '..') return 'dots';
  if (text.includes('/') || text.includes('\0')) return 'slashOrNul';
  if (hasLoneSurrogate(text)) return 'notUnicode';
  if (utf8Bytes(text) > limits.nameBytesMax) return 'tooLong';
  return null;
}

export function parseEntryName(text: string): EntryName | null {
  return nameFault(text) === null ? (text as EntryName) : null;
}

export const entryName = z.string().refine((text) => nameFault(text) === null, {
  message: 'not a usable file name',
}) as unknown as z.ZodType<EntryName, string>;

/** Null if any segment is no usable name. */
export function parseRelPath(text: string): RelPath | null {
  if (text === '') return TOP;
  return text.split('/').every((part) => nameFault(part) === null) ? (text as RelPath) : null;
}

export function joinPath(parent: RelPath, name: EntryName): RelPath {
  return (parent === TOP ? name : `${parent}/${name}`) as RelPath;
}

export function parentPath(path: RelPath): RelPath {
  const slash = path.lastIndexOf('/');
  return (slash < 0 ? '' : path.slice(0, slash)) as RelPath;
}

export function lastName(path: RelPath): EntryName {
  return path.slice(path.lastIndexOf('/') + 1) as EntryName;
}

export function segments(path: RelPath): EntryName[] {
  return path === TOP ? [] : (path.split('/') as EntryName[]);
}

/** True if `path` is `folder` or lies below it. */
export function isWithin(path: RelPath, folder: RelPath): boolean {
  return folder === TOP || path === folder || path.startsWith(`${folder}/`);
}
