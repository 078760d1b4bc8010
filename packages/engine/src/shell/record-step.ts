import type { EntryId } from '@tidesync/shared/ids';
import type { RelPath } from '@tidesync/shared/names';
import { lastName } from '@tidesync/shared/names';
import { agreeOn } from '../core/agree.ts';
import type { LocalPresent, Place } from '../core/entry.ts';
import { LOCAL_ABSENT, REMOTE_ABSENT } from '../core/entry.ts';
import type { DiskNode } from '../ports/disk.ts';
import { localStateOf } from './observe.ts';
import type { OpenParts } from './root-parts.ts';
import { sameBytes } from './safe-moves.ts';
import { afterStep } from './take-expected.ts';

type Parts = Pick<OpenParts, 'journal' | 'rules' | 'clock'>;

/** An entry as a step has left it on disk. */
export interface Settled {
  readonly node: DiskNode;
  readonly place: Place;
  /** Of a symlink; null for everything else. */
  readonly target: string | null;
  /** When the step began. */
  readonly sinceMs: number;
}

/** Records the entry as it is on disk now, and what that agrees on with remote. */
export function recordSettled({ journal, rules }: Parts, id: EntryId, settled: Settled): void {
  const { node, place, target, sinceMs } = settled;
  const triple = journal.get(id);
  const seen = { parentId: place.parentId, localName: place.name, node, target };
  const { local: before } = triple;
  const isSame = before.is === 'present' && sameBytes(before.stamp, node.stamp);
  const known = isSame ? { ...triple, local: afterStep(before, node.stamp, sinceMs) } : triple;
  const observed = localStateOf(seen, known, rules);
  const local: LocalPresent = {
    ...observed,
    name: place.name,
    mtimeMs:
      triple.remote.is === 'present' && node.kind !== 'file' ? triple.remote.mtimeMs : observed.mtimeMs,
  };
  const base = triple.remote.is === 'present' ? agreeOn(triple.base, local, triple.remote) : triple.base;
  journal.set(id, { base, local, remote: triple.remote });
}

/** The local file of a conflict, and where it is now. `copyId`: the entry that it becomes; null: it stays as it is. */
export interface SetAside {
  readonly copyId: EntryId | null;
  readonly local: LocalPresent;
  readonly from: RelPath;
  readonly to: RelPath;
  readonly node: DiskNode;
  readonly sinceMs: number;
}

export function recordSetAside({ journal, clock }: Parts, id: EntryId, aside: SetAside): void {
  const { copyId, local, from, to, node, sinceMs } = aside;
  const name = lastName(to);
  const copy = { ...afterStep(local, node.stamp, sinceMs), name, localName: name };
  const { base, remote } = journal.get(id);
  if (copyId === null) journal.set(id, { base, local: copy, remote });
  else {
    journal.set(id, { base: null, local: LOCAL_ABSENT, remote });
    journal.set(copyId, { base: null, local: copy, remote: REMOTE_ABSENT });
  }
  journal.addConflict({ atMs: clock.nowMs(), path: from, copyPath: to });
}
