import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ContentId, LibraryId } from '@tidesync/shared/ids';
import type { Collection } from '@tidesync/shared/wire/admin';
import type { Caller } from '../use-cases/caller.ts';
import { locateChunks } from '../use-cases/downloads/locate-chunks.ts';
import { readRevisions } from '../use-cases/downloads/read-revisions.ts';
import type { CollectOptions } from '../use-cases/garbage/collect-garbage.ts';
import { collectGarbage } from '../use-cases/garbage/collect-garbage.ts';
import type { CollectPorts } from '../use-cases/garbage/library-run.ts';
import { recountQuotas } from '../use-cases/quotas/recount-quotas.ts';
import { expireUploads } from '../use-cases/uploads/expire-uploads.ts';
import type { ServerWorld } from './server-world.ts';
import { sha256 } from './server-world.ts';

export const DAY_MS = 24 * 3_600_000;

/** Ports of a collection in a world; `turn` may be replaced by what shall happen between two steps. */
export function collectPorts(world: ServerWorld, turn: () => Promise<void> = () => nextTurn()): CollectPorts {
  return { ...world.ports, turn };
}

export function collect(world: ServerWorld, options: Partial<CollectOptions> = {}): Promise<Collection> {
  return collectGarbage(collectPorts(world), {
    ...{ libraryId: null, dryRun: false, actor: 'server', untilMs: null },
    ...{ signal: new AbortController().signal, ...options },
  });
}

/** Lets so much time pass, with the jobs that servers do each day. */
export async function passDays(world: ServerWorld, days: number): Promise<void> {
  for (let day = 0; day < days; day++) {
    world.advance(DAY_MS);
    await expireUploads(world.ports);
    await collect(world);
  }
}

/** A content as a device downloads it, byte by byte; null if any part of it is not there. */
export async function readContent(
  world: ServerWorld,
  caller: Caller,
  { libraryId, contentId }: { readonly libraryId: LibraryId; readonly contentId: ContentId },
): Promise<string | null> {
  const { revisions } = await readRevisions(world.ports, caller, { libraryId, contentIds: [contentId] });
  const revision = revisions[0];
  if (revision === undefined) return null;
  const parts: Uint8Array[] = [];
  for (const ref of revision.refs) {
    const { locations } = await locateChunks(world.ports, caller, { libraryId, chunkIds: [ref.id] });
    const [place] = locations;
    if (place === undefined) return null;
    const pack = await world.objects.read(`${libraryId}/${place.packId}` as never);
    const bytes = pack?.subarray(place.offset, place.offset + place.storedBytes);
    if (bytes === undefined || sha256(bytes) !== ref.id) return null;
    parts.push(bytes);
  }
  return Buffer.concat(parts).toString();
}

/** Numbers of quotas that are not what they are made of. */
export async function driftsOf(world: ServerWorld): Promise<unknown[]> {
  return (await recountQuotas(world.ports, { actor: 'command', dryRun: true })).drifts;
}
