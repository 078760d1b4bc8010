import { opId, uuidFromBytes } from '@tidesync/shared/ids';
import { fail, isFailure } from '@tidesync/shared/problems';
import type { FolderCheck, FolderMeasure, SearchFound } from '@tidesync/shared/wire/engine-screens';
import type { Library } from '@tidesync/shared/wire/people';
import { judgeFolder } from '../core/judge-folder.ts';
import { entryAt } from '../core/list-folder.ts';
import type { SyncServer } from '../ports/server.ts';
import { isInside, namedLibrary } from './bind-folder.ts';
import type { BoundRoots, Root } from './bound-roots.ts';
import type { EngineParts, ServerConnection } from './engine-parts.ts';
import { PREVIEW_IMAGE_BYTES_MAX, previewOf } from './preview.ts';
import { gapsBetween } from './run-book.ts';
import type { ScreensFace } from './screens-face.ts';
import { asEntryPath } from './why.ts';

export interface ScreensParts {
  readonly parts: EngineParts;
  readonly roots: BoundRoots;
  /** Fails with `signedOut` or `deviceRevoked`. */
  readonly signedIn: () => ServerConnection;
}

/** Pages of a library's listing that are added up for a check; a larger one holds at least that. */
const MEASURED_PAGES_MAX = 10;

export function screensOf({ parts, roots, signedIn }: ScreensParts): ScreensFace {
  const { places, servers, process, version, homePath, random } = parts;
  return {
    checkServer: (url) => servers.check(url),
    libraries: async () => signedIn().sync.libraries(),
    places: (path) => places.list(path),
    checkFolder: (input) => checkFolder({ parts, roots, signedIn }, input),
    async preview(path) {
      const real = await parts.folders.resolve(path);
      if (roots.find(real) === undefined) fail({ reason: 'folderUnbound', path });
      const { is } = await places.look(real);
      if (is === 'missing') return { is: 'none', why: 'missing' };
      if (is === 'folder') return { is: 'none', why: 'folder' };
      const head = await places.head(real, PREVIEW_IMAGE_BYTES_MAX);
      if (head === null) return { is: 'none', why: 'missing' };
      return previewOf(head, (bytes) => Buffer.from(bytes).toString('base64'));
    },
    trash: async (libraryId, pageToken) => signedIn().library.trash(libraryId, pageToken),
    async restore(libraryId, entryIds) {
      const { library } = signedIn();
      const operation = opId.parse(uuidFromBytes(random.bytes(16)));
      let answer = await library.restore(libraryId, operation, entryIds);
      while (answer.more) answer = await library.restore(libraryId, operation, entryIds);
      for (const { record, running } of roots.all()) if (record.libraryId === libraryId) running?.ring();
      return { restored: answer.restored, restoredCount: answer.restoredCount };
    },
    async versions(path, beforeSeq) {
      const { libraryId, entryId } = await entryOf(parts, roots, path);
      return signedIn().library.versions(libraryId, entryId, beforeSeq);
    },
    async restoreVersion(path, seq) {
      const { libraryId, entryId, root } = await entryOf(parts, roots, path);
      const operation = opId.parse(uuidFromBytes(random.bytes(16)));
      const answer = await signedIn().library.restoreVersion({ libraryId, entryId, opId: operation, seq });
      root.running?.ring();
      return { path: answer.path, changed: answer.changed };
    },
    retention: async (libraryId) => signedIn().library.retention(libraryId),
    setRetention: async (change) => signedIn().library.setRetention(change),
    search: (text) => searchRoots(roots.all(), text, signedIn()),
    gaps: async () => gapsBetween(parts.journal.runs()),
    async about() {
      const { pid, nodeVersion, system, hostName, startedMs } = process;
      const memoryBytes = process.memoryBytes();
      return {
        version,
        nodeVersion,
        system,
        hostName,
        pid,
        startedMs,
        memoryBytes,
        homePath,
        ownFolder: places.ownFolder,
      };
    },
  };
}

/** An entry that the server knows, by its path on this device. */
async function entryOf(parts: EngineParts, roots: BoundRoots, path: string) {
  const root = await roots.at(path);
  const { record, journal } = root;
  const real = await parts.folders.resolve(path);
  const entryId = entryAt(journal, asEntryPath(real.slice(record.path.length)));
  if (entryId === null || journal.get(entryId).remote.is === 'absent') {
    return fail({ reason: 'entryMissing', entry: path });
  }
  return { libraryId: record.libraryId, entryId, root };
}

async function searchRoots(
  roots: readonly Root[],
  text: string,
  { library }: ServerConnection,
): Promise<SearchFound> {
  const pages = await Promise.all(
    roots.map(async ({ record: { rootId, libraryId } }) => {
      const { items, nextPageToken } = await library.search(libraryId, text);
      const found = items.map(({ state, path }) => ({ rootId, kind: state.kind, path }));
      return { found, more: nextPageToken !== null };
    }),
  );
  return { items: pages.flatMap(({ found }) => found), more: pages.some(({ more }) => more) };
}

const NOTHING: FolderMeasure = { files: 0, folders: 0, sizeBytes: 0, complete: true };

async function checkFolder(
  { parts, roots, signedIn }: ScreensParts,
  input: { path: string; library: string | null },
): Promise<FolderCheck> {
  const path = await parts.folders.resolve(input.path);
  const facts = await parts.places.look(path);
  const others = [...roots.all().map(({ record }) => record.path), parts.homePath];
  const overlaps = others.find((other) => isInside(path, other) || isInside(other, path)) ?? null;
  const isFree = facts.is === 'folder' && overlaps === null;
  const [here, server] = await Promise.all([
    isFree ? parts.places.measure(path) : NOTHING,
    askServer(signedIn(), input.library),
  ]);
  const isOwn = server.libraryIs !== 'shared';
  const wish = {
    path,
    ...facts,
    overlaps,
    here,
    onServer: server.onServer,
    quota: isOwn ? server.quota : null,
  };
  const findings = judgeFolder(wish);
  const { freeBytes } = facts;
  return { path, exists: facts.is === 'folder', here, freeBytes, findings, ...server };
}

type ServerSide = Pick<FolderCheck, 'onServer' | 'libraryIs' | 'quota'>;

/** Offline, a check says what it can. */
async function askServer({ sync }: ServerConnection, name: string | null): Promise<ServerSide> {
  try {
    const quota = await sync.quota();
    if (name === null) return { quota, onServer: null, libraryIs: null };
    const found = namedLibrary(await sync.libraries(), name);
    if (found === null) return { quota, onServer: null, libraryIs: 'new' };
    return { quota, onServer: await measureLibrary(sync, found.library), libraryIs: found.is };
  } catch (error) {
    if (isFailure(error, 'unreachable', 'timedOut')) return { quota: null, onServer: null, libraryIs: null };
    throw error;
  }
}

async function measureLibrary(sync: SyncServer, { libraryId }: Library): Promise<FolderMeasure> {
  const found = { files: 0, folders: 0, sizeBytes: 0 };
  let pageToken: string | null = null;
  for (let pages = 0; pages < MEASURED_PAGES_MAX; pages++) {
    const page = await sync.tree(libraryId, pageToken);
    for (const entry of page.entries) {
      if (entry.kind === 'folder') found.folders++;
      else found.files++;
      if (entry.kind === 'file') found.sizeBytes += entry.sizeBytes;
    }
    pageToken = page.nextPageToken;
    if (pageToken === null) return { ...found, complete: true };
  }
  return { ...found, complete: false };
}
