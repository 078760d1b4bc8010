import { sameStamp } from '@tidesync/engine/core/entry';
import { localEntryAt } from '@tidesync/engine/core/path-of';
import type { Disk } from '@tidesync/engine/ports/disk';
import type { RootJournal } from '@tidesync/engine/ports/journal';
import type { EntryId } from '@tidesync/shared/ids';
import type { RelPath } from '@tidesync/shared/names';
import { OWN_FOLDER } from '@tidesync/shared/names';
import { everything } from './disk-texts.ts';
import { contentIdOfText } from './line-cutter.ts';

export interface AgreedFile {
  readonly id: EntryId;
  readonly path: RelPath;
  readonly inode: string;
  readonly text: string;
}

/** Files that the journal has as the disk has them, and as both sides agree on them. */
export async function agreedFiles(at: {
  readonly disk: Disk;
  readonly journal: RootJournal;
}): Promise<AgreedFile[]> {
  const files: AgreedFile[] = [];
  for (const { path, node, text } of await everything(at.disk)) {
    const id = node.kind === 'file' && text !== '' ? localEntryAt(at.journal, path) : null;
    if (id === null) continue;
    const { base, local } = at.journal.get(id);
    if (base === null || local.is === 'absent' || local.body.kind !== 'file') continue;
    const isKnown = sameStamp(local.stamp, node.stamp) && sameStamp(base.stamp, node.stamp);
    if (!isKnown || local.body.contentId !== contentIdOfText(text)) continue;
    files.push({ id, path, inode: node.stamp.inode, text });
  }
  return files;
}

/** Of all files, our own too. */
export async function textsOn(disk: Disk): Promise<Set<string>> {
  const shown = [...(await everything(disk)), ...(await everything(disk, OWN_FOLDER as string as RelPath))];
  return new Set(shown.filter(({ node }) => node.kind === 'file').map(({ text }) => text));
}
