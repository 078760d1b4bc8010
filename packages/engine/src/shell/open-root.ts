import { lastLocalPathOf } from '../core/path-of.ts';
import { probeNameRules } from './root-folder.ts';
import type { OpenParts, RootParts } from './root-parts.ts';
import { labelOf } from './root-parts.ts';
import { recoverAsides } from './swap-in.ts';

/** Before the first scan of a root: what its disk tells apart, and what an interrupted step left aside. */
export async function openRoot(parts: RootParts): Promise<OpenParts> {
  const { disk, journal, random } = parts;
  const tag = [...random.bytes(4)].join('-');
  const rules = await probeNameRules(disk, tag);
  const recovered = await recoverAsides(disk, (id) => lastLocalPathOf(journal, id), labelOf(parts));
  for (const path of recovered) parts.log(`Put back ${path}, which an interrupted step had taken aside.`);
  return { ...parts, rules };
}
