import type { RootJournal } from '@tidesync/engine/ports/journal';
import { AgreedLately } from './agreed-lately.ts';
import { DeleteProof } from './delete-proof.ts';
import { HeldProof } from './held-proof.ts';
import type { Scheduler } from './scheduler.ts';

/** What is watched of one journal of a device; with another journal it begins anew. */
export interface DeviceProofs {
  readonly deletes: DeleteProof;
  readonly held: HeldProof;
  readonly lately: AgreedLately;
}

interface Watched {
  readonly name: string;
  readonly journal: RootJournal;
  readonly wall: { readonly offsetMs: number };
  readonly parts: { readonly scheduler: Scheduler; readonly heldFrom: number | null };
}

export function deviceProofs({ name, journal, wall, parts: { scheduler, heldFrom } }: Watched): DeviceProofs {
  if (heldFrom !== null) journal.setDeleteThresholds({ files: heldFrom, percent: null });
  const nowMs = () => scheduler.nowMs;
  return {
    deletes: new DeleteProof(name, journal, nowMs),
    held: new HeldProof({ device: name, journal, nowMs, heldFrom }),
    lately: new AgreedLately(() => nowMs() + wall.offsetMs),
  };
}
