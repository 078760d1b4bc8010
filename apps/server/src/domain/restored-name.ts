import { assert } from '@tidesync/shared/brand';
import { limits } from '@tidesync/shared/limits';
import type { EntryName } from '@tidesync/shared/names';
import { parseEntryName, utf8Bytes } from '@tidesync/shared/names';

/**
 * The name under which a deleted entry comes back at the n-th try: its own, `name (restored).ext`,
 * `name (restored 2).ext` and so on, cut to the longest name there may be.
 */
export function restoredName(name: EntryName, attempt: number): EntryName {
  if (attempt === 0) return name;
  const dot = name.lastIndexOf('.');
  const [stem, extension] = dot > 0 ? [name.slice(0, dot), name.slice(dot)] : [name, ''];
  const mark = attempt === 1 ? ' (restored)' : ` (restored ${attempt})`;
  const kept = utf8Bytes(extension) + utf8Bytes(mark) < limits.nameBytesMax / 2 ? extension : '';
  const text =
    cutToBytes(kept === '' ? name : stem, limits.nameBytesMax - utf8Bytes(mark + kept)) + mark + kept;
  const restored = parseEntryName(text);
  assert(restored !== null, 'a usable name stays usable with a mark');
  return restored;
}

/** Whole characters from the start, as many as fit. */
function cutToBytes(text: string, bytesMax: number): string {
  let bytes = 0;
  let cut = '';
  for (const char of text) {
    bytes += utf8Bytes(char);
    if (bytes > bytesMax) break;
    cut += char;
  }
  return cut;
}
