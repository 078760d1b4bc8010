import type { SeededBug } from './seeded-bug.ts';

const inEngine = (name: string, file: string, [from, to]: readonly [string, string]): SeededBug => ({
  ...{ name, from, to },
  file: `packages/engine/src/shell/${file}`,
});

/** What guards against earlier journals and mounted volumes, and what follows the server's policy, broken on purpose. */
export const estrangedBugs: readonly SeededBug[] = [
  inEngine('earlier-journals-are-believed', 'tally.ts', [
    "if ((await knownIn(disk, journal)) !== null) return { is: 'known' };",
    "if (disk !== null) return { is: 'known' };",
  ]),
  inEngine('mounted-folders-are-looked-into', 'scan.ts', [
    'if (node === null || node.device === this.#device) return true;',
    'if (node !== undefined) return true;',
  ]),
  inEngine('policies-hold-for-ever', 'library-facts.ts', [
    'this.files = library.files ?? OPEN_POLICY;',
    'if (this.files === OPEN_POLICY) this.files = library.files ?? OPEN_POLICY;',
  ]),
];
