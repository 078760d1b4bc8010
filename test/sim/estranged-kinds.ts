import type { WorldKind } from './world-kind.ts';
import { mixed, ordinaryDeeds } from './world-kind.ts';

/** Those in which what an engine relies on is another one: its journal, the server's policy, a volume in its folder. */
export const estrangedKinds = {
  /** The server takes files of some sizes and names only, and others from time to time. */
  policies: {
    ...{ ...mixed, share: 0, hastyOfTen: 5, faultCounts: [2, 7], deedCounts: [12, 32] },
    deeds: { ...ordinaryDeeds, large: 6, oddName: 1 },
    faults: { policy: 16, partition: 3, crash: 2, request: 2, quit: 1, bell: 1 },
  },
  /** Other volumes are mounted over folders for a while, with files of their own. */
  mounts: {
    ...{ ...mixed, share: 0, hastyOfTen: 5, faultCounts: [2, 7], deedCounts: [14, 32] },
    deeds: { ...ordinaryDeeds, makeFolder: 14, write: 24, bring: 4 },
    faults: { mount: 20, hint: 2, partition: 2, crash: 3, quit: 3, request: 2 },
    disks: { linux: 1 },
  },
  /** A device loses its journal, or has an earlier one again. */
  forgetful: {
    ...{ ...mixed, share: 0, hastyOfTen: 5, faultCounts: [2, 7], deedCounts: [14, 36] },
    deeds: {
      ...{ write: 14, saveByRename: 6, append: 6, delete: 9, moveFile: 10, moveFolder: 6, makeFolder: 8 },
      ...{ deleteTree: 3, remake: 2, swapNames: 2, chmod: 3, caseRename: 2, makeSymlink: 2 },
      ...{ leaveOut: 9, takeIn: 3 },
    },
    faults: { journal: 20, partition: 4, crash: 2, request: 2, quit: 1, bell: 1 },
    disks: { linux: 6, fat: 1, windows: 1 },
  },
} as const satisfies Record<string, WorldKind>;
