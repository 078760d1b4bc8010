import type { Chain, DeviceId, LibraryId, OpId } from './ids.ts';
import type { EntryState } from './wire/entries.ts';

/** The chain of a library without commits: no SHA-256 has this value in practice. */
export const CHAIN_START = '0'.repeat(64) as Chain;

/** What one commit did, as the chain covers it. */
export interface ChainedCommit {
  readonly libraryId: LibraryId;
  readonly deviceId: DeviceId | null;
  readonly opId: OpId;
  readonly firstSeq: number;
  readonly changes: readonly ChainedChange[];
}
export interface ChainedChange {
  readonly seq: number;
  readonly state: EntryState;
}

/**
 * Bytes whose SHA-256 is the next head: previous head, then the commit in canonical JSON (keys in the fixed
 * order written here). A client that knows a head can tell any history that does not continue it.
 */
export function chainInput(previous: Chain, commit: ChainedCommit): string {
  const changes = commit.changes.map(({ seq, state }) => [
    seq,
    state.entryId,
    state.parentId,
    state.name,
    state.deleted,
    state.kind,
    state.kind === 'file' ? state.contentId : state.kind === 'symlink' ? state.target : null,
    state.kind === 'file' ? state.executable : null,
    state.mtimeMs,
  ]);
  return JSON.stringify([previous, commit.libraryId, commit.deviceId, commit.opId, commit.firstSeq, changes]);
}
