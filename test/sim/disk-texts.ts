import type { Disk, DiskNode } from '@tidesync/engine/ports/disk';
import type { EntryName, RelPath } from '@tidesync/shared/names';
import { joinPath, OWN_FOLDER, TOP } from '@tidesync/shared/names';

const decoder = new TextDecoder();
const encoder = new TextEncoder();
export const bytesOf = (text: string): Uint8Array => encoder.encode(text);
export const textOf = (bytes: Uint8Array): string => decoder.decode(bytes);

export interface Shown {
  readonly path: RelPath;
  readonly node: DiskNode;
  /** Of a file its text, of a symlink its target, of a folder nothing. */
  readonly text: string;
}

export const isOwn = (path: RelPath): boolean =>
  (path as string) === OWN_FOLDER || path.startsWith(`${OWN_FOLDER}/`);

export async function readText(disk: Disk, path: RelPath): Promise<string> {
  const handle = await disk.openForRead(path);
  const buffer = new Uint8Array((await handle.stat()).stamp.sizeBytes);
  await handle.read(buffer, 0);
  await handle.close();
  return textOf(buffer);
}

/** Everything below a folder, in the order of paths; at the top without what is Tidesync's own. */
export async function everything(disk: Disk, below: RelPath = TOP): Promise<Shown[]> {
  const found: Shown[] = [];
  const nodes = [...(await disk.list(below))].sort((a, b) => (a.shown < b.shown ? -1 : 1));
  for (const { shown, node } of nodes) {
    const path = joinPath(below, shown as EntryName);
    if (below === TOP && isOwn(path)) continue;
    const text =
      node.kind === 'file'
        ? await readText(disk, path)
        : node.kind === 'symlink'
          ? await disk.readLink(path)
          : '';
    found.push({ path, node, text });
    if (node.kind === 'folder') found.push(...(await everything(disk, path)));
  }
  return found;
}

export async function filesOf(disk: Disk, below: RelPath): Promise<Shown[]> {
  return (await everything(disk, below)).filter(({ node }) => node.kind === 'file');
}

export const isFile = ({ node }: Shown): boolean => node.kind === 'file';

/** The one of a number among those that are meant, whatever that number is. */
export function pick(all: readonly Shown[], number: number, what: (one: Shown) => boolean): Shown | null {
  const some = all.filter(what);
  return some[number % Math.max(1, some.length)] ?? null;
}
