import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fail } from '@tidesync/shared/problems';
import { pino } from 'pino';
import { lockDataDir, prepareDataDir } from './adapters/data-folder/data-folder.ts';
import { tableShapes } from './adapters/database/table-shapes.ts';
import { openFolderSource } from './adapters/export-folder/folder-source.ts';
import { folderTarget } from './adapters/export-folder/folder-target.ts';
import { composeObjectStore } from './compose-object-store.ts';
import { composeStore, DATABASE_FILE } from './compose-store.ts';
import type { MoveScope, MoveSource, MoveSummary, MoveTarget } from './ports/moving.ts';
import type { ServerSettings } from './settings/server-settings.ts';
import { needsDataDir } from './settings/server-settings.ts';
import { adoptedSource, libraryTarget, requireOwner } from './use-cases/moving/library-target.ts';
import type { LivePorts } from './use-cases/moving/live-source.ts';
import { libraryScope, liveSource } from './use-cases/moving/live-source.ts';
import { everythingTarget } from './use-cases/moving/live-target.ts';
import { move } from './use-cases/moving/move.ts';
import type { MoveWatch } from './use-cases/moving/move-watch.ts';

/** A server's data, as its settings say where it is. */
export interface ServerPlace {
  readonly settings: ServerSettings;
  readonly dataDir: string;
}
export type MoveFrom =
  | { readonly kind: 'server'; readonly place: ServerPlace; readonly library: string | null }
  | { readonly kind: 'folder'; readonly folder: string };
export type MoveTo =
  | { readonly kind: 'server'; readonly place: ServerPlace; readonly adopt: AdoptOptions | null }
  | { readonly kind: 'folder'; readonly folder: string };
/** Who takes over a library that comes alone. */
export interface AdoptOptions {
  readonly ownerEmail: string;
  readonly name: string | null;
  readonly withMembers: boolean;
}
export interface MoveOptions {
  readonly watch: MoveWatch;
  readonly acceptDamaged: boolean;
}
export interface Moved {
  readonly scope: MoveScope;
  /** Null: the same had moved there before. */
  readonly summary: MoveSummary | null;
}

/**
 * Moves a server's data, or one library of it: to a folder, from one, or straight to another database and store.
 * No server may run on either end; where one keeps data in a folder, its lock is taken.
 * Errors: those of `move`; `dataInUse`, `dataUnusable`, `libraryMissing`, and those of opening either end;
 *         `invalidInput` where it is not said who takes over a library.
 */
export async function moveData(from: MoveFrom, to: MoveTo, options: MoveOptions): Promise<Moved> {
  const undo: (() => unknown)[] = [];
  try {
    const source = await openSource(from, undo);
    const ends = await openTarget(to, source, undo);
    const summary = await move({ ...ends, ...options, shapes: tableShapes });
    return { summary, scope: source.scope };
  } finally {
    for (const step of undo.toReversed()) await step();
  }
}

async function openSource(from: MoveFrom, undo: (() => unknown)[]): Promise<MoveSource> {
  if (from.kind === 'folder') return openFolderSource(from.folder, tableShapes);
  const { place } = from;
  if (place.settings.database.kind === 'sqlite' && !existsSync(join(place.dataDir, DATABASE_FILE))) {
    fail({ reason: 'dataUnusable', path: place.dataDir, detail: "there is no server's data in it" });
  }
  const { ports } = await openPlace(place, undo);
  const scope: MoveScope =
    from.library === null ? { kind: 'everything' } : await libraryScope(ports, from.library);
  return liveSource(ports, scope);
}

interface Ends {
  readonly source: MoveSource;
  readonly target: MoveTarget;
}

async function openTarget(to: MoveTo, source: MoveSource, undo: (() => unknown)[]): Promise<Ends> {
  if (to.kind === 'folder') {
    const target = folderTarget({ folder: to.folder, shapes: tableShapes, nowMs: () => Date.now() });
    return { source, target };
  }
  const { scope } = source;
  const { ports, prove } = await openPlace(to.place, undo);
  // Before hours of copying rather than at the first start behind them.
  if (to.place.settings.objectStore.kind === 's3') await prove();
  if (scope.kind === 'everything') return { source, target: everythingTarget(ports) };
  if (to.adopt === null) {
    return fail({ reason: 'invalidInput', detail: 'say with --owner which account takes the library over' });
  }
  const adoption = { scope, ...to.adopt };
  const { accountId } = await requireOwner(ports, adoption);
  return { source: adoptedSource(source, accountId), target: libraryTarget(ports, adoption) };
}

interface OpenPlace {
  readonly ports: LivePorts;
  /** Only for a store that is not the server's own. */
  prove(): Promise<void>;
}

async function openPlace({ settings, dataDir }: ServerPlace, undo: (() => unknown)[]): Promise<OpenPlace> {
  const isLocked = needsDataDir(settings);
  if (isLocked) {
    await prepareDataDir(dataDir);
    const lock = lockDataDir(dataDir);
    undo.push(() => lock.release());
  }
  const clock = { nowMs: () => Date.now() };
  const store = await composeStore(settings, dataDir);
  undo.push(() => store.close());
  const objects = await composeObjectStore(settings, { dataDir, clock, log: pino({ level: 'silent' }) });
  undo.push(() => objects.close());
  const random = { bytes: (count: number) => randomBytes(count) };
  const ports = { store, objectStore: objects.store, clock, random, shapes: tableShapes, isLocked };
  return { ports, prove: () => objects.prove('') };
}
