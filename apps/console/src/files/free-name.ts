import { limits } from '@tidesync/shared/limits';
import type { EntryName } from '@tidesync/shared/names';
import { utf8Bytes } from '@tidesync/shared/names';

/** `report (2).txt` for `report.txt`: where the first name is taken both are kept. `count` begins with 2. */
export function numberedName(name: EntryName, count: number): EntryName {
  const dot = name.lastIndexOf('.');
  const [stem, end] = dot > 0 ? [name.slice(0, dot), name.slice(dot)] : [name as string, ''];
  const tail = ` (${count})${end}`;
  const letters = [...stem];
  while (utf8Bytes(letters.join('') + tail) > limits.nameBytesMax && letters.length > 1) letters.pop();
  return (letters.join('') + tail) as EntryName;
}
