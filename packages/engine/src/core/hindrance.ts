import type { RelPath } from '@tidesync/shared/names';
import { isWithin, OWN_FOLDER, parentPath, TOP } from '@tidesync/shared/names';
import type { PathTrouble, TroubleCode } from './trouble.ts';

type TroubleAt = (path: RelPath) => PathTrouble | null;

/** A trouble, and the path at which people are told of it. */
export interface Told {
  readonly path: RelPath;
  readonly trouble: PathTrouble;
}

/** The trouble of an entry itself. `places`: where somebody looks, and where it lies if that is elsewhere. */
export function troubleIn(places: readonly RelPath[], troubleAt: TroubleAt): Told | null {
  for (const path of places) {
    const trouble = troubleAt(path);
    if (trouble !== null) return { path, trouble };
  }
  return null;
}

/** The nearest folder above a path that has a trouble; where our own folder has one, it keeps everything. */
export function troubleAbove(path: RelPath, troubleAt: TroubleAt): Told | null {
  if (path === TOP) return troubleIn([OWN_FOLDER as string as RelPath], troubleAt);
  const folder = parentPath(path);
  return troubleIn([folder], troubleAt) ?? troubleAbove(folder, troubleAt);
}

/** The first trouble of something in a folder. */
export function troubleWithin(folder: RelPath, all: readonly Told[]): Told | null {
  return all.find(({ path }) => path !== folder && isWithin(path, folder)) ?? null;
}

/** A folder with such a trouble shows nothing of what is in it: whether that is synced, nobody knows. */
const HIDING = new Set<TroubleCode>(['unreadable', 'ioError', 'tooManyOpen', 'otherVolume']);

/** Whether the trouble of a folder above is what keeps an entry. `unknown`: nothing is known at that path. */
export function isKeptBy({ path, trouble }: Told, entry: 'synced' | 'unsynced' | 'unknown'): boolean {
  if (entry === 'unknown' && path === (OWN_FOLDER as string)) return true;
  return entry === 'unsynced' || HIDING.has(trouble.code);
}
