import type { ServerPorts } from '../../ports/server-ports.ts';
import type { ArrivedPack, CheckableState, PackPlace, PackToCheck } from '../../ports/store-content.ts';
import type { Act, Actor } from '../audit/record.ts';
import { record } from '../audit/record.ts';
import type { PackVerdict } from './verify-pack.ts';
import { verifyPack } from './verify-pack.ts';

/** One run takes no more, so that it ends soon when the server stops or the lease goes to another. */
export const PACKS_PER_VERIFY_RUN_MAX = 200;
/** Reading back is a second reader of the store beside all clients, and must leave them room. */
export const VERIFY_BYTES_PER_SECOND_MAX = 64 * 1024 * 1024;
export const VERIFY_EVERY_MS = 10_000;
export const VERIFY_JOB = 'verify-packs';
/** A store may have answered wrongly once, so what was found damaged is looked at again. */
export const DAMAGED_AGAIN_AFTER_MS = 24 * 3_600_000;

export type VerifyPorts = Pick<ServerPorts, 'store' | 'clock' | 'objectStore' | 'random'>;

export interface VerifyOptions {
  /** Resolves after the time, or at once when the signal says stop; never rejects. */
  readonly pause: (ms: number, signal: AbortSignal) => Promise<void>;
  /** Hears of every pack that was found damaged: for the log. */
  readonly onDamaged: (pack: PackPlace, why: string) => void;
  /** Default: PACKS_PER_VERIFY_RUN_MAX. */
  readonly packsPerRunMax?: number;
}
export interface VerifyRun {
  readonly verified: number;
  readonly damaged: number;
}
/** A job for the background: `run` ends early, and in good order, when the signal says stop. */
export interface PackJob<Name extends string> {
  readonly name: Name;
  readonly everyMs: number;
  run(signal: AbortSignal): Promise<VerifyRun>;
}

/**
 * Re-reads sealed packs and hashes their chunks. What is as it was said counts for every member of the library from
 * then on; what is not, nobody may rely on. Never two runs at once; each goes on where the last one stopped.
 * Errors of a run: `storeUnavailable`, `databaseUnavailable`, `busy`. The pack at which it failed has its next turn
 * when all others had theirs, so that it holds up none of them.
 */
export function verifyPacksJob(ports: VerifyPorts, options: VerifyOptions): PackJob<typeof VERIFY_JOB> {
  const { packsPerRunMax = PACKS_PER_VERIFY_RUN_MAX } = options;
  const places: Record<CheckableState, PackPlace | null> = { sealed: null, damaged: null };
  let running: Promise<VerifyRun> | null = null;

  async function runNow(signal: AbortSignal): Promise<VerifyRun> {
    let [verified, damaged] = [0, 0];
    for (const pack of await due()) {
      if (signal.aborted) break;
      const startedMs = ports.clock.nowMs();
      places[pack.seen] = pack;
      const found = await checkOne(ports, pack);
      if (found.verdict === 'good') verified += 1;
      if (found.verdict === 'damaged') {
        damaged += 1;
        options.onDamaged(pack, found.why);
      }
      const dueMs = (pack.sizeBytes / VERIFY_BYTES_PER_SECOND_MAX) * 1_000;
      const leftMs = startedMs + dueMs - ports.clock.nowMs();
      if (leftMs > 0) await options.pause(leftMs, signal);
    }
    return { verified, damaged };
  }

  async function due(): Promise<PackToCheck[]> {
    const nowMs = ports.clock.nowMs();
    const sealed = await nextOf('sealed', { checkedByMs: nowMs, limit: packsPerRunMax });
    const limit = packsPerRunMax - sealed.length;
    const again = await nextOf('damaged', { checkedByMs: nowMs - DAMAGED_AGAIN_AFTER_MS, limit });
    return [...sealed, ...again];
  }

  /** From where the last run stopped; from the start once the end was reached. */
  async function nextOf(
    state: CheckableState,
    bounds: { readonly checkedByMs: number; readonly limit: number },
  ): Promise<PackToCheck[]> {
    if (bounds.limit === 0) return [];
    const packsAfter = (after: PackPlace | null) =>
      ports.store.read.content.packsToCheck({ state, after, ...bounds });
    const after = places[state];
    const found = await packsAfter(after);
    if (found.length > 0 || after === null) return found;
    places[state] = null;
    return packsAfter(null);
  }

  return {
    name: VERIFY_JOB,
    everyMs: VERIFY_EVERY_MS,
    run(signal) {
      running ??= runNow(signal).finally(() => {
        running = null;
      });
      return running;
    },
  };
}

type Found =
  | { readonly verdict: 'good' | 'overtaken' }
  | { readonly verdict: 'damaged'; readonly why: string };

/** Looks and writes down what was found, if the pack is still as it was when it was taken. */
export async function checkOne(ports: VerifyPorts, pack: ArrivedPack): Promise<Found> {
  // A library that is being imported comes last of its rows, which until then stay as they came to be compared.
  const library = await ports.store.read.libraries.byId(pack.libraryId);
  if (library === null) return { verdict: 'overtaken' };
  const found = await verifyPack(ports, pack);
  return (await noteVerdict(ports, { pack, found, actor: 'server' })) ? found : { verdict: 'overtaken' };
}

export interface Judged {
  readonly pack: ArrivedPack;
  readonly found: PackVerdict;
  readonly actor: Actor;
}

/** Whether it is written down: not, where the pack has moved on since it was taken. */
export async function noteVerdict(
  ports: Pick<VerifyPorts, 'store' | 'clock' | 'random'>,
  { pack, found, actor }: Judged,
): Promise<boolean> {
  if (found.verdict === 'good' && pack.seen === 'verified') return true;
  const atMs = ports.clock.nowMs();
  // Run a second time after a lost answer, it finds the pack moved on: then it is counted nowhere, but it is done.
  return ports.store.transact(
    async (tx) => {
      if (found.verdict === 'good') return tx.content.markVerified(pack, { chunkIds: found.chunkIds, atMs });
      if (!(await tx.content.markDamaged(pack, { atMs }))) return false;
      // One line for each pack, however often it is looked at again.
      if (pack.seen !== 'damaged') await record(tx, ports, damagedLine(pack, found.why, actor));
      return true;
    },
    { repeatable: true },
  );
}

function damagedLine({ libraryId, packId }: ArrivedPack, why: string, actor: Actor): Act {
  return { actor, action: 'packDamaged', target: libraryId, details: { packId, why } };
}
