import { randomUUID } from 'node:crypto';
import type { AccountId, LibraryId, PackId } from '@tidesync/shared/ids';
import type { HealthReport, PartHealth } from './api/health-routes.ts';
import { objectKeyOf } from './ports/object-store.ts';
import type { ServerPorts } from './ports/server-ports.ts';

const TRIAL_MS = 3_000;
/** Whoever asks more often than this gets the same answer: nobody can load the parts by asking for their health. */
const ANSWER_LIFE_MS = 2_000;

type Ports = Pick<ServerPorts, 'store' | 'objectStore' | 'clock'> & {
  readonly eventsConnected: () => boolean;
};

/** A trial of every part, shared by all who ask within two seconds. */
export function healthChecks(ports: Ports): () => Promise<HealthReport> {
  let last: { readonly atMs: number; readonly report: Promise<HealthReport> } | null = null;
  return () => {
    const nowMs = performance.now();
    if (last === null || nowMs - last.atMs > ANSWER_LIFE_MS) last = { atMs: nowMs, report: tryAll(ports) };
    return last.report;
  };
}

async function tryAll({ store, objectStore, eventsConnected }: Ports): Promise<HealthReport> {
  const nobody = randomUUID() as AccountId;
  const nothing = objectKeyOf(randomUUID() as LibraryId, randomUUID() as PackId);
  const [database, objects] = await Promise.all([
    tryPart(() => store.read.accounts.byId(nobody)),
    tryPart(() => objectStore.head(nothing)),
  ]);
  return { database, objectStore: objects, events: { up: eventsConnected(), answerMs: 0 } };
}

async function tryPart(trial: () => Promise<unknown>): Promise<PartHealth> {
  const startMs = performance.now();
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), TRIAL_MS);
  });
  const up = await Promise.race([
    trial().then(
      () => true,
      () => false,
    ),
    tooLate,
  ]);
  clearTimeout(timer);
  return { up, answerMs: Math.round(performance.now() - startMs) };
}
