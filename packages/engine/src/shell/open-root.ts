import { probeNameRules } from './root-folder.ts';
import type { OpenParts, RootParts } from './root-parts.ts';

/** Before the first scan of a root: what its disk tells apart. */
export async function openRoot(parts: RootParts): Promise<OpenParts> {
  const tag = [...parts.random.bytes(4)].join('-');
  return { ...parts, rules: await probeNameRules(parts.disk, tag) };
}
