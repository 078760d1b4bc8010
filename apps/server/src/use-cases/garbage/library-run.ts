import type { LibraryId } from '@tidesync/shared/ids';
import type { Collection } from '@tidesync/shared/wire/admin';
import type { ServerPorts } from '../../ports/server-ports.ts';
import type { Writes } from '../../ports/store.ts';
import type { Marks } from '../../ports/store-garbage.ts';

export interface CollectPorts
  extends Pick<ServerPorts, 'store' | 'clock' | 'random' | 'policy' | 'objectStore'> {
  /** Lets calls have their turn; called between two steps. */
  readonly turn: () => Promise<void>;
}

export type Figures = Omit<Collection, 'dryRun' | 'finished'>;
export type Tally = { -readonly [Name in keyof Figures]: number };

export function emptyTally(): Tally {
  return {
    ...{ libraries: 0, librariesDamaged: 0, trashEnded: 0, contentsDropped: 0 },
    ...{ chunksCondemned: 0, condemnedBytes: 0, chunksRevived: 0, chunksFreed: 0, freedBytes: 0 },
    ...{ packsEmptied: 0, packsDeleted: 0, deletedBytes: 0 },
  };
}

/** The collection has to end before its work is done: what is left is for the next one. */
export class Stopped extends Error {}
/** Another collection of the library has begun: it sees everything that this one has done. */
export class Overtaken extends Error {}
/** What is damaged in the library may be needed to heal the rest of it. */
export class Damaged extends Error {}

/** One collection of one library. */
export interface LibraryRun {
  readonly ports: CollectPorts;
  readonly libraryId: LibraryId;
  /** Writes nothing. */
  readonly dryRun: boolean;
  /** Its number, by which it finds out that another one has begun. */
  readonly collection: number;
  readonly marks: Marks;
  /** Of a deleted library whose time is over: nothing of it is needed. */
  readonly isOver: boolean;
  readonly nowMs: number;
  readonly tally: Tally;
  /** Between two steps. Throws `Stopped`. */
  readonly proceed: () => Promise<void>;
}

/**
 * One step of the collection, in a transaction that holds the library: nothing is staged, sealed, committed or brought
 * back meanwhile. Errors: `Overtaken`, `Damaged`, with nothing written.
 */
export async function stepOf<T>(run: LibraryRun, body: (tx: Writes) => Promise<T>): Promise<T> {
  const { libraryId, collection } = run;
  return run.ports.store.transact(
    async (tx) => {
      const library = await tx.garbage.lock(libraryId);
      if (library?.collection !== collection) throw new Overtaken();
      if (await tx.garbage.hasDamage(libraryId)) throw new Damaged();
      return body(tx);
    },
    // Each body looks first what is left to do, so that doing it again does nothing twice.
    { repeatable: true },
  );
}
