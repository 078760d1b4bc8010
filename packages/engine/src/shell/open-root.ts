import { probeNameRules } from './root-folder.ts';
import type { OpenParts, RootParts } from './root-parts.ts';
import { advanceTally } from './tally.ts';

/** Before the first scan of a root: what its disk tells apart; and it gets a tally if it has none. */
export async function openRoot(parts: RootParts): Promise<OpenParts> {
  if (parts.journal.tally() === null) await advanceTally(parts);
  const tag = [...parts.random.bytes(4)].join('-');
  return { ...parts, rules: await probeNameRules(parts.disk, tag) };
}
