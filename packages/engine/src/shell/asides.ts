import type { EntryId } from '@tidesync/shared/ids';
import type { EntryName, RelPath } from '@tidesync/shared/names';
import { joinPath, lastName, parentPath, TOP } from '@tidesync/shared/names';
import type { ConflictLabel } from '../core/conflict-name.ts';
import type { LocalPresent } from '../core/entry.ts';
import { sameContent } from '../core/entry.ts';
import { lastLocalPathOf } from '../core/path-of.ts';
import type { PathTrouble } from '../core/trouble.ts';
import type { ListedNode } from '../ports/disk.ts';
import { isDiskError } from '../ports/disk.ts';
import type { RootJournal } from '../ports/journal.ts';
import { layout } from './layout.ts';
import type { OpenParts } from './root-parts.ts';
import { labelOf } from './root-parts.ts';
import { parseAside, putBack, trashPathFor } from './safe-moves.ts';
import type { Telling } from './take-expected.ts';
import { isAsExpected } from './take-expected.ts';
import { writeTrouble } from './transfer/disk-trouble.ts';

/** What the journal says of an entry that was found aside. */
export interface KnownAside {
  readonly path: RelPath;
  /** What both sides agreed on; null where there is nothing such. */
  readonly agreed: LocalPresent | null;
}

/** What was found aside, one by one: back beside people's files or in the trash, or still there. */
export interface Recovered {
  readonly back: RelPath[];
  readonly stuck: { readonly id: EntryId; readonly path: RelPath; readonly trouble: PathTrouble }[];
}

/**
 * Before any look at the disk, while no step is under way: what a step left aside, because it was stopped or because
 * the disk failed twice, goes back to its place. Where something else is there now, a version that both sides had
 * agreed on goes to the trash, as the step would have had it; what anybody may have written since lies beside it.
 * `known` answers from the journal, which still has the old file in its place: steps are recorded only when what they
 * took aside is durably gone from there.
 */
export async function recoverAsides(
  parts: Telling,
  { found, known, label }: { found: readonly ListedNode[]; known: Known; label: ConflictLabel },
): Promise<Recovered> {
  const recovered: Recovered = { back: [], stuck: [] };
  for (const listed of found) {
    if (listed.name === null) continue;
    const name = listed.name as EntryName;
    const id = parseAside(name);
    const { path, ...about } = known(name);
    try {
      const back = await recover(parts, { listed, id, path, ...about, label });
      if (back !== null) recovered.back.push(back);
    } catch (error) {
      if (!isDiskError(error)) throw error;
      recovered.stuck.push({ id, path, trouble: writeTrouble(error, 0) });
    }
  }
  return recovered;
}

type Known = (name: EntryName) => KnownAside;

interface Aside extends KnownAside {
  readonly listed: ListedNode;
  readonly id: EntryId;
  readonly label: ConflictLabel;
}

/** Where it is now; null if that is the trash. */
async function recover(
  parts: Telling,
  { listed: { name, node }, id, path, agreed, label }: Aside,
): Promise<RelPath | null> {
  const { disk } = parts;
  const own = joinPath(layout.aside, name as EntryName);
  const there = await disk.look(path).catch(() => null);
  const isReplaced = there !== null && there.kind !== 'folder' && there.stamp.inode !== node.stamp.inode;
  // Nobody knows since when it lies there: where times are coarse, they prove nothing.
  const look = { own, node, sinceMs: Number.NEGATIVE_INFINITY };
  if (isReplaced && agreed !== null && (await isAsExpected(parts, { ...look, expected: agreed }))) {
    await disk.rename(own, await trashPathFor(disk, path, { day: label.today, tag: id.slice(0, 8) }));
    return null;
  }
  const folder = await disk.look(parentPath(path)).catch(() => null);
  const goal = folder?.kind === 'folder' || parentPath(path) === TOP ? path : joinPath(TOP, lastName(path));
  return putBack(disk, own, { path: goal, label });
}

/** The same with what the journal knows. */
export async function putBackAsides(parts: OpenParts, found: readonly ListedNode[]): Promise<Recovered> {
  const { journal, log } = parts;
  const known = (name: EntryName) => knownAside(journal, name);
  const recovered = await recoverAsides(parts, { found, known, label: labelOf(parts) });
  for (const path of recovered.back) log(`Put back ${path}, which a step had taken aside.`);
  return recovered;
}

function knownAside(journal: RootJournal, name: EntryName): KnownAside {
  const id = parseAside(name);
  const path = lastLocalPathOf(journal, id) ?? (`recovered ${id}` as RelPath);
  const { base, local } = journal.get(id);
  const isAgreed = base !== null && local.is === 'present' && sameContent(base.body, local.body);
  return { path, agreed: isAgreed ? local : null };
}
