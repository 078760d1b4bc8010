import { askedKinds } from './asked-kinds.ts';
import type { Dice } from './dice.ts';
import { estrangedKinds } from './estranged-kinds.ts';
import { narrowKinds } from './narrow-kinds.ts';
import type { Weights, WorldKind } from './world-kind.ts';
import { mixed, ordinaryDeeds, two } from './world-kind.ts';

export type { WorldKind } from './world-kind.ts';

export const worldKinds = {
  mixed,
  many: { ...mixed, share: 1, faultCounts: [30, 50] },
  /** People save, delete and make the very file that the engine has in its hands. */
  races: {
    ...{ ...mixed, share: 4, devices: two, hastyOfTen: 4, faultCounts: [12, 30] },
    deeds: {
      write: 20,
      saveByRename: 10,
      append: 8,
      moveFile: 8,
      delete: 5,
      chmod: 6,
      swapNames: 4,
      large: 2,
    },
    faults: { meddle: 40, hint: 2, request: 2, disk: 2 },
  },
  /** Folders go into each other, and away, on several devices. */
  trees: {
    ...{ ...mixed, share: 4, hastyOfTen: 9, faultCounts: [2, 12] },
    deeds: {
      makeFolder: 20,
      moveFolder: 22,
      moveFile: 8,
      write: 12,
      deleteTree: 8,
      wrap: 8,
      swapNames: 3,
      caseRename: 3,
    },
    faults: { partition: 10, bell: 6, hint: 4, request: 4, crash: 4, rude: 8 },
  },
  crashes: {
    ...{ ...mixed, share: 4, hastyOfTen: 5, faultCounts: [4, 20] },
    faults: { crash: 40, disk: 10, meddle: 4, request: 3, quit: 2 },
  },
  server: {
    ...{ ...mixed, share: 3, faultCounts: [6, 24] },
    faults: { server: 8, database: 8, request: 20, object: 10, restore: 4, rude: 10, jobs: 4, bell: 4 },
  },
  /** Programs that ask for what nobody may have done. */
  rudeness: {
    ...{ ...mixed, share: 1, devices: two, faultCounts: [20, 40] },
    faults: { rude: 30, request: 2, partition: 1 },
  },
  restores: {
    ...{ ...mixed, share: 1, faultCounts: [2, 8] },
    faults: { restore: 10, partition: 4, request: 4, crash: 2 },
  },
  names: {
    ...{ ...mixed, share: 3, faultCounts: [0, 6] },
    deeds: { ...ordinaryDeeds, oddName: 14, caseRename: 14, moveFolder: 8 },
    disks: { linux: 4, mac: 4, hfs: 2, windows: 4 },
  },
  roots: {
    ...{ ...mixed, share: 2, faultCounts: [2, 8] },
    faults: { root: 20, unlistable: 14, crash: 4, hint: 2 },
  },
  /** Without lost hints: what is deleted and made anew at once was never deleted. */
  deletes: {
    ...{ ...mixed, share: 2, hastyOfTen: 3, faultCounts: [0, 6] },
    deeds: { write: 20, remake: 24, delete: 8, deleteTree: 4, moveFile: 10, makeFolder: 6, saveByRename: 6 },
    faults: { partition: 4, bell: 4, request: 4, crash: 2 },
  },
  room: {
    ...{ ...mixed, share: 1, isShortOfRoom: true, faultCounts: [0, 10] },
    deeds: { ...ordinaryDeeds, large: 3 },
    faults: { request: 6, object: 6, jobs: 6, server: 4, database: 4, crash: 3 },
  },
  /** What a step took out of the way, in moments in which nothing succeeds. */
  asides: {
    ...{ ...mixed, share: 1, devices: two, hastyOfTen: 4, faultCounts: [16, 40] },
    ...{ deedCounts: [10, 22], isNarrow: true, hasFewNames: true },
    deeds: { write: 20, saveByRename: 12, moveFile: 10, delete: 8, chmod: 8, swapNames: 3 },
    faults: { meddle: 20, disk: 14 },
  },
  /** Folders go into each other, and come from elsewhere with all that is in them. */
  rings: {
    ...{ ...mixed, share: 1, devices: two, hastyOfTen: 6, faultCounts: [1, 4], deedCounts: [8, 18] },
    deeds: { makeFolder: 12, moveFolder: 24, wrap: 10, bring: 8, write: 6 },
    faults: { partition: 10 },
  },
  /** Files share lines, and uploads go wrong. */
  stock: {
    ...{ ...mixed, share: 1, hastyOfTen: 6, faultCounts: [4, 16], deedCounts: [8, 18], hasOneMember: true },
    deeds: { stock: 40, saveByRename: 4, delete: 3, large: 1 },
    faults: { object: 20, request: 12, jobs: 6, meddle: 6, partition: 4, server: 4, crash: 2 },
  },
  power: {
    ...{ ...mixed, share: 1, devices: two, hastyOfTen: 6, faultCounts: [4, 14], deedCounts: [8, 20] },
    ...{ losesPower: true, hasFewNames: true },
    deeds: { write: 20, append: 12, saveByRename: 8, makeFolder: 3, delete: 3, moveFile: 5 },
    faults: { crash: 20, object: 8, request: 6, partition: 5 },
  },
  /** One person, and nobody else: all that is not that person's doing shows. */
  alone: {
    ...{ ...mixed, share: 2, devices: two, hastyOfTen: 7, faultCounts: [0, 16], deedCounts: [8, 20] },
    ...{ isAlone: true, disks: { linux: 1 } },
    deeds: {
      ...{
        write: 14,
        append: 10,
        saveByRename: 8,
        swapNames: 10,
        moveFile: 10,
        moveFolder: 5,
        makeFolder: 4,
      },
      ...{ chmod: 4, delete: 4, remake: 3, makeSymlink: 4 },
    },
    faults: { request: 24, object: 8, partition: 4, quit: 3, bell: 3, hint: 2, server: 5, database: 5 },
  },
  members: {
    ...{ ...mixed, share: 1, hasViewers: true, faultCounts: [0, 10] },
    deeds: { ...ordinaryDeeds, ignore: 12 },
  },
  /** One person goes on with a file whose last commit was not answered. */
  answers: {
    ...{ ...mixed, share: 0, devices: two, hastyOfTen: 9, faultCounts: [6, 14], deedCounts: [10, 24] },
    ...{ isAlone: true, losesAnswers: true, hasFewNames: true, disks: { linux: 1 } },
    deeds: { write: 12, append: 10, saveByRename: 6, moveFile: 12, swapNames: 3, makeFolder: 4, delete: 4 },
    faults: { request: 20, quit: 2 },
  },
  /** One person gives names to others, step by step, also while nobody can be told. */
  swaps: {
    ...{ ...mixed, share: 0, devices: two, hastyOfTen: 6, faultCounts: [0, 6], deedCounts: [10, 20] },
    ...{ isAlone: true, disks: { linux: 1 } },
    deeds: { write: 14, makeFolder: 8, makeSymlink: 4, swapByHand: 24, swapNames: 4, moveFile: 4 },
    faults: { partition: 12, request: 4, bell: 2 },
  },
  /** Two put the same folders into each other, in the same moment. */
  crossings: {
    ...{ ...mixed, share: 0, devices: two, hastyOfTen: 1, faultCounts: [0, 4], deedCounts: [8, 16] },
    isCrosswise: true,
    deeds: { makeFolder: 10, nest: 20, moveFolder: 4, write: 3 },
    faults: { partition: 4, request: 4, bell: 2 },
  },
  /** A device has not heard of a restored backup when it sends what it knows of the time before. */
  behind: {
    ...{ ...mixed, share: 0, devices: two, hastyOfTen: 2, faultCounts: [2, 5], deedCounts: [16, 36] },
    ...{ leavesBehind: true, hasFewNames: true },
    deeds: { write: 30, append: 8, saveByRename: 4, moveFile: 4, delete: 2 },
    faults: { restore: 10, bell: 4 },
  },
  /** Devices do not hear of each other, and send. */
  deaf: {
    ...{ ...mixed, share: 0, devices: two, hastyOfTen: 6, faultCounts: [16, 36], hasFewNames: true },
    deeds: { write: 20, append: 6, saveByRename: 6, moveFile: 14, chmod: 10, caseRename: 6, makeFolder: 3 },
    faults: { bell: 20, request: 1 },
  },
  /** Files come and go in the moment in which the engine puts its own in their place. */
  glimpses: {
    ...{ ...mixed, share: 0, devices: two, hastyOfTen: 4, faultCounts: [12, 30], deedCounts: [10, 26] },
    ...{ glimpses: true, hasFewNames: true },
    deeds: { write: 24, append: 8, saveByRename: 8, moveFile: 6, makeFolder: 2 },
    faults: { meddle: 20 },
  },
  /** An engine is killed in the middle of moves that it follows, where nobody else works. */
  halfway: {
    ...{ ...mixed, share: 0, devices: two, hastyOfTen: 6, faultCounts: [8, 20], killsHalfway: true },
    isAlone: true,
    deeds: { write: 14, moveFile: 30, caseRename: 6, makeFolder: 6, moveFolder: 4, saveByRename: 4 },
    faults: { crash: 20 },
  },
  /** Files get names that one of the disks cannot hold, and others their old ones. */
  stuck: {
    ...{ ...mixed, share: 0, devices: two, hastyOfTen: 5, faultCounts: [0, 3], hasFewNames: true },
    disks: { linux: 1, windows: 1 },
    deeds: { write: 20, oddName: 20, moveFile: 8, saveByRename: 4 },
    faults: { partition: 4, bell: 2 },
  },
  /** Folders are closed just when something has gone from them. */
  shut: {
    ...{ ...mixed, share: 0, devices: two, hastyOfTen: 5, faultCounts: [0, 3] },
    deeds: { write: 24, makeFolder: 8, shut: 20, saveByRename: 4, moveFile: 4 },
    faults: { partition: 4, bell: 2 },
  },
  /** Disks that know no times finer than two seconds. */
  coarse: {
    ...{ ...mixed, share: 0, devices: two, hastyOfTen: 7, faultCounts: [0, 4] },
    disks: { fat: 3, linux: 2 },
    deeds: { write: 20, append: 10, chmod: 10, touch: 16, saveByRename: 4, moveFile: 6 },
    faults: { partition: 4, bell: 4, request: 4, quit: 2 },
  },
  /** What is wrong lasts for longer than it may go untold, while people work on. */
  unhurried: {
    ...{ ...mixed, share: 0, hastyOfTen: 0, faultCounts: [3, 12], deedCounts: [10, 24] },
    ...{ isSlow: true, hasViewers: true, disks: { linux: 4, windows: 2, mac: 2 } },
    deeds: { ...ordinaryDeeds, oddName: 6, ignore: 3, keepOpen: 4, link: 3 },
    faults: {
      ...{ unlistable: 12, disk: 12, object: 8, partition: 5, request: 5, mount: 5, root: 3, server: 3 },
      ...{ crash: 3, policy: 3, quit: 2, clock: 2, bell: 2 },
    },
  },
  /** Contents come and go and come again, while the server ends what is over and frees what nothing needs. */
  garbage: {
    ...{ ...mixed, share: 0, hastyOfTen: 5, faultCounts: [8, 24], deedCounts: [14, 36], collects: true },
    deeds: { stock: 30, write: 10, append: 6, saveByRename: 4, delete: 10, remake: 8, moveFile: 4, large: 1 },
    faults: { jobs: 40, object: 10, request: 8, server: 8, database: 8, partition: 5, crash: 5, bell: 3 },
  },
  ...askedKinds,
  ...estrangedKinds,
  ...narrowKinds,
} as const satisfies Record<string, WorldKind>;

export type WorldKindName = keyof typeof worldKinds;
export const worldKindNames = Object.keys(worldKinds) as WorldKindName[];

/** Every other one: together they are all. */
export function kindsOfHalf(half: 'first' | 'second'): readonly WorldKindName[] {
  return worldKindNames.filter((_, index) => (index % 2 === 0) === (half === 'first'));
}

export function kindOf(name: WorldKindName): WorldKind {
  return worldKinds[name];
}

export function pickKind(dice: Dice): WorldKindName {
  return dice.weighted(worldKindNames.map((name) => [name, worldKinds[name].share] as const));
}

export function pairsOf<T extends string>(weights: Weights<T>): (readonly [T, number])[] {
  return Object.entries(weights) as [T, number][];
}
