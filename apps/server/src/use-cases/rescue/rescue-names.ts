import { nameFault } from '@tidesync/shared/names';

/** A name under which something can be written; what cannot be a name is written as `instead`. */
export function rescueName(name: string, instead: string): string {
  return nameFault(name) === null ? name : instead;
}

/** A library's folder: its name as far as it is one, and its id, as two may have the same name. */
export function libraryFolder(name: string, libraryId: string): string {
  const plain = [...name.replace(/[/\0]/g, '_')].slice(0, 60).join('').trim();
  return plain === '' || plain === '.' || plain === '..' ? libraryId : `${plain} (${libraryId.slice(0, 8)})`;
}
