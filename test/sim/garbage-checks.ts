import { nodeSha256 } from '@tidesync/engine/adapters/node-environment';
import { decodeRefs } from '@tidesync/shared/chunk-list';
import type { EntryId, LibraryId } from '@tidesync/shared/ids';
import type { VersionsPage } from '@tidesync/shared/wire/retention';
import { contentIdOfText } from './line-cutter.ts';
import { liveContents } from './server-tree.ts';
import type { SimServer } from './sim-server.ts';
import { Violation } from './violation.ts';

export interface CollectedLibrary {
  readonly libraryId: LibraryId;
  readonly token: string;
}

const DAY_MS = 24 * 3_600_000;
/** The trash and versions, then the graces of contents and chunks, then that of objects. */
const DAYS_UNTIL_ALL_IS_GONE = 31 + 4 + 4 + 8;

/** I7: whatever the server shows to anyone has its bytes. Nothing else does in the end (I17). */
export async function checkGarbage(server: SimServer, libraries: readonly CollectedLibrary[]): Promise<void> {
  const visible = [];
  for (const library of libraries) visible.push(...(await visibleContents(server, library)));
  checkReadable(server, visible);
  for (let day = 0; day < DAYS_UNTIL_ALL_IS_GONE; day++) {
    server.wall.offsetMs += DAY_MS;
    await server.collectQuietly();
  }
  const live = libraries.flatMap(({ libraryId }) => [...liveContents(server.database, libraryId)]);
  const needed = checkReadable(server, live);
  const stored = server.database.rows<{ id: string }>('SELECT lower(hex(chunk_id)) AS id FROM locations');
  const left = stored.find(({ id }) => !needed.has(id));
  if (left !== undefined) throw new Violation('I17', `chunk ${left.id} is still there, and nothing needs it`);
}

/** What is in a file, the trash or a version. */
async function visibleContents(server: SimServer, { libraryId, token }: CollectedLibrary): Promise<string[]> {
  const contents = [...liveContents(server.database, libraryId)].filter((id) => id !== null);
  const files = server.database.rows<{ id: string }>(
    `SELECT lower(hex(entry_id)) AS id FROM entries WHERE kind = 'file' AND lower(hex(library_id)) = ?`,
    libraryId.replaceAll('-', ''),
  );
  for (const { id } of files) {
    const entryId = [8, 12, 16, 20].reduceRight((hex, at) => `${hex.slice(0, at)}-${hex.slice(at)}`, id);
    const { versions } = await server
      .ask<VersionsPage>(token, 'versions.list', { libraryId, entryId: entryId as EntryId, limit: 100 })
      // Its time in the trash is over.
      .catch(() => ({ versions: [] }));
    contents.push(...versions.map(({ contentId }) => contentId));
  }
  return contents;
}

interface RevisionRow {
  readonly depth: number;
  readonly refs: Uint8Array;
}
interface PlaceRow {
  readonly key: string;
  readonly offset: number;
  readonly bytes: number;
}

/** Every content is read back and has its hash; answers the ids of all chunks that this takes. */
function checkReadable(server: SimServer, contents: Iterable<string | null>): ReadonlySet<string> {
  const needed = new Set<string>();
  for (const contentId of new Set(contents)) {
    if (contentId === null) continue;
    const bytes = readContent(server, contentId, needed);
    if (contentIdOfText(bytes.toString()) !== contentId)
      throw new Violation('I7', `content ${contentId} is read back as something else`);
  }
  return needed;
}

function readContent(server: SimServer, contentId: string, needed: Set<string>): Buffer {
  const [row] = server.database.rows<RevisionRow>(
    'SELECT depth, refs FROM revisions WHERE lower(hex(content_id)) = ? LIMIT 1',
    contentId,
  );
  if (row === undefined) throw new Violation('I7', `content ${contentId} can be seen, and is not recorded`);
  const refs = decodeRefs(row.refs) ?? [];
  // The bytes of which the content id is the hash are stored beside it.
  if (refs.length > 1) chunkOf(server, contentId, needed);
  const parts = refs.map(({ id }) => chunkOf(server, id, needed));
  if (row.depth === 0) return Buffer.concat(parts);
  const listed = parts.flatMap((list) => decodeRefs(list) ?? []);
  return Buffer.concat(listed.map(({ id }) => chunkOf(server, id, needed)));
}

function chunkOf({ database, objects }: SimServer, id: string, needed: Set<string>): Uint8Array {
  needed.add(id);
  const places = database.rows<PlaceRow>(
    `SELECT CAST(p.object_key AS TEXT) AS key, l.offset AS offset, l.stored_bytes AS bytes FROM locations l
     JOIN packs p ON p.library_id = l.library_id AND p.pack_id = l.pack_id WHERE lower(hex(l.chunk_id)) = ?`,
    id,
  );
  for (const { key, offset, bytes } of places) {
    const chunk = objects.bytesAt(key)?.subarray(offset, offset + bytes);
    if (chunk !== undefined && nodeSha256(chunk) === id) return chunk;
  }
  throw new Violation('I7', `chunk ${id} is needed, and lies in none of its ${places.length} places`);
}
