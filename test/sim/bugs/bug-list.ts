import { askedBugs } from './asked-bugs.ts';
import { engineBugs } from './engine-bugs.ts';
import { estrangedBugs } from './estranged-bugs.ts';
import { garbageBugs } from './garbage-bugs.ts';
import type { SeededBug } from './seeded-bug.ts';
import { serverBugs } from './server-bugs.ts';

export const seededBugs: readonly SeededBug[] = [
  ...engineBugs,
  ...serverBugs,
  ...askedBugs,
  ...estrangedBugs,
  ...garbageBugs,
];
