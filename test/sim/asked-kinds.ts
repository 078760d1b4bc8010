import type { WorldKind } from './world-kind.ts';
import { mixed } from './world-kind.ts';

/** Those in which people ask their engine, too, or use their disk in other ways. */
export const askedKinds = {
  /** People leave folders out on one device and take them in again, while everybody works in and around them. */
  chosen: {
    ...{ ...mixed, share: 0, hastyOfTen: 6, faultCounts: [0, 12], deedCounts: [14, 36] },
    deeds: {
      ...{ write: 14, saveByRename: 6, append: 5, delete: 4, moveFile: 8, moveFolder: 8, makeFolder: 10 },
      ...{ deleteTree: 3, remake: 2, bring: 4, wrap: 2, writeOpen: 3, leaveOut: 16, takeIn: 7 },
    },
    faults: {
      crash: 10,
      meddle: 12,
      partition: 4,
      request: 5,
      quit: 2,
      hint: 2,
      bell: 2,
      server: 2,
      database: 2,
    },
    disks: { linux: 6, windows: 1 },
  },
  /** People settle conflicts while others go on. */
  settled: {
    ...{ ...mixed, share: 0, hastyOfTen: 6, faultCounts: [6, 20], deedCounts: [20, 44] },
    ...{ isParted: true, hasFewNames: true, disks: { linux: 6, windows: 1 } },
    deeds: {
      ...{ write: 22, saveByRename: 8, append: 6, delete: 3, moveFile: 4, makeFolder: 2, deleteTree: 1 },
      ...{ answer: 22, answerAll: 4, takeBack: 10 },
    },
    faults: { partition: 24, crash: 10, meddle: 10, bell: 4, request: 4, quit: 2, database: 2, server: 2 },
  },
  /** Deletes of a few files wait for a yes already. */
  held: {
    ...{ ...mixed, share: 0, hastyOfTen: 5, faultCounts: [0, 10], deedCounts: [16, 40] },
    heldFrom: [2, 5],
    deeds: {
      ...{ write: 14, bring: 10, delete: 12, deleteTree: 8, carryOff: 5, bringBack: 4, judge: 18 },
      ...{ moveFile: 5, moveFolder: 4, saveByRename: 4, append: 4, makeFolder: 4 },
    },
    faults: {
      crash: 10,
      partition: 6,
      quit: 2,
      request: 5,
      bell: 3,
      hint: 2,
      meddle: 3,
      server: 2,
      database: 2,
    },
    disks: { linux: 1 },
  },
  /** Files have several names. */
  links: {
    ...{ ...mixed, share: 0, hastyOfTen: 6, faultCounts: [0, 14], deedCounts: [12, 32] },
    deeds: {
      ...{
        write: 16,
        append: 10,
        saveByRename: 8,
        truncate: 2,
        link: 20,
        delete: 6,
        moveFile: 8,
        moveFolder: 3,
      },
      ...{ makeFolder: 5, swapNames: 3, chmod: 4, deleteTree: 2, writeOpen: 2 },
    },
    faults: { meddle: 16, crash: 8, partition: 5, hint: 3, request: 4, disk: 2 },
    disks: { linux: 6, mac: 1, windows: 2 },
  },
  /** Programs have files open in a way that lets nobody move or remove them. */
  locked: {
    ...{ ...mixed, share: 0, hastyOfTen: 7, faultCounts: [0, 10], deedCounts: [14, 36] },
    deeds: {
      ...{ write: 14, append: 6, saveByRename: 8, writeOpen: 24, delete: 6, moveFile: 8, moveFolder: 5 },
      ...{ makeFolder: 5, swapNames: 3, deleteTree: 3, chmod: 2 },
    },
    faults: { crash: 8, partition: 6, request: 4, meddle: 4, quit: 2, bell: 2, hint: 2 },
    disks: { windows: 4, linux: 1 },
  },
} as const satisfies Record<string, WorldKind>;
