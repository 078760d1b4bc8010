import { limits } from '@tidesync/shared/limits';
import { utf8Bytes } from '@tidesync/shared/names';
import type { DiskFault } from '../ports/disk.ts';

/** In what disks differ. All default to what Linux does. */
export interface DiskModes {
  /** `caseInsensitive` keeps the spelling that a name was made with. */
  readonly names: 'sensitive' | 'caseInsensitive';
  /** Like APFS: both forms are one name, kept as given. Like HFS+: and every name is stored decomposed. */
  readonly unicode: 'asGiven' | 'nfcInsensitive' | 'nfdStored';
  /** Windows: which names are refused, and what an open handle locks. Insensitive to case unless `names` says so. */
  readonly windows: boolean;
  /** The finest difference between two mtimes: 1 ns; 2 s on FAT. */
  readonly mtimeStepNs: bigint;
  /** The same for the times of change and of birth. */
  readonly otherTimesStepNs: bigint;
}

export const LINUX: DiskModes = {
  names: 'sensitive',
  unicode: 'asGiven',
  windows: false,
  mtimeStepNs: 1n,
  otherTimesStepNs: 1n,
};

/** What a disk makes of names. */
export interface NameTable {
  /** Equal for names that are the same here. */
  keyOf(name: string): string;
  storedAs(name: string): string;
  /** Why nothing of that name can be looked for. */
  lookFault(name: string): DiskFault | null;
  /** Why nothing of that name can be made. */
  makeFault(name: string): DiskFault | null;
}

const DEVICE_NAME = /^(con|prn|aux|nul|com[1-9¹²³]|lpt[1-9¹²³]|conin\$|conout\$)( *\..*)?$/i;
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what Windows refuses in names
const REFUSED = /[\u0000-\u001f<>:"\\|?*]|[ .]$/;

export function nameTableOf(modes: DiskModes): NameTable {
  const { unicode, names, windows } = modes;
  const formed = unicode === 'asGiven' ? as : (name: string) => name.normalize('NFC');
  return {
    keyOf: names === 'sensitive' ? formed : (name) => foldCase(formed(name)),
    storedAs: unicode === 'nfdStored' ? (name) => name.normalize('NFD') : as,
    lookFault: (name) => (isTooLong(name, windows) ? 'nameTooLong' : null),
    makeFault: (name) => (windows && (DEVICE_NAME.test(name) || REFUSED.test(name)) ? 'nameRefused' : null),
  };
}

const as = (name: string) => name;

/** Letter by letter, as disks have it in a table: no letter becomes two, and none of ASCII comes from outside it. */
function foldCase(name: string): string {
  let folded = '';
  for (const letter of name) {
    const upper = letter.toUpperCase();
    const one = (upper.length === letter.length ? upper : letter).toLowerCase();
    folded += one.length !== letter.length || (one <= '\x7f' && letter > '\x7f') ? letter : one;
  }
  return folded;
}

/** Windows counts units of UTF-16, others bytes. */
function isTooLong(name: string, windows: boolean): boolean {
  if (windows) return name.length > limits.nameBytesMax;
  return name.length * 3 > limits.nameBytesMax && utf8Bytes(name) > limits.nameBytesMax;
}
