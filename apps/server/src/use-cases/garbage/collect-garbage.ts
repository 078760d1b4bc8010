import type { LibraryId } from '@tidesync/shared/ids';
import type { Collection } from '@tidesync/shared/wire/admin';
import type { Actor } from '../audit/record.ts';
import { collectLibrary } from './collect-library.ts';
import type { CollectPorts, Tally } from './library-run.ts';
import { Damaged, emptyTally, Overtaken, Stopped } from './library-run.ts';

const LIBRARIES_PER_LOOK = 100;

export interface CollectOptions {
  /** Null: all, deleted ones too. */
  readonly libraryId: LibraryId | null;
  /** Only says what would be done. */
  readonly dryRun: boolean;
  readonly actor: Actor;
  readonly signal: AbortSignal;
  /** Ends between two steps once it is this late; null: when it is done. */
  readonly untilMs: number | null;
  /** For tests: chunks that are marked at once. */
  readonly chunksPerRangeMax?: number;
}

/**
 * Ends versions and trash whose time is over, and frees what nothing needs any more, library by library. It may run
 * beside all other work and on several servers at once, and may be stopped or killed at any moment.
 * Errors: `storeUnavailable`, `databaseUnavailable`, `busy`, after every library had its turn.
 */
export async function collectGarbage(ports: CollectPorts, options: CollectOptions): Promise<Collection> {
  const { dryRun } = options;
  const total = emptyTally();
  const failures: unknown[] = [];
  for await (const libraryId of librariesOf(ports, options)) {
    const tally = emptyTally();
    try {
      await collectLibrary({ ...options, ports, libraryId, tally, proceed: proceedUntil(ports, options) });
      tally.libraries += 1;
    } catch (error) {
      if (error instanceof Stopped) {
        addUp(total, tally);
        return { dryRun, finished: false, ...total };
      }
      if (error instanceof Damaged) tally.librariesDamaged += 1;
      else if (!(error instanceof Overtaken)) failures.push(error);
    }
    addUp(total, tally);
  }
  if (failures.length > 0) throw failures[0];
  return { dryRun, finished: true, ...total };
}

async function* librariesOf(
  { store }: CollectPorts,
  { libraryId }: CollectOptions,
): AsyncGenerator<LibraryId> {
  if (libraryId !== null) return yield libraryId;
  for (let afterId: LibraryId | null = null; ; ) {
    const ids: LibraryId[] = await store.read.recount.libraryIds({ afterId, limit: LIBRARIES_PER_LOOK });
    yield* ids;
    afterId = ids.at(-1) ?? null;
    if (ids.length < LIBRARIES_PER_LOOK) return;
  }
}

function proceedUntil({ turn, clock }: CollectPorts, { signal, untilMs }: CollectOptions) {
  return async () => {
    await turn();
    if (signal.aborted || (untilMs !== null && clock.nowMs() >= untilMs)) throw new Stopped();
  };
}

function addUp(total: Tally, one: Tally): void {
  for (const name of Object.keys(one) as (keyof Tally)[]) total[name] += one[name];
}
