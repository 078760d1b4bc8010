import type { WorldKind } from './world-kind.ts';

const two = [[2, 1]] as const;
const narrow = { share: 0, devices: two, disks: { linux: 1 } } as const;

/** Each for one history that chance hardly makes elsewhere. They run only when they are asked for. */
export const narrowKinds = {
  /** Many files are carried off, wait for a yes, and are brought back one by one. */
  regrets: {
    ...{ ...narrow, hastyOfTen: 4, faultCounts: [0, 4], deedCounts: [16, 34], heldFrom: [2, 4] },
    deeds: {
      ...{ write: 14, bring: 16, carryOff: 14, bringBackOne: 24, delete: 4, append: 4 },
      ...{ judge: 3, makeFolder: 3, moveFile: 3 },
    },
    faults: { partition: 6, request: 3, bell: 2, quit: 2 },
  },
  /** Deletes leave and are not heard, and more follow that a person is asked about. */
  unheard: {
    ...{ ...narrow, hastyOfTen: 6, faultCounts: [6, 16], deedCounts: [18, 38], heldFrom: [2, 3] },
    ...{ isParted: true, losesCommits: true },
    deeds: { write: 14, bring: 18, delete: 24, deleteTree: 3, judge: 18, append: 3 },
    faults: { partition: 16, request: 10 },
  },
  /** Files that are in use stay for a while in folders that are left out, and people at both devices work on them. */
  clinging: {
    ...{ share: 0, devices: two, disks: { windows: 1 } },
    ...{ hastyOfTen: 6, faultCounts: [0, 4], deedCounts: [16, 36], hasPlainNames: true },
    begins: { makeFolder: 6, write: 14 },
    deeds: { keepOpen: 24, leaveOut: 16, takeIn: 10, append: 30 },
    faults: { partition: 4, bell: 2, quit: 1 },
  },
  /** Programs have files open in folders that are left out meanwhile, and write into them later. */
  leftOpen: {
    ...{ ...narrow, hastyOfTen: 4, faultCounts: [0, 4], deedCounts: [14, 30] },
    begins: { bring: 20, makeFolder: 2 },
    deeds: { keepOpen: 24, leaveOut: 16, takeIn: 3, write: 6, append: 4 },
    faults: { partition: 4, quit: 2, bell: 2, request: 2 },
  },
  /** An engine is killed in the middle of moves, close to what it has taken aside, where nobody else works. */
  midway: {
    ...{ ...narrow, hastyOfTen: 1, faultCounts: [4, 10], deedCounts: [16, 36] },
    ...{ isAlone: true, killsInMoves: 'soonBack' },
    deeds: { write: 12, moveFile: 30, caseRename: 10, makeFolder: 6, moveFolder: 3, saveByRename: 3 },
    faults: { crash: 20 },
  },
  /** It is killed when nothing but the old name of a move is left to go, and the file is moved on before it is back. */
  overtaken: {
    ...{ ...narrow, hastyOfTen: 7, faultCounts: [4, 10], deedCounts: [16, 36] },
    ...{ isAlone: true, killsInMoves: 'atTheEnd' },
    deeds: { write: 10, moveFile: 34, caseRename: 10, makeFolder: 6, moveFolder: 2, saveByRename: 2 },
    faults: { crash: 20 },
  },
  /** It is killed when a file has both names, and is away for long: others move the file on, and back. */
  movedOn: {
    ...{ ...narrow, hastyOfTen: 7, faultCounts: [4, 10], deedCounts: [16, 36] },
    ...{ isAlone: true, killsInMoves: 'atHalf', hasFewNames: true },
    begins: { write: 20, makeFolder: 4 },
    deeds: { moveFile: 20, swapByHand: 8, caseRename: 30, write: 4, moveFolder: 2 },
    faults: { crash: 20 },
  },
  /** It is killed when a file has both names, and somebody works on just that file as it is back and finishes. */
  interfered: {
    ...{ ...narrow, hastyOfTen: 4, faultCounts: [16, 30], deedCounts: [16, 34] },
    ...{ killsInMoves: 'brieflyAtHalf', isNarrow: true },
    deeds: { write: 12, moveFile: 34, makeFolder: 4, saveByRename: 3 },
    faults: { crash: 12, meddle: 20 },
  },
  /** An engine is killed while it sets conflict copies aside. */
  copies: {
    ...{ ...narrow, hastyOfTen: 6, faultCounts: [10, 22], deedCounts: [16, 34] },
    ...{ isParted: true, killsInMoves: 'atHalf', hasFewNames: true },
    deeds: { write: 24, append: 14, saveByRename: 10, makeFolder: 2 },
    faults: { partition: 14, crash: 14 },
  },
  /** A disk gives back nothing that lies aside for a while, where one person works and the others only receive. */
  grudging: {
    ...{ ...narrow, hastyOfTen: 6, faultCounts: [14, 30], deedCounts: [16, 34] },
    ...{ isAlone: true, hasFewNames: true, keepsAsides: true },
    deeds: { write: 24, append: 14, saveByRename: 8, delete: 2, moveFile: 3 },
    faults: { disk: 8, request: 18 },
  },
  /** A program saves files and gives them their old time, while others still fetch what was there before. */
  oldTimes: {
    ...{ ...narrow, hastyOfTen: 8, faultCounts: [4, 12], deedCounts: [10, 24] },
    ...{ isAlone: true, hasFewNames: true },
    deeds: { write: 14, saveWithOldTime: 36, saveByRename: 3, moveFile: 3 },
    faults: { object: 24, request: 4, bell: 2 },
  },
  /** The power goes when others have put files into folders in folders that people have made, and never synced. */
  newFolders: {
    ...{ ...narrow, hastyOfTen: 6, faultCounts: [5, 10], deedCounts: [12, 26], losesPowerLate: true },
    deeds: { makeFolder: 20, write: 30, moveFile: 6, saveByRename: 4 },
    faults: { crash: 20, bell: 1 },
  },
  /** Files change names, step by step, where a device does not hear of it, and its engine is killed as it follows. */
  parkings: {
    ...{ ...narrow, hastyOfTen: 1, faultCounts: [10, 18], deedCounts: [10, 16] },
    ...{ isAlone: true, isParted: true, killsInMoves: 'brieflyAtHalf' },
    begins: { write: 20 },
    deeds: { swapByHand: 14, writeOpen: 10 },
    faults: { partition: 14, crash: 10 },
  },
} as const satisfies Record<string, WorldKind>;
