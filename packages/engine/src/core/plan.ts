import type { FilePolicy } from '@tidesync/shared/file-policy';
import type { ContentId, EntryId } from '@tidesync/shared/ids';
import type { EntryName } from '@tidesync/shared/names';
import type { Op } from '@tidesync/shared/wire/sync';
import type { ConflictLabel } from './conflict-name.ts';
import type { Place } from './entry.ts';
import type { NameRules } from './name-rules.ts';
import type { PathTrouble } from './trouble.ts';

/** All that the planner knows beside the trees. */
export interface PlanContext {
  readonly mayWrite: boolean;
  /** What files the server takes, as far as it has said. */
  readonly files: FilePolicy;
  readonly label: ConflictLabel;
  readonly rules: NameRules;
  /** The server holds this content, staged by this device or already part of the library. */
  isStaged(contentId: ContentId): boolean;
  /** No step for it now, and it stays where it is: unknown to the scan, in work, or waiting for its next try. */
  isFrozen(id: EntryId): boolean;
  /** Masked away by ignore rules: as good as in no tree. */
  isMasked(id: EntryId): boolean;
  /** The server has it in a folder that this device leaves out (see excluded.ts). */
  isExcluded(id: EntryId): boolean;
  /** Excluded entries to be looked at although they differ in nothing, because they are here. */
  readonly leaving: readonly EntryId[];
  /** False while its delete waits for others to be seen, or for a person's yes (see mass-delete.ts). */
  mayDelete(id: EntryId): boolean;
  /**
   * Ends a plan early when it has that many steps; without it everything is planned. A part is as good as the
   * whole: what a step of it needs and is not among its steps makes it wait.
   */
  readonly stepsMax?: number;
  /** A fresh id for the local copy of a conflict; drawn by the caller from its random source. */
  newEntryId(): EntryId;
}

/** A step in the local tree that is done at once, in order. Each is re-checked against the disk before it acts. */
export type LocalStep =
  | { readonly do: 'makeFolder'; readonly id: EntryId; readonly to: Place }
  | { readonly do: 'makeSymlink'; readonly id: EntryId; readonly to: Place; readonly target: string }
  | { readonly do: 'move'; readonly id: EntryId; readonly to: Place }
  /** Into the top folder under a name of our own, because moves wait for each other in a ring. */
  | { readonly do: 'park'; readonly id: EntryId; readonly to: Place }
  | { readonly do: 'trash'; readonly id: EntryId }
  /** It leaves this device and stays on the server: taken away here where it is, and forgotten. */
  | { readonly do: 'drop'; readonly id: EntryId }
  /** Renames the local copy; `copyId` set: the copy becomes an entry of its own and the id stays with remote. */
  | {
      readonly do: 'setAside';
      readonly id: EntryId;
      readonly name: EntryName;
      readonly copyId: EntryId | null;
    }
  | { readonly do: 'setAttributes'; readonly id: EntryId }
  | { readonly do: 'retarget'; readonly id: EntryId; readonly target: string };

export interface Plan {
  /** Local entries that are remote ones under another id: applied alone, then the round plans again. */
  readonly rebinds: readonly { readonly from: EntryId; readonly to: EntryId }[];
  /** Base takes over what both sides have in common (or forgets what both have lost). */
  readonly agreed: readonly EntryId[];
  /** Files whose bytes must be read before more can be said. */
  readonly reads: readonly EntryId[];
  readonly uploads: readonly { readonly id: EntryId; readonly contentId: ContentId }[];
  readonly local: readonly LocalStep[];
  /** New files and new content to be fetched and swapped in; they start when `local` is done. */
  readonly fetches: readonly EntryId[];
  /** Operations for commits, in order; cut anywhere, each part is a valid commit. */
  readonly ops: readonly Op[];
  readonly held: readonly { readonly id: EntryId; readonly trouble: PathTrouble }[];
  /** Something was seen absent once: its folder must be scanned again. */
  readonly proofs: readonly EntryId[];
  /** Dirty entries that got no step because of another one; they are looked at again next round. */
  readonly waiting: readonly EntryId[];
  /** Dirty entries that this device leaves out and has nothing of. */
  readonly excluded: readonly EntryId[];
  /** `stepsMax` was reached: not every dirty entry was looked at. */
  readonly isPart: boolean;
}

/** True if the round has nothing to do but to wait for people, for transfers or for time. */
export function isIdle(plan: Plan): boolean {
  const { rebinds, agreed, reads, uploads, local, fetches, ops, proofs } = plan;
  return [rebinds, agreed, reads, uploads, local, fetches, ops, proofs].every((list) => list.length === 0);
}
