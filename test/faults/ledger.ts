import type { Chunk } from '@tidesync/server/testing/server-world';
import type { ContentId, EntryId, LibraryId } from '@tidesync/shared/ids';
import type { EntryState } from '@tidesync/shared/wire/entries';
import type { CommitInput, CommitOutput } from '@tidesync/shared/wire/sync';
import type { FaultClient } from './fault-client.ts';

export interface Answered {
  readonly client: FaultClient;
  readonly input: CommitInput;
  readonly output: CommitOutput;
}

/** All that the clients of one run have been promised. */
export class Ledger {
  readonly answered: Answered[] = [];
  /** Sent once, by a device that never heard what came of it. */
  readonly abandoned: CommitInput[] = [];
  readonly contents = new Map<ContentId, readonly Chunk[]>();
  /** The latest state of every entry that an answer told of, by library. */
  readonly states = new Map<LibraryId, Map<EntryId, EntryState>>();

  note(answered: Answered): void {
    this.answered.push(answered);
    for (const result of answered.output.results) {
      if (result.result === 'applied') this.noteState(answered.input.libraryId, result.state);
    }
  }

  noteState(libraryId: LibraryId, state: EntryState): void {
    const states = this.states.get(libraryId) ?? new Map<EntryId, EntryState>();
    this.states.set(libraryId, states);
    const known = states.get(state.entryId);
    if (known === undefined || latestSeq(state) >= latestSeq(known)) states.set(state.entryId, state);
  }

  live(libraryId: LibraryId): EntryState[] {
    return [...(this.states.get(libraryId)?.values() ?? [])].filter((state) => !state.deleted);
  }
}

const latestSeq = ({ contentSeq, placeSeq, attributesSeq }: EntryState) =>
  Math.max(contentSeq, placeSeq, attributesSeq);
