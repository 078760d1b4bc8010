import { layout } from '@tidesync/engine/shell/layout';
import type { MemoryDisk } from '@tidesync/engine/testing/memory-disk';
import type { EntryName, RelPath } from '@tidesync/shared/names';
import { joinPath, TOP } from '@tidesync/shared/names';
import { everything } from './disk-texts.ts';
import type { Fault } from './scenario.ts';

/** Takes a root away, or puts something else in its place. */
export function spoilRoot(disk: MemoryDisk, how: Extract<Fault, { kind: 'root' }>['how']): void {
  mendRoot(disk);
  if (how === 'readOnly') disk.isReadOnly = true;
  else if (how === 'away') disk.unmount('nothing');
  else if (how === 'file') disk.unmount('file');
  else if (how === 'empty') disk.unmount('emptyFolder');
  else forgeRoot(disk);
}

/** An empty folder with a copy of the marker in it: as if someone had put it on another disk. */
function forgeRoot(disk: MemoryDisk): void {
  const marker = disk.person.read(layout.marker);
  disk.unmount('emptyFolder');
  disk.person.writeDeep(layout.marker, marker);
}

export function mendRoot(disk: MemoryDisk): void {
  disk.remount();
  disk.isReadOnly = false;
}

type Unlistable = Extract<Fault, { kind: 'unlistable' }>;
/** Answers the folder that cannot be listed now; null if there is none. */
export async function spoilFolder(disk: MemoryDisk, { which, how }: Unlistable): Promise<RelPath | null> {
  const all = await everything(disk).catch(() => []);
  const folders = all.filter(({ node }) => node.kind === 'folder');
  const folder = folders[which % Math.max(1, folders.length)]?.path ?? null;
  if (folder === null) return null;
  if (how === 'denied') disk.person.deny(folder, true);
  else disk.damage(folder, 'read');
  return folder;
}

/** All folders can be listed again. */
export async function mendFolders(disk: MemoryDisk, folder: RelPath = TOP): Promise<void> {
  disk.person.deny(folder, false);
  disk.damage(folder, 'none');
  for (const { name, node } of await disk.list(folder))
    if (node.kind === 'folder' && name !== null) await mendFolders(disk, joinPath(folder, name as EntryName));
}
