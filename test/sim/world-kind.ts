import type { Deed, DiskKind, Fault } from './scenario.ts';

export type Weights<T extends string> = Readonly<Partial<Record<T, number>>>;

/** What a world is about: which deeds and faults come often in it, so that what is rare elsewhere meets itself. */
export interface WorldKind {
  /** How often it comes; 0: only when it is asked for, so that no seed of the others means another world. */
  readonly share: number;
  readonly deeds: Weights<Deed>;
  /** The same for the first third of them; default: as the rest. */
  readonly begins?: Weights<Deed>;
  readonly faults: Weights<Fault['kind']>;
  /** How many faults, at most and at least. */
  readonly faultCounts: readonly [number, number];
  readonly disks: Weights<DiskKind>;
  readonly devices: readonly (readonly [number, number])[];
  /** Of ten people, how many do not wait for the engine. */
  readonly hastyOfTen: number;
  /** How many deeds in all; default: 12 to 41. */
  readonly deedCounts?: readonly [number, number];
  /** Faults of disks and people's meddling hit the engine's own changes, and a disk fails twice or more on end. */
  readonly isNarrow?: true;
  /** Connections are away early on and for some seconds, so that people work on the same. */
  readonly isParted?: true;
  /** Power goes each time a machine crashes. */
  readonly losesPower?: true;
  /** The same, and that may be late: elsewhere machines crash in their first few hundred calls. */
  readonly losesPowerLate?: true;
  /** One device alone has a person; the others only receive. */
  readonly isAlone?: true;
  /** All devices are of one account. */
  readonly hasOneMember?: true;
  /** What goes wrong with requests goes wrong with commits, and most often it is the answer that is lost. */
  readonly losesAnswers?: true;
  /** Crashes are of the engine alone, between its steps on its own files. */
  readonly killsHalfway?: true;
  /** Meddling is a file that is made and taken back, in the engine's own moments. */
  readonly glimpses?: true;
  /** Each deed of the first device is done the other way round at the second one, at the same time. */
  readonly isCrosswise?: true;
  /** When a backup is restored, it is one of a moment ago, and a device does not hear of it. */
  readonly leavesBehind?: true;
  /** Everybody means the same two files. */
  readonly hasFewNames?: true;
  /** The same with four files and two folders, and no two names that a disk may take for one. */
  readonly hasPlainNames?: true;
  /**
   * Crashes are of the engine alone, in moves. `soonBack`: before any call about what they take aside, and it is back
   * at once; `atHalf`: when the file has both names; `brieflyAtHalf`: the same, and it is back at once; `atTheEnd`: before
   * the old one goes.
   */
  readonly killsInMoves?: 'soonBack' | 'atHalf' | 'brieflyAtHalf' | 'atTheEnd';
  /** A disk that gives back nothing that lies aside, after it has once refused a new file; and answers are slow. */
  readonly keepsAsides?: true;
  /** What goes wrong with requests is that a commit never arrives. */
  readonly losesCommits?: true;
  /** People work for an hour, with minutes between two deeds, and what goes wrong lasts for many. */
  readonly isSlow?: true;
  readonly isShortOfRoom?: true;
  readonly hasViewers?: true;
  /** The server's days are many, and it collects garbage in them. */
  readonly collects?: true;
  /** From how many files on deletes wait for a yes, at least and at most. */
  readonly heldFrom?: readonly [number, number];
}

export const ordinaryDeeds: Weights<Deed> = {
  write: 22,
  saveByRename: 12,
  append: 8,
  truncate: 4,
  delete: 8,
  remake: 4,
  moveFile: 12,
  moveFolder: 7,
  swapNames: 4,
  caseRename: 3,
  chmod: 3,
  makeFolder: 8,
  deleteTree: 3,
  makeSymlink: 3,
  wrap: 1,
  large: 1,
};
const ordinaryFaults: Weights<Fault['kind']> = {
  crash: 10,
  meddle: 12,
  quit: 2,
  request: 10,
  object: 5,
  partition: 4,
  disk: 4,
  clock: 2,
  serverClock: 0.5,
  hint: 4,
  bell: 3,
  server: 4,
  database: 4,
  restore: 2,
  root: 1,
  unlistable: 1,
  rude: 1,
  jobs: 1,
};
const exactDisks: Weights<DiskKind> = { linux: 6, fat: 2 };
const anyNumber = [
  [1, 2],
  [2, 6],
  [3, 3],
  [4, 1],
] as const;
export const two = [[2, 1]] as const;

/** What other kinds differ from. */
export const mixed: WorldKind = {
  ...{ share: 6, deeds: ordinaryDeeds, faults: ordinaryFaults, faultCounts: [0, 22] },
  ...{ disks: exactDisks, devices: anyNumber, hastyOfTen: 7 },
};
