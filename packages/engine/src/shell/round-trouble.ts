import type { RelPath } from '@tidesync/shared/names';
import { isWithin } from '@tidesync/shared/names';
import type { PathTrouble } from '../core/trouble.ts';
import type { DiskError } from '../ports/disk.ts';
import { layout } from './layout.ts';
import { readMeaning } from './transfer/disk-trouble.ts';

/**
 * What people are told of a fault of the disk that ended a round; null: something has changed, and the next look shows
 * it. What we could not do in our own folder is that folder's trouble, whatever file of ours it was.
 */
export function roundTrouble(error: DiskError): readonly [RelPath, PathTrouble] | null {
  const meaning = readMeaning(error);
  if (meaning === 'changed') return null;
  if (!isWithin(error.path, layout.own)) return [error.path, meaning];
  return [layout.own, meaning.code === 'unreadable' ? { code: 'unwritable' } : meaning];
}
