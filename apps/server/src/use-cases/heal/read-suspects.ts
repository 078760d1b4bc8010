import { rereadOne } from '../verify/reread-packs.ts';
import type { PackJob, VerifyOptions, VerifyPorts, VerifyRun } from '../verify/verify-packs.ts';

export const SUSPECTS_JOB = 'read-suspects';
export const SUSPECTS_EVERY_MS = 5_000;
/** One run reads no more, so that it ends soon. */
export const SUSPECTS_PER_RUN_MAX = 50;

/**
 * Reads packs back that devices had trouble with. What it finds counts, whatever they said. Each is taken off the list
 * before it is read: a store that does not answer proves nothing, and a device that still has trouble says so again.
 * Errors of a run: `storeUnavailable`, `databaseUnavailable`, `busy`.
 */
export function readSuspectsJob(ports: VerifyPorts, options: VerifyOptions): PackJob<typeof SUSPECTS_JOB> {
  const { packsPerRunMax = SUSPECTS_PER_RUN_MAX } = options;

  async function run(signal: AbortSignal): Promise<VerifyRun> {
    let [verified, damaged] = [0, 0];
    for (const { place, pack } of await ports.store.read.heal.suspects(packsPerRunMax)) {
      if (signal.aborted) break;
      await ports.store.transact((tx) => tx.heal.dropSuspect(place), { repeatable: true });
      if (pack === null) continue;
      const verdict = await rereadOne(ports, options, { pack, signal });
      if (verdict === 'good') verified += 1;
      if (verdict === 'damaged') damaged += 1;
    }
    return { verified, damaged };
  }

  return { name: SUSPECTS_JOB, everyMs: SUSPECTS_EVERY_MS, run };
}
