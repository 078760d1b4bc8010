/** How much of everything a run does. */
export interface Scale {
  /** At once, with one file each. */
  readonly uploads: number;
  readonly downloads: number;
  readonly fileBytes: number;
  readonly racers: number;
  readonly races: number;
  readonly raceFileBytes: number;
  readonly nearlyFullAccounts: number;
  readonly listers: number;
  readonly documentsEach: number;
  readonly documentsPerPage: number;
  readonly listeners: number;
  readonly rings: number;
  /** How long listeners are watched while nothing happens. */
  readonly quietMs: number;
  readonly committers: number;
  readonly commitsEach: number;
  readonly mixedUsers: number;
  readonly mixedMs: number;
  readonly largeFileBytes: number;
  readonly signIns: number;
}

const USERS = 100;
const MB = 1_000_000;

/** What is asked for without options, or the same shape for more or fewer users. */
export function scaleFor(users: number = USERS): Scale {
  return {
    uploads: users,
    downloads: Math.ceil(users / 2),
    fileBytes: 10 * MB,
    racers: users,
    races: 3,
    raceFileBytes: 250_000,
    nearlyFullAccounts: Math.ceil(users / 5),
    listers: Math.ceil(users / 2),
    documentsEach: 1_200,
    documentsPerPage: 100,
    listeners: users * 10,
    rings: 5,
    quietMs: 10_000,
    committers: Math.ceil(users * 0.64),
    commitsEach: 20,
    mixedUsers: users,
    mixedMs: 20_000,
    largeFileBytes: 50 * MB,
    signIns: Math.ceil(users / 2),
  };
}

/** Enough to show that everything holds, in some seconds. */
export const functionalScale: Scale = {
  uploads: 5,
  downloads: 5,
  fileBytes: MB,
  racers: 20,
  races: 1,
  raceFileBytes: 250_000,
  nearlyFullAccounts: 2,
  listers: 2,
  documentsEach: 250,
  documentsPerPage: 100,
  listeners: 30,
  rings: 3,
  quietMs: 0,
  committers: 6,
  commitsEach: 5,
  mixedUsers: 4,
  mixedMs: 1_500,
  largeFileBytes: 3 * MB,
  signIns: 2,
};
