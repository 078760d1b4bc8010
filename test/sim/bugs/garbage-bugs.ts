import type { SeededBug } from './seeded-bug.ts';

type Line = readonly [from: string, to: string];
const collection = (name: string, file: string, [from, to]: Line): SeededBug => {
  return { name, file: `apps/server/src/${file}`, from, to };
};

/** In what ends, condemns and frees. */
export const garbageBugs: readonly SeededBug[] = [
  collection('descriptions-are-garbage', 'use-cases/garbage/mark-chunks.ts', [
    'if (description !== null) marked.add([description.ref], use);',
    '',
  ]),
  collection('freed-room-is-kept', 'use-cases/garbage/walk-chunks.ts', [
    'if (freed.chargedBytes > 0) await giveBack(tx, run, freed.chargedBytes);',
    '',
  ]),
  collection('packs-in-use-are-emptied', 'adapters/database/garbage-writes.ts', [
    'const emptied = [...freedOf.keys()].filter((packId) => !inUse.has(packId));',
    'const emptied = inUse.size < 0 ? [] : [...freedOf.keys()];',
  ]),
  collection('versions-are-garbage', 'adapters/database/garbage-queries.ts', [
    'for (const { contentId } of [...versions, ...trash])',
    'for (const { contentId } of [...versions.slice(0, 0), ...trash])',
  ]),
];
