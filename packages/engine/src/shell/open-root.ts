import type { EntryId } from '@tidesync/shared/ids';
import { sameContent } from '../core/entry.ts';
import { lastLocalPathOf } from '../core/path-of.ts';
import type { RootJournal } from '../ports/journal.ts';
import { probeNameRules } from './root-folder.ts';
import type { OpenParts, RootParts } from './root-parts.ts';
import { labelOf } from './root-parts.ts';
import type { KnownAside } from './swap-in.ts';
import { recoverAsides } from './swap-in.ts';

/** Before the first scan of a root: what its disk tells apart, and what an interrupted step left aside. */
export async function openRoot(parts: RootParts): Promise<OpenParts> {
  const { disk, journal, random } = parts;
  const tag = [...random.bytes(4)].join('-');
  const rules = await probeNameRules(disk, tag);
  const recovered = await recoverAsides(disk, (id) => knownAside(journal, id), labelOf(parts));
  for (const path of recovered) parts.log(`Put back ${path}, which an interrupted step had taken aside.`);
  return { ...parts, rules };
}

function knownAside(journal: RootJournal, id: EntryId): KnownAside | null {
  const path = lastLocalPathOf(journal, id);
  if (path === null) return null;
  const { base, local } = journal.get(id);
  const isAgreed = base !== null && local.is === 'present' && sameContent(base.body, local.body);
  return { path, agreed: isAgreed ? local.stamp : null };
}
