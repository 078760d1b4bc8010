import type { Triple } from '@tidesync/engine/core/entry';
import type { RootJournal, SentCommit } from '@tidesync/engine/ports/journal';
import type { EntryId } from '@tidesync/shared/ids';
import type { DeviceProofs } from './device-proofs.ts';
import type { Gate } from './gate.ts';
import { failGone } from './gate.ts';
import { checkNoDeleteOfLeftOut } from './left-out.ts';

const journalWrites = new Set<keyof RootJournal>([
  'transaction',
  'set',
  'setSent',
  'setCursor',
  'setAnswered',
  'setTally',
  'forgetTrees',
  'setExcluded',
  'approveDelete',
  'addResolvedConflict',
]);

interface Parts {
  readonly device: string;
  readonly journal: RootJournal;
  readonly gate: Gate;
  readonly proofs: DeviceProofs;
  readonly broken: (error: unknown) => void;
}

/** The journal as one process has it; of one that is gone, every call ends at once and does nothing. */
export function processJournal(parts: Parts): RootJournal {
  const { gate } = parts;
  return new Proxy(parts.journal, {
    get: (journal, key: keyof RootJournal) => {
      const value = journal[key];
      if (typeof value !== 'function') return value;
      return (...args: unknown[]) => {
        const goesOn = journalWrites.has(key) ? gate.touch() : !gate.isOver;
        if (!goesOn) failGone();
        look(parts, key, args);
        return (value as (...given: unknown[]) => unknown).apply(journal, args);
      };
    },
  });
}

/** What a record of the engine says of deletes. */
function look(
  { device, journal, proofs, broken }: Parts,
  key: keyof RootJournal,
  args: readonly unknown[],
): void {
  try {
    if (key === 'transaction') proofs.deletes.answered(null);
    if (key === 'approveDelete') proofs.deletes.answered(args[0] as EntryId);
    if (key === 'set') {
      proofs.deletes.noted(args[0] as EntryId, args[1] as Triple);
      proofs.lately.noted(args[1] as Triple);
      proofs.held.noted(args[0] as EntryId, args[1] as Triple);
    }
    if (key === 'forgetTrees') proofs.held.forgotten();
    if (key === 'rename') proofs.deletes.renamed(args[0] as EntryId, args[1] as EntryId);
    if (key !== 'setSent' || args[0] === null) return;
    const sent = args[0] as SentCommit;
    // What has left already, and is written down otherwise, does not leave again.
    if (journal.sent()?.opId === sent.opId) return;
    proofs.lately.sent(sent);
    proofs.deletes.sent(sent);
    proofs.held.sent(sent);
    checkNoDeleteOfLeftOut({ device, journal, sent });
  } catch (error) {
    broken(error);
  }
}
