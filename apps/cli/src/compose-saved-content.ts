import { nodeDisk } from '@tidesync/engine/adapters/node-disk';
import { nodeClock, nodeRandom, nodeSha256 } from '@tidesync/engine/adapters/node-environment';
import type { Disk, DiskError } from '@tidesync/engine/ports/disk';
import { isDiskError } from '@tidesync/engine/ports/disk';
import type { ObjectTransfer } from '@tidesync/engine/ports/server';
import { placeOwn } from '@tidesync/engine/shell/safe-moves';
import type { DownloadOutcome, DownloadServer } from '@tidesync/engine/shell/transfer/download-types';
import { createDownloader } from '@tidesync/engine/shell/transfer/downloader';
import { UNPACED } from '@tidesync/engine/shell/transfer/pace';
import type { RelPath } from '@tidesync/shared/names';
import { TOP } from '@tidesync/shared/names';
import { fail } from '@tidesync/shared/problems';
import type { ContentOrder } from './saved-content.ts';
import { SAVED_NAMES_MAX, savedNames } from './saved-content.ts';

/** Of a kind that every synced folder leaves out, so that no half file is ever sent from one. */
export const UNFINISHED = '._tidesync-';

export interface ContentSource {
  readonly server: DownloadServer;
  readonly objects: ObjectTransfer;
}

/**
 * Writes a content into a folder as a new file and answers with its path: fetched and checked under a name of its own,
 * made durable, and only then given its name, which replaces nothing. Where it fails or is ended, no part of it stays.
 */
export async function saveContent({ server, objects }: ContentSource, order: ContentOrder): Promise<string> {
  const { libraryId, contentId, sizeBytes, mtimeMs, folder, signal } = order;
  const disk = nodeDisk(folder);
  const temp = `${UNFINISHED}${Buffer.from(nodeRandom.bytes(8)).toString('hex')}` as RelPath;
  const ports = { server, objects, disk, clock: nodeClock, random: nodeRandom, sha256: nodeSha256 };
  try {
    const file = { contentId, sizeBytes, temp, executable: false, mtimeMs };
    const [outcome] = await createDownloader({ ...ports, pace: UNPACED, libraryId }).download([file], signal);
    refuseTrouble(outcome, order);
    return await place(disk, temp, order);
  } finally {
    await disk.unlink(temp).catch(() => undefined);
  }
}

function refuseTrouble(outcome: DownloadOutcome | undefined, { name, folder }: ContentOrder): void {
  if (outcome?.is === 'fetched') return;
  const code = outcome?.trouble.code;
  if (code === undefined || code === 'contentMissing') fail({ reason: 'contentGone', name });
  fail({ reason: 'folderUnusable', path: folder, why: code === 'diskFull' ? 'the disk is full' : CANNOT });
}

async function place(disk: Disk, temp: RelPath, { folder, name }: ContentOrder): Promise<string> {
  for (const wanted of savedNames(name)) {
    try {
      await placeOwn(disk, temp, wanted as RelPath);
      await disk.syncFolder(TOP);
      return `${folder.endsWith('/') ? folder : `${folder}/`}${wanted}`;
    } catch (error) {
      if (!isDiskError(error)) throw error;
      if (error.fault !== 'exists')
        fail({ reason: 'folderUnusable', path: folder, why: whyNot(error) }, error);
    }
  }
  return fail({ reason: 'fileExists', path: `${name}, and ${SAVED_NAMES_MAX} names like it, in ${folder}` });
}

const CANNOT = 'it cannot be written to';

function whyNot({ fault }: DiskError): string {
  if (fault === 'nameTooLong') return 'the name of the file is too long for it';
  if (fault === 'denied') return 'permission is missing, or its disk cannot give a file a second name';
  return fault === 'full' ? 'the disk is full' : CANNOT;
}
