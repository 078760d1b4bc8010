import { contentIdInput } from '@tidesync/shared/chunk-list';
import type { ContentId, EntryId } from '@tidesync/shared/ids';
import { engineLimits } from '../core/engine-limits.ts';
import type { Triple } from '../core/entry.ts';
import { LOCAL_ABSENT } from '../core/entry.ts';
import { shownPathOf } from '../core/path-of.ts';
import type { YoungEntries } from '../ports/journal.ts';
import type { RootParts } from './root-parts.ts';

type Parts = Pick<RootParts, 'journal' | 'clock' | 'bootId' | 'sha256'>;

export function youngNow(
  { clock, bootId }: Pick<Parts, 'clock' | 'bootId'>,
  ids: readonly EntryId[],
): YoungEntries {
  return { ids, bootId, atMs: clock.nowMs() };
}

/** What the system has written back by now is safe. */
export function forgetSafe({ journal, clock, bootId }: Omit<Parts, 'sha256'>): void {
  journal.forgetYoung({ bootId, untilMs: clock.nowMs() - engineLimits.youngMs });
}

/**
 * What was young when the system went down, and is not on the disk now, nobody has deleted: it comes back from the
 * server (S58). To be called when all of the disk was looked at, and before an absence is proved. Answers whether
 * something is left to be looked for: a look could not tell (`isUnknown`), or no answer has told of it yet.
 */
export function bringBackLost(parts: Parts, isUnknown: (id: EntryId) => boolean): boolean {
  const { journal, bootId } = parts;
  const young = journal.youngOfOtherBoots(bootId);
  if (young.length === 0) return false;
  const unanswered = new Set(journal.sent()?.ops.map(({ op }) => op.entryId));
  const seen = young.filter((id) => !isUnknown(id));
  const done = seen.filter((id) => !unanswered.has(id));
  journal.transaction(() => {
    for (const id of seen) bringBack(parts, id);
    journal.dropYoung(done);
  });
  return done.length < young.length;
}

/** Whether it was here, is on the server, and is missed by a look that has not proved that it was deleted. */
function isLost({ journal }: Parts, id: EntryId): boolean {
  const { base, local, remote } = journal.get(id);
  return base !== null && remote.is === 'present' && local.is === 'absent' && !local.confirmed;
}

/** What was sent before the power went, and answered after it: no look could tell that it is lost. */
export function bringBackAnswered(parts: Parts, ids: readonly EntryId[]): void {
  const young = new Set(parts.journal.youngOfOtherBoots(parts.bootId));
  for (const id of ids) if (young.has(id)) bringBack(parts, id);
}

/**
 * A file without a byte where both sides had agreed on some: its name has reached the disk, and nothing else of it.
 * Both are said to have agreed on no byte, so that the server's bytes come in as an edit of others does.
 */
function emptied({ journal, sha256 }: Parts, id: EntryId): Triple | null {
  const { base, local, remote } = journal.get(id);
  if (base?.body.kind !== 'file' || base.body.sizeBytes === 0 || remote.is === 'absent') return null;
  if (local.is === 'absent' || local.body.kind !== 'file' || local.stamp.sizeBytes > 0) return null;
  const contentId = sha256(contentIdInput(NO_BYTES)) as ContentId;
  const body = { kind: 'file', contentId, sizeBytes: 0, executable: local.body.executable } as const;
  const agreed = { ...base, body, mtimeMs: local.mtimeMs, stamp: local.stamp };
  return { base: agreed, local: { ...local, body }, remote };
}
const NO_BYTES = { sizeBytes: 0, depth: 0, refs: [] } as const;

/** Where it is lost: it is to be made here, as if it never had been, and so is all that went with it. */
function bringBack(parts: Parts, id: EntryId): void {
  const { journal, clock } = parts;
  const { remote } = journal.get(id);
  const again = isLost(parts, id) ? { base: null, local: LOCAL_ABSENT, remote } : emptied(parts, id);
  if (again === null) return;
  const path = shownPathOf(journal, id);
  journal.set(id, again);
  journal.addActivity({ atMs: clock.nowMs(), kind: 'broughtBack', path, detail: '' });
  for (const child of journal.remoteChildren(id)) bringBack(parts, child);
}
