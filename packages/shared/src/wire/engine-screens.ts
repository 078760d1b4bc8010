import { z } from 'zod';
import { entryId, libraryId, rootId } from '../ids.ts';
import { limits } from '../limits.ts';
import { seq, timeMs } from './entries.ts';
import { library, quota } from './people.ts';
import { versionsRestoreOutput } from './retention.ts';
import { trashListOutput, trashRestoreOutput } from './sync.ts';

// What the screens ask of the engine beyond the commands: places on this disk before they are roots, and the server as
// this device's account sees it.

export const searchInput = z.object({ text: z.string().trim().min(1).max(limits.searchTextCharsMax) });
/** What the server has in the libraries of synced folders, by words of the names. */
export const searchFound = z.object({
  items: z.array(
    z.object({
      rootId,
      kind: z.enum(['folder', 'file', 'symlink']),
      /** Below its root, where it is unless it is left out on this device. */
      path: z.string(),
    }),
  ),
  /** There may be others. */
  more: z.boolean(),
});
export type SearchFound = z.infer<typeof searchFound>;

/** A time in which no engine ran on this device. */
export const engineGap = z.object({ sinceMs: timeMs, untilMs: timeMs });
export type EngineGap = z.infer<typeof engineGap>;

const path = z.string().min(1).max(8_192);
const bytes = z.number().int().nonnegative();

export const serverCheckInput = z.object({ url: z.string().min(1).max(2_000) });
/** A server that answers. `url` is the address as everything else expects it. */
export const serverFound = z.object({ url: z.string(), version: z.string(), protocol: z.number().int() });
export type ServerFound = z.infer<typeof serverFound>;

/** Folders below one, for choosing by hand. An empty path means this user's own folder. */
export const placesInput = z.object({ path: z.string().max(8_192) });
export const placesListed = z.object({
  path: z.string(),
  /** Null at the top. */
  parent: z.string().nullable(),
  folders: z.array(z.object({ name: z.string(), path: z.string() })),
  /** There are more than are listed. */
  more: z.boolean(),
});
export type PlacesListed = z.infer<typeof placesListed>;

/** What a folder holds. `complete: false`: it holds at least that. */
export const folderMeasure = z.object({
  files: z.number().int(),
  folders: z.number().int(),
  sizeBytes: bytes,
  complete: z.boolean(),
});
export type FolderMeasure = z.infer<typeof folderMeasure>;

/** What speaks against syncing a folder. */
export const folderFinding = z.discriminatedUnion('is', [
  z.object({ is: z.literal('overlaps'), other: z.string() }),
  z.object({ is: z.literal('systemFolder') }),
  z.object({ is: z.literal('notFolder') }),
  z.object({ is: z.literal('parentMissing') }),
  z.object({ is: z.literal('noPermission') }),
  z.object({ is: z.literal('readOnlyDisk') }),
  z.object({ is: z.literal('networkDisk') }),
  z.object({ is: z.literal('foldsCase') }),
  z.object({ is: z.literal('diskShort'), neededBytes: bytes, freeBytes: bytes }),
  z.object({ is: z.literal('quotaShort'), neededBytes: bytes, freeBytes: bytes }),
]);
export type FolderFinding = z.infer<typeof folderFinding>;

export const folderCheckInput = z.object({ path, library: z.string().max(1_000).nullable() });
export const folderCheck = z.object({
  /** The real path. */
  path: z.string(),
  /** Whether it is there; otherwise it is made when it is added. */
  exists: z.boolean(),
  here: folderMeasure,
  /** Of the library, if there is one of that name; null: it is made. */
  onServer: folderMeasure.nullable(),
  libraryIs: z.enum(['own', 'shared', 'new']).nullable(),
  freeBytes: bytes.nullable(),
  /** Of this account, before anything is sent. */
  quota: quota.nullable(),
  findings: z.array(z.object({ finding: folderFinding, blocks: z.boolean() })),
});
export type FolderCheck = z.infer<typeof folderCheck>;

export const accountLibraries = z.array(library);

export const trashInput = z.object({ libraryId, pageToken: z.string().max(200).nullable() });
export const trashOutput = trashListOutput;
export const restoreInput = z.object({
  libraryId,
  entryIds: z.array(entryId).min(1).max(limits.opsPerCommitMax),
});
export const restoreOutput = trashRestoreOutput.pick({ restored: true, restoredCount: true });
export type Restored = z.infer<typeof restoreOutput>;

export const versionsInput = z.object({ path, beforeSeq: seq.nullable() });
export const restoreVersionInput = z.object({ path, seq });
export const versionRestored = versionsRestoreOutput.pick({ path: true, changed: true });
export type VersionRestored = z.infer<typeof versionRestored>;

export const previewInput = z.object({ path });
/** A first look at a file of a root, as it is on this disk. */
export const filePreview = z.discriminatedUnion('is', [
  z.object({ is: z.literal('text'), text: z.string(), whole: z.boolean() }),
  z.object({ is: z.literal('image'), mediaType: z.string(), base64: z.string() }),
  z.object({ is: z.literal('none'), why: z.enum(['missing', 'folder', 'tooLarge', 'unknownKind']) }),
]);
export type FilePreview = z.infer<typeof filePreview>;

/** What the engine says about itself, for whoever has to find out what is the matter. */
export const engineAbout = z.object({
  version: z.string(),
  nodeVersion: z.string(),
  system: z.string(),
  hostName: z.string(),
  pid: z.number().int(),
  startedMs: timeMs,
  memoryBytes: bytes,
  homePath: z.string(),
  /** This user's own folder. */
  ownFolder: z.string(),
});
export type EngineAbout = z.infer<typeof engineAbout>;
