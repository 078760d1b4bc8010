import type { EntryId } from '@tidesync/shared/ids';
import type { EntryName } from '@tidesync/shared/names';
import type { Triple } from './entry.ts';

/**
 * The three trees of one root, as the planner reads them. The top folder has an id but no entry of its own:
 * it is always there, on both sides.
 */
export interface Trees {
  readonly topId: EntryId;
  /** `NOWHERE` for an id that is in none of the trees. */
  get(id: EntryId): Triple;
  /**
   * Entries whose local or remote state differs from base, oldest difference first: all the planner looks at. The first
   * `max` of them, which may be infinite.
   */
  dirtyIds(max?: number): EntryId[];
  /** Entries of base that the local tree does not have, in any order. */
  absentIds(): EntryId[];
  /** Ids of entries present in that folder of the local tree, ordered by name. */
  localChildren(folder: EntryId): EntryId[];
  remoteChildren(folder: EntryId): EntryId[];
  /** The entry present under that name (the server's spelling), or null. Exact comparison. */
  localAt(folder: EntryId, name: EntryName): EntryId | null;
  remoteAt(folder: EntryId, name: EntryName): EntryId | null;
}
