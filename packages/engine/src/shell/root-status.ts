import { sentenceOf } from '@tidesync/shared/problems';
import type { RestCause } from '@tidesync/shared/wire/device-settings';
import type { RootStateName, RootStatus } from '@tidesync/shared/wire/engine';
import { RESTING_SENTENCE, rootSentence } from '../core/sentences.ts';
import type { RootJournal, RootRecord } from '../ports/journal.ts';
import type { Transfer } from './jobs.ts';
import type { SyncRoot } from './sync-root.ts';

export interface RootShown {
  readonly record: RootRecord;
  readonly journal: RootJournal;
  /** Null while it does not run (paused, signed out, not started). */
  readonly running: SyncRoot | null;
  /** The rule of the device that holds; null: none. */
  readonly restsFor: RestCause | null;
}

/** What one root is doing, for people. */
export function rootStatusOf({ record, journal, running: root, restsFor }: RootShown): RootStatus {
  const { base, dirty } = journal.countEntries();
  const transfers = root === null ? [] : [...root.jobs.transfers.values()];
  const facts = {
    rootId: record.rootId,
    path: record.path,
    libraryId: record.libraryId,
    libraryName: record.libraryName,
    halt: root?.halt ?? null,
    pausedUntilMs: record.pause.is === 'paused' ? record.pause.untilMs : null,
    // A person's own pause is told first: it does not end by itself.
    restsFor: record.pause.is === 'paused' ? null : restsFor,
    entries: base,
    waiting: dirty,
    waitingBytes: transfers.reduce((sum, one) => sum + one.totalBytes - one.doneBytes, 0),
    readings: root === null ? [] : [...root.jobs.readings.values()].slice(0, TRANSFERS_SHOWN_MAX),
    transfers: transfers
      // Those that move before those that wait for their turn.
      .sort((a, b) => Number(b.doneBytes > 0) - Number(a.doneBytes > 0))
      .slice(0, TRANSFERS_SHOWN_MAX)
      .map((one) => transferView(one, root?.jobs.speedOf(one) ?? null)),
    upBytesPerSecond: root?.jobs.bytesPerSecond('up') ?? null,
    downBytesPerSecond: root?.jobs.bytesPerSecond('down') ?? null,
    troubles: journal.troubles().length,
    conflicts: journal.conflicts().length,
    heldDeletes: root?.batches.held?.files ?? 0,
    lastSyncedAtMs: root?.lastSyncedAtMs ?? null,
    lastCheck: journal.checks()?.last ?? null,
  };
  const state = stateOf(record, root, facts);
  return { ...facts, state, sentence: sentenceFor(root, state) ?? rootSentence(state, facts) };
}

/** Null: what its state says. */
function sentenceFor(root: SyncRoot | null, state: RootStateName): string | null {
  if (state !== 'offline') return null;
  if (root === null) return RESTING_SENTENCE;
  // It is not the server that keeps it.
  return root.offline?.problem.reason === 'ownDataFailed' ? sentenceOf(root.offline.problem) : null;
}

const TRANSFERS_SHOWN_MAX = 20;

function transferView(transfer: Transfer, bytesPerSecond: number | null): RootStatus['transfers'][number] {
  const { direction, path, doneBytes, totalBytes } = transfer;
  return { direction, path, doneBytes, totalBytes, bytesPerSecond };
}

/** "Up to date" is said only when nothing differs that is not masked, and nothing is left to find out. */
function stateOf(
  record: RootRecord,
  root: SyncRoot | null,
  { troubles, restsFor }: { troubles: number; restsFor: RestCause | null },
): RootStateName {
  if (root?.halt) return 'halted';
  if (record.pause.is === 'paused' || restsFor !== null) return 'paused';
  if (root === null || root.offline !== null) return 'offline';
  if (!root.idle) return 'syncing';
  return troubles > 0 || root.unsettled > 0 ? 'attention' : 'upToDate';
}
