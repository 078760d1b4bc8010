import type { EntryId, OpId } from '@tidesync/shared/ids';
import { uuidFromBytes } from '@tidesync/shared/ids';
import type { ConflictLabel } from '../core/conflict-name.ts';
import type { NameRules } from '../core/name-rules.ts';
import type { Cutter } from '../ports/cutter.ts';
import type { Disk } from '../ports/disk.ts';
import type { Clock, Random, Sha256 } from '../ports/environment.ts';
import type { RootJournal, RootRecord } from '../ports/journal.ts';
import type { ObjectTransfer, SyncServer } from '../ports/server.ts';
import type { Watcher } from '../ports/watcher.ts';

/** All that one root's loop works with; what is not here does not exist for it. */
export interface RootParts {
  readonly record: RootRecord;
  readonly journal: RootJournal;
  readonly disk: Disk;
  readonly cutter: Cutter;
  readonly watcher: Watcher;
  readonly server: SyncServer;
  readonly objects: ObjectTransfer;
  readonly clock: Clock;
  readonly random: Random;
  readonly sha256: Sha256;
  readonly deviceName: string;
  /** See `EngineParts`. */
  readonly bootId: string;
  /** Plain words for the engine's log; never content, never secrets. */
  readonly log: (line: string) => void;
}

/** `RootParts` once the root was opened: what its disk can tell apart is known. */
export interface OpenParts extends RootParts {
  readonly rules: NameRules;
}

export function newEntryId(random: Random): EntryId {
  return uuidFromBytes(random.bytes(16)) as EntryId;
}
export function newOpId(random: Random): OpId {
  return uuidFromBytes(random.bytes(16)) as OpId;
}
/** YYYY-MM-DD, in UTC: the same everywhere. */
export function dayOf(nowMs: number): string {
  return new Date(nowMs).toISOString().slice(0, 10);
}

/** What copies that this device keeps today are named by. */
export function labelOf({ deviceName, clock }: Pick<RootParts, 'deviceName' | 'clock'>): ConflictLabel {
  return { deviceName, today: dayOf(clock.nowMs()) };
}
