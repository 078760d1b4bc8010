import type { ArrivedPack, PackPlace, VerifiedPack } from '../../ports/store-content.ts';
import type { PackJob, VerifyOptions, VerifyPorts, VerifyRun } from './verify-packs.ts';
import { checkOne } from './verify-packs.ts';

/** What a disk holds rots unseen, so every pack is read again about so often. */
export const REREAD_AFTER_MS = 30 * 24 * 3_600_000;
export const REREAD_EVERY_MS = 10 * 60_000;
export const REREAD_JOB = 'reread-packs';
/** One run reads no more, so that it ends soon. */
export const PACKS_PER_REREAD_RUN_MAX = 200;
/** Nobody waits for it: slower than the first reading of what has just arrived. */
export const REREAD_BYTES_PER_SECOND_MAX = 16 * 1024 * 1024;
/** Packs whose time of reading one run looks at, due or not. */
export const PACKS_LOOKED_AT_PER_RUN_MAX = 20_000;
const PACKS_PER_PAGE = 1_000;

/**
 * Reads verified packs again whose last reading is long ago. One that is not what it was is marked and told like any
 * damaged pack: nobody relies on it, the verifier looks at it again a day later, and whoever has the content sends it
 * again. Walks by library and pack: each run goes on where the last one of this server stopped; at the end it begins
 * again. Errors of a run: `storeUnavailable`, `databaseUnavailable`, `busy`; they prove nothing about a pack.
 */
export function rereadPacksJob(ports: VerifyPorts, options: VerifyOptions): PackJob<typeof REREAD_JOB> {
  const { packsPerRunMax = PACKS_PER_REREAD_RUN_MAX } = options;
  let after: PackPlace | null = null;

  async function run(signal: AbortSignal): Promise<VerifyRun> {
    let [verified, damaged] = [0, 0];
    for await (const pack of duePacks()) {
      if (signal.aborted || verified + damaged >= packsPerRunMax) break;
      after = pack; // one that cannot be read now has its next turn when all others had theirs
      const verdict = await rereadOne(ports, options, { pack, signal });
      if (verdict === 'good') verified += 1;
      if (verdict === 'damaged') damaged += 1;
    }
    return { verified, damaged };
  }

  async function* duePacks(): AsyncGenerator<VerifiedPack> {
    for (let looked = 0; looked < PACKS_LOOKED_AT_PER_RUN_MAX; looked += PACKS_PER_PAGE) {
      const page = await ports.store.read.content.verifiedPacks({ after, limit: PACKS_PER_PAGE });
      yield* page.filter(isDue);
      after = page.length < PACKS_PER_PAGE ? null : (page.at(-1) ?? null);
      if (after === null) return;
    }
  }

  const isDue = ({ checkedAtMs }: VerifiedPack) =>
    checkedAtMs === null || checkedAtMs <= ports.clock.nowMs() - REREAD_AFTER_MS;

  return { name: REREAD_JOB, everyMs: REREAD_EVERY_MS, run };
}

/** Reads a pack back, notes what is found, and takes no less time than its bytes may. */
export async function rereadOne(
  ports: VerifyPorts,
  { pause, onDamaged }: Pick<VerifyOptions, 'pause' | 'onDamaged'>,
  { pack, signal }: { readonly pack: ArrivedPack; readonly signal: AbortSignal },
): Promise<'good' | 'damaged' | 'overtaken'> {
  const startedMs = ports.clock.nowMs();
  const found = await checkOne(ports, pack);
  if (found.verdict === 'damaged') onDamaged(pack, found.why);
  if (found.verdict === 'good' && pack.seen === 'verified') {
    const read = { chunkIds: [], atMs: ports.clock.nowMs() };
    // Done a second time after a lost answer it notes the same once more.
    await ports.store.transact((tx) => tx.content.markVerified(pack, read), { repeatable: true });
  }
  const dueMs = (pack.sizeBytes / REREAD_BYTES_PER_SECOND_MAX) * 1_000;
  const leftMs = startedMs + dueMs - ports.clock.nowMs();
  if (leftMs > 0) await pause(leftMs, signal);
  return found.verdict;
}
