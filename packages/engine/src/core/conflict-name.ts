import { limits } from '@tidesync/shared/limits';
import type { EntryName } from '@tidesync/shared/names';
import { utf8Bytes } from '@tidesync/shared/names';

export interface ConflictLabel {
  readonly deviceName: string;
  /** YYYY-MM-DD */
  readonly today: string;
}

/**
 * `name (conflict from DEVICE, YYYY-MM-DD).ext`, then with ` 2` and on, cut to 255 bytes; the first that is free.
 * The extension is kept whole so that the copy opens in the same program.
 */
export function conflictName(
  name: EntryName,
  label: ConflictLabel,
  isFree: (name: EntryName) => boolean,
): EntryName {
  const [stem, extension] = splitExtension(name);
  const mark = ` (conflict from ${cleaned(label.deviceName)}, ${label.today})`;
  for (let number = 1; ; number++) {
    const suffix = `${mark}${number === 1 ? '' : ` ${number}`}${extension}`;
    const candidate = (cutToBytes(stem, limits.nameBytesMax - utf8Bytes(suffix)) + suffix) as EntryName;
    if (isFree(candidate)) return candidate;
  }
}

export const isConflictName = (name: EntryName): boolean => name.includes(' (conflict from ');

const EXTENSION_BYTES_MAX = 16;

function splitExtension(name: string): [string, string] {
  const dot = name.lastIndexOf('.');
  const extension = name.slice(dot);
  if (dot <= 0 || dot === name.length - 1 || utf8Bytes(extension) > EXTENSION_BYTES_MAX) return [name, ''];
  return [name.slice(0, dot), extension];
}

const DEVICE_BYTES_MAX = 60;

/** A device's name as part of a file's name: nothing that any disk refuses. */
function cleaned(deviceName: string): string {
  const safe = [...deviceName].map((char) => (/[\p{L}\p{N} ._-]/u.test(char) ? char : '_')).join('');
  return cutToBytes(safe.trim(), DEVICE_BYTES_MAX) || 'device';
}

/** Cuts between characters, never inside one. */
export function cutToBytes(text: string, bytesMax: number): string {
  let kept = '';
  let bytes = 0;
  for (const char of text) {
    bytes += utf8Bytes(char);
    if (bytes > bytesMax) break;
    kept += char;
  }
  return kept;
}
