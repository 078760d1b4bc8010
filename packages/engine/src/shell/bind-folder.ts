import type { RootId } from '@tidesync/shared/ids';
import { libraryId, uuidFromBytes } from '@tidesync/shared/ids';
import { fail } from '@tidesync/shared/problems';
import type { Library } from '@tidesync/shared/wire/people';
import type { Random } from '../ports/environment.ts';
import type { RootRecord } from '../ports/journal.ts';
import type { SyncServer } from '../ports/server.ts';
import type { EngineParts } from './engine-parts.ts';
import type { FolderAdded } from './face.ts';
import { folderIdOf, markRoot, readMarker, unmarkRoot } from './root-folder.ts';
import { removeTallies } from './tally.ts';

/** Own library of that name, else `OWNER/NAME`, else a new one. */
export async function libraryFor(
  sync: SyncServer,
  name: string,
  random: Random,
): Promise<{ found: Library; libraryWas: FolderAdded['libraryWas'] }> {
  const known = namedLibrary(await sync.libraries(), name);
  if (known !== null) return { found: known.library, libraryWas: known.is };
  if (name.includes('/')) fail({ reason: 'libraryMissing', library: name });
  const id = libraryId.parse(uuidFromBytes(random.bytes(16)));
  return { found: await sync.createLibrary(id, name), libraryWas: 'made' };
}

/** Which library a name means: an own one, or `OWNER/NAME`. */
export function namedLibrary(
  libraries: readonly Library[],
  name: string,
): { library: Library; is: 'own' | 'shared' } | null {
  const own = libraries.find((one) => one.role === 'owner' && one.name === name);
  if (own !== undefined) return { library: own, is: 'own' };
  const shared = libraries.find((one) => `${one.ownerEmail}/${one.name}` === name);
  return shared === undefined ? null : { library: shared, is: 'shared' };
}

/** One folder is synced by one root only: a file in two would have two masters. Paths are real ones. */
export function refuseOverlap(path: string, others: readonly string[]): void {
  for (const other of others) {
    if (isInside(path, other) || isInside(other, path)) fail({ reason: 'folderOverlaps', path, other });
  }
}

export function isInside(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith('/') ? folder : `${folder}/`);
}

/** Marks a folder as a new root of a library. A marker of an earlier binding gives way. */
export async function bindFolder(
  parts: Pick<EngineParts, 'openDisk' | 'random'>,
  path: string,
  library: Pick<Library, 'libraryId' | 'name'>,
): Promise<RootRecord> {
  const disk = parts.openDisk(path);
  const rootId = uuidFromBytes(parts.random.bytes(16)) as RootId;
  if ((await readMarker(disk)) !== null) await unmarkRoot(disk);
  await removeTallies(disk);
  await markRoot(disk, rootId);
  const folderId = folderIdOf(await disk.root());
  const { libraryId, name: libraryName } = library;
  return { rootId, libraryId, libraryName, path, folderId, pause: { is: 'running' } };
}
