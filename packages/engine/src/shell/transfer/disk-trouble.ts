import type { PathTrouble } from '../../core/trouble.ts';
import type { DiskError, DiskFault } from '../../ports/disk.ts';

type ReadMeaning = 'changed' | PathTrouble;

/** What a fault means to someone who reads a file that was there a moment ago. */
const readMeanings: Record<DiskFault, ReadMeaning> = {
  missing: 'changed',
  exists: 'changed',
  notEmpty: 'changed',
  notFolder: 'changed',
  isFolder: 'changed',
  wrongKind: 'changed',
  linkedParent: 'changed',
  otherVolume: { code: 'otherVolume' },
  denied: { code: 'unreadable' },
  readOnly: { code: 'unreadable' },
  nameTooLong: { code: 'badName', fault: 'tooLong' },
  nameRefused: { code: 'badName', fault: 'reserved' },
  busy: { code: 'busy' },
  tooManyOpen: { code: 'tooManyOpen' },
  full: { code: 'ioError' },
  io: { code: 'ioError' },
};

export function readMeaning(error: DiskError): ReadMeaning {
  return readMeanings[error.fault];
}

/** What a fault means to someone who writes a temporary file of our own. */
const writeTroubles: Record<DiskFault, Exclude<PathTrouble['code'], 'badName'>> = {
  missing: 'ioError',
  exists: 'busy',
  notEmpty: 'ioError',
  notFolder: 'ioError',
  isFolder: 'ioError',
  wrongKind: 'ioError',
  linkedParent: 'unwritable',
  otherVolume: 'otherVolume',
  denied: 'unwritable',
  readOnly: 'unwritable',
  nameTooLong: 'ioError',
  nameRefused: 'ioError',
  busy: 'busy',
  tooManyOpen: 'tooManyOpen',
  full: 'diskFull',
  io: 'ioError',
};

export function writeTrouble(error: DiskError, neededBytes: number): PathTrouble {
  const code = writeTroubles[error.fault];
  return code === 'diskFull' ? { code, neededBytes } : ({ code } as PathTrouble);
}
