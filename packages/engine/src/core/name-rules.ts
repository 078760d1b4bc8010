import type { EntryName } from '@tidesync/shared/names';

/** What names a root's disk can tell apart and hold; probed when the root is opened. */
export interface NameRules {
  readonly caseSensitive: boolean;
  /** False where NFC and NFD spellings are one file. */
  readonly formSensitive: boolean;
  /** Windows: reserved characters and device names, no trailing dot or space. */
  readonly windowsNames: boolean;
}

export const EXACT_NAMES: NameRules = { caseSensitive: true, formSensitive: true, windowsNames: false };

/** Equal for names that this disk takes for the same. */
export function foldName(rules: NameRules, name: string): string {
  const formed = rules.formSensitive ? name : name.normalize('NFC');
  return rules.caseSensitive ? formed : formed.toUpperCase().toLowerCase();
}

/**
 * Whether two spellings differ in nothing that a person can choose here: on a disk that does not tell Unicode forms
 * apart, and perhaps stores another one than it was given, the form is no part of a name.
 */
export function isSameSpelling(rules: NameRules, a: string, b: string): boolean {
  return a === b || (!rules.formSensitive && a.normalize('NFC') === b.normalize('NFC'));
}

export function foldsNames(rules: NameRules): boolean {
  return !rules.caseSensitive || !rules.formSensitive;
}

const WINDOWS_DEVICE = /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?$/i;
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what Windows refuses in names
const WINDOWS_REFUSED = /[\u0000-\u001f<>:"/\\|?*]|[ .]$/;

/** Whether a name can exist on this disk at all. */
export function canExistHere(rules: NameRules, name: EntryName): boolean {
  return !rules.windowsNames || !(WINDOWS_DEVICE.test(name) || WINDOWS_REFUSED.test(name));
}
