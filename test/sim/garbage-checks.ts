import { nodeSha256 } from '@tidesync/engine/adapters/node-environment';
import { decodeRefs } from '@tidesync/shared/chunk-list';
import type { LibraryId } from '@tidesync/shared/ids';
import { limits } from '@tidesync/shared/limits';
import { contentIdOfText } from './line-cutter.ts';
import { liveContents } from './server-tree.ts';
import type { SimServer } from './sim-server.ts';
import { Violation } from './violation.ts';

/** As libraries keep versions and trash that say nothing else. */
const KEPT_DAYS = limits.retentionDaysDefault;
const DAY_MS = 24 * 3_600_000;
/** The trash and versions, then the graces of contents and chunks, then that of objects. */
const DAYS_UNTIL_ALL_IS_GONE = KEPT_DAYS + 1 + 4 + 4 + 8;

/** I7: all that a file has, or had in the days for which that is kept, has its bytes. Nothing else does in the end (I17). */
export async function checkGarbage(
  server: SimServer,
  libraries: readonly { readonly libraryId: LibraryId }[],
): Promise<void> {
  for (const { libraryId } of libraries) checkReadable(server, keptContents(server, libraryId));
  for (let day = 0; day < DAYS_UNTIL_ALL_IS_GONE; day++) {
    server.wall.offsetMs += DAY_MS;
    await server.collectQuietly();
  }
  const live = libraries.flatMap(({ libraryId }) => [...liveContents(server.database, libraryId)]);
  const needed = checkReadable(server, live);
  const stored = server.database.rows<{ id: string }>('SELECT lower(hex(chunk_id)) AS id FROM locations');
  const left = stored.find(({ id }) => !needed.has(id));
  if (left !== undefined) throw new Violation('I17', `chunk ${left.id} is still there, and nothing needs it`);
  const inUse = server.database.rows<{ key: string }>(
    `SELECT DISTINCT CAST(p.object_key AS TEXT) AS key FROM packs p
     JOIN locations l ON l.library_id = p.library_id AND l.pack_id = p.pack_id`,
  );
  const keys = new Set(inUse.map(({ key }) => key));
  const stray = server.objects.keys().find((key) => !keys.has(key));
  if (stray !== undefined) throw new Violation('I17', `object ${stray} is still there, and nothing is in it`);
}

interface ChangeRow {
  readonly entryId: string;
  readonly contentId: string | null;
  readonly deleted: number;
  readonly atMs: number;
}
const CHANGES = `SELECT lower(hex(c.entry_id)) AS entryId, lower(hex(c.content_id)) AS contentId, c.deleted AS deleted,
  m.at_ms AS atMs FROM changes c JOIN commits m ON m.library_id = c.library_id AND m.first_seq = c.first_seq
  WHERE lower(hex(c.library_id)) = ? ORDER BY c.seq`;

/** What a file has, and what it had or has been deleted with in the days for which that is kept. */
function keptContents(server: SimServer, libraryId: LibraryId): string[] {
  const youngMs = server.nowMs() - KEPT_DAYS * DAY_MS;
  const rows = server.database.rows<ChangeRow>(CHANGES, libraryId.replaceAll('-', ''));
  const kept: string[] = [];
  for (const changes of Map.groupBy(rows, ({ entryId }) => entryId).values()) {
    const last = changes.at(-1);
    if (last === undefined || (last.deleted === 1 && last.atMs <= youngMs)) continue;
    changes.forEach(({ contentId, deleted }, index) => {
      const end = changes
        .slice(index + 1)
        .find((later) => later.contentId !== contentId || later.deleted !== deleted);
      if (contentId && (end === undefined || end.atMs > youngMs)) kept.push(contentId);
    });
  }
  return kept;
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
