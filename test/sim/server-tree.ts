import { localPathOf, remotePathOf, shownPathOf } from '@tidesync/engine/core/path-of';
import type { TroubleCode } from '@tidesync/engine/core/trouble';
import type { LibraryId } from '@tidesync/shared/ids';
import { everything, isOwn } from './disk-texts.ts';
import { contentIdOfText } from './line-cutter.ts';
import type { ServerDatabase } from './server-database.ts';
import type { SimDevice } from './sim-device.ts';

interface EntryRow {
  readonly id: string;
  readonly parentId: string;
  readonly name: string;
  readonly kind: string;
  readonly contentId: string | null;
  readonly executable: number;
  readonly target: string | null;
}

const hexOf = (library: LibraryId) => library.replaceAll('-', '');
const LIVE = `SELECT lower(hex(entry_id)) AS id, lower(hex(parent_id)) AS parentId, CAST(name AS TEXT) AS name, kind,
  lower(hex(content_id)) AS contentId, executable, CAST(target AS TEXT) AS target
  FROM entries WHERE lower(hex(library_id)) = ? AND deleted_seq IS NULL`;

const contentIds = new Map<string, string>();
function contentIdFor(text: string): string {
  const known = contentIds.get(text);
  if (known !== undefined) return known;
  if (contentIds.size > 10_000) contentIds.clear();
  const contentId = contentIdOfText(text);
  contentIds.set(text, contentId);
  return contentId;
}

/** Every live path of a library with what is there, in words that are equal only if it is the same. */
export function serverTree(database: ServerDatabase, library: LibraryId): Map<string, string> {
  const rows = liveRows(database, library);
  const paths = pathsIn(rows, library);
  return new Map([...rows].map(([id, row]) => [paths.get(id) as string, wordsOf(row)]));
}

/** The live paths of a library by the ids of their entries, in hex. */
export function entryPaths(database: ServerDatabase, library: LibraryId): Map<string, string> {
  return pathsIn(liveRows(database, library), library);
}

/** Every content that a live file of a library has. */
export function liveContents(database: ServerDatabase, library: LibraryId): Set<string | null> {
  return new Set([...liveRows(database, library).values()].map(({ contentId }) => contentId));
}

function liveRows(database: ServerDatabase, library: LibraryId): Map<string, EntryRow> {
  return new Map(database.rows<EntryRow>(LIVE, hexOf(library)).map((row) => [row.id, row]));
}

function pathsIn(rows: ReadonlyMap<string, EntryRow>, library: LibraryId): Map<string, string> {
  const pathOf = (id: string, depth: number): string => {
    const row = rows.get(id);
    if (row === undefined) return id === hexOf(library) ? '' : '(nowhere)';
    if (depth > 100) return '(a ring)';
    const parent = pathOf(row.parentId, depth + 1);
    return parent === '' ? row.name : `${parent}/${row.name}`;
  };
  return new Map([...rows.keys()].map((id) => [id, pathOf(id, 0)]));
}

function wordsOf({ kind, contentId, executable, target }: EntryRow): string {
  if (kind === 'file') return `file ${contentId} ${executable === 1 ? 'x' : '-'}`;
  return kind === 'symlink' ? `symlink ${target}` : 'folder';
}

export async function diskTree(device: SimDevice): Promise<Map<string, string>> {
  const tree = new Map<string, string>();
  for (const { path, node, text } of await everything(device.disk)) {
    if (isOwn(path)) continue;
    const contentId = node.kind === 'file' ? contentIdFor(text) : null;
    tree.set(
      path,
      wordsOf({ ...EMPTY, kind: node.kind, contentId, executable: node.executable ? 1 : 0, target: text }),
    );
  }
  return tree;
}
const EMPTY = { id: '', parentId: '', name: '' };

/**
 * One line for each path in which a disk differs from the server. A disk that makes no difference between two names may
 * have either. A name that it cannot hold has to be told: it may be missing with all that is in it, or be where it was.
 */
export function differences(
  { journal, parts, root }: SimDevice,
  {
    here,
    there,
    isLeftOut,
  }: {
    readonly here: ReadonlyMap<string, string>;
    readonly there: ReadonlyMap<string, string>;
    /** Of paths on the server: what this device leaves out is not here. */
    readonly isLeftOut: (path: string) => boolean;
  },
): string[] {
  const isFormed = parts.disk === 'mac' || parts.disk === 'hfs';
  const keyOf = (path: string) => (isFormed ? path.normalize('NFC') : path);
  const byKey = new Map([...here].map(([path, words]) => [keyOf(path), { path, words }]));
  const told = (root?.lastPlan?.held ?? []).filter(({ id, trouble }) => {
    return journal.troubleAt(shownPathOf(journal, id)) !== null && cannotBeHere.has(trouble.code);
  });
  // What has taken a path here does not say why somebody else's file is not there.
  const [toldThere, toldHere] = [
    told.map(({ id }) => remotePathOf(journal, id)),
    told.map(({ id }) => localPathOf(journal, id)),
  ];
  // A name that is left out is a person's to give anew here.
  const toldAnew = told
    .filter(({ trouble }) => trouble.code === 'excludedName')
    .map(({ id }) => localPathOf(journal, id));
  const isTold = (path: string, by: readonly (string | null)[]) =>
    by.some((one) => one !== null && (path === one || path.startsWith(`${one}/`)));
  const found: string[] = [];
  for (const [path, words] of there) {
    const shown = byKey.get(keyOf(path))?.words;
    const fits = isLeftOut(path) ? shown === undefined || isTold(path, toldAnew) : shown === words;
    if (fits || isTold(path, toldThere)) continue;
    found.push(`${path}: ${shown ?? 'nothing'} on disk, ${words} on the server`);
  }
  const known = new Set([...there.keys()].map(keyOf));
  for (const [key, { path, words }] of byKey)
    if (!known.has(key) && !isTold(key, toldHere))
      found.push(`${path}: ${words} on disk, nothing on the server`);
  return found.sort();
}
const cannotBeHere = new Set<TroubleCode>(['badName', 'nameClash', 'excludedName']);

export function headSeqOf(database: ServerDatabase, library: LibraryId): number {
  const [row] = database.rows<{ head: number }>(
    'SELECT head_seq AS head FROM libraries WHERE lower(hex(id)) = ?',
    hexOf(library),
  );
  return row?.head ?? 0;
}

/** Whether a device knows of everything that the server has. */
export function isCurrent(database: ServerDatabase, { journal, parts }: SimDevice): boolean {
  // Until a pull has proved it, what an answer told may be of a history that a backup has undone since.
  if (journal.answered() !== null) return false;
  const seq = Number(journal.cursor()?.split('.')[1] ?? -1);
  return seq === headSeqOf(database, parts.libraryId);
}

/** Every content that a library's history names, deleted and replaced ones too. */
export function contentsInHistory(database: ServerDatabase): Set<string> {
  const rows = database.rows<{ id: string }>(
    'SELECT DISTINCT lower(hex(content_id)) AS id FROM changes WHERE content_id IS NOT NULL',
  );
  return new Set(rows.map(({ id }) => id));
}
export { contentIdFor };
