import type { EntryName, RelPath } from '@tidesync/shared/names';
import { joinPath } from '@tidesync/shared/names';
import { fail } from '@tidesync/shared/problems';
import type { HaltReason } from '@tidesync/shared/wire/engine';
import { z } from 'zod';
import type { NameRules } from '../core/name-rules.ts';
import type { Disk, DiskNode, ListedNode } from '../ports/disk.ts';
import { isDiskError } from '../ports/disk.ts';
import { makeNamesLast } from './lasting-names.ts';
import { layout } from './layout.ts';

const marker = z.object({ rootId: z.string(), note: z.string() });
const NOTE = 'Tidesync recognises this folder by this file. Please leave it here.';

/** Inode and birthtime: what tells a folder from another one that has taken its path. */
export function folderIdOf(node: DiskNode): string {
  return `${node.stamp.inode}/${node.stamp.birthtimeNs}`;
}

/**
 * Makes the folder ours: `.tidesync/` with the marker in it. The marker is put there whole: one that was cut short
 * would be nobody's and keep the folder from being bound for good.
 */
export async function markRoot(disk: Disk, rootId: string): Promise<void> {
  await makeOwnFolders(disk);
  const made = `${layout.marker}.new` as RelPath;
  await disk.unlink(made).catch((error) => {
    if (!isDiskError(error, 'missing')) throw error;
  });
  const handle = await disk.createFile(made);
  const text = `${JSON.stringify({ rootId, note: NOTE })}\n`;
  await handle.write(new TextEncoder().encode(text), 0);
  await handle.sync();
  await handle.close();
  await disk.rename(made, layout.marker);
  await makeNamesLast(disk, layout.own);
}

/** Fails with `folderUnusable` for a folder that is not that root's. */
export async function requireMarker(disk: Disk, rootId: string): Promise<void> {
  if ((await readMarker(disk)) === rootId) return;
  const why = 'it is not the folder that was synced (its marker .tidesync/root.json is missing)';
  fail({ reason: 'folderUnusable', path: disk.shownPath, why });
}

/** Makes those of our folders that are missing: people tidy up. Answers what lies aside. */
export async function makeOwnFolders(disk: Disk): Promise<readonly ListedNode[]> {
  for (const folder of [layout.own, layout.temporary])
    if ((await disk.look(folder)) === null) await makeOwn(disk, folder);
  const aside = await disk.list(layout.aside).catch((error) => {
    if (!isDiskError(error, 'missing')) throw error;
    return null;
  });
  if (aside === null) await makeOwn(disk, layout.aside);
  if ((await disk.look(layout.trash)) === null) await makeOwn(disk, layout.trash);
  return aside ?? [];
}

async function makeOwn(disk: Disk, folder: RelPath): Promise<void> {
  await disk.makeFolder(folder).catch((error) => {
    if (!isDiskError(error, 'exists')) throw error;
  });
}

/** The folder is no root any more. The trash in it stays. */
export async function unmarkRoot(disk: Disk): Promise<void> {
  await disk.unlink(layout.marker);
  await disk.syncFolder(layout.own);
}

/** The root id a marker names; null if there is none that can be read. */
export async function readMarker(disk: Disk): Promise<string | null> {
  try {
    const handle = await disk.openForRead(layout.marker);
    try {
      const buffer = new Uint8Array(4_096);
      const read = await handle.read(buffer, 0);
      const parsed = marker.safeParse(JSON.parse(new TextDecoder().decode(buffer.subarray(0, read))));
      return parsed.success ? parsed.data.rootId : null;
    } finally {
      await handle.close();
    }
  } catch {
    return null;
  }
}

/**
 * Null if the root is the folder that was bound; otherwise why nothing may be concluded from what it shows. The
 * marker alone is not enough: people copy it to an empty disk, and then all would look deleted.
 */
export async function checkRoot(disk: Disk, rootId: string, folderId: string): Promise<HaltReason | null> {
  let node: DiskNode;
  try {
    node = await disk.root();
  } catch (error) {
    return isDiskError(error, 'denied') ? 'noPermission' : 'rootMissing';
  }
  const known = folderIdOf(node) === folderId && (await readMarker(disk)) === rootId;
  return known ? null : 'rootReplaced';
}

/** Finds out by trying which names this disk tells apart and takes. Rejects with the fault of a disk that fails. */
export async function probeNameRules(disk: Disk, tag: string): Promise<NameRules> {
  const own = (name: string) => joinPath(layout.temporary, name as EntryName);
  const tryPair = async (first: string, second: string): Promise<boolean> => {
    const path = own(first);
    await (await disk.createFile(path)).close();
    const seen = await disk.look(own(second));
    await disk.unlink(path);
    return seen === null;
  };
  const caseSensitive = await tryPair(`probe-${tag}-a`, `PROBE-${tag}-A`);
  const formSensitive = await tryPair(`probe-${tag}-\u00e9`, `probe-${tag}-e\u0301`);
  const makes = async (name: string): Promise<void> => {
    await (await disk.createFile(own(name))).close();
    await disk.unlink(own(name));
  };
  const refuses = async (name: string, isAgain: boolean): Promise<boolean> => {
    try {
      await makes(name);
      return false;
    } catch (error) {
      if (isDiskError(error, 'nameRefused', 'missing') || (isAgain && isDiskError(error, 'denied')))
        return true;
      if (isAgain || !isDiskError(error, 'denied')) throw error; // a disk that fails may well take it when it works
      await makes(`probe-${tag}-c`); // is it the name, or the folder?
      return refuses(name, true);
    }
  };
  // Not with a colon: NTFS takes that for a stream of the file before it.
  const windowsNames = await refuses(`probe-${tag}-a?b`, false);
  return { caseSensitive, formSensitive, windowsNames };
}
