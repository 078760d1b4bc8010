import type { FolderCheck, FolderFinding, FolderMeasure } from '@tidesync/shared/wire/engine-screens';
import type { Quota } from '@tidesync/shared/wire/people';
import { isSystemFolder } from './system-folders.ts';

/** All that is known about a folder that somebody wants to sync. */
export interface FolderWish {
  /** The real path. */
  readonly path: string;
  readonly is: 'folder' | 'missing' | 'other';
  readonly parentExists: boolean;
  readonly access: 'full' | 'denied' | 'readOnlyDisk';
  readonly network: boolean;
  readonly foldsCase: boolean | null;
  readonly freeBytes: number | null;
  /** Another root, or the engine's own folder, one of which lies inside the other. */
  readonly overlaps: string | null;
  readonly here: FolderMeasure;
  readonly onServer: FolderMeasure | null;
  /** Whose quota the library counts against is known for own libraries alone. */
  readonly quota: Quota | null;
}

/** What speaks against it; what `blocks` cannot be added at all. */
export function judgeFolder(wish: FolderWish): FolderCheck['findings'] {
  const blocking = blockingOf(wish).map((finding) => ({ finding, blocks: true }));
  const warning = blocking.length > 0 ? [] : warningsOf(wish).map((finding) => ({ finding, blocks: false }));
  return [...blocking, ...warning];
}

function blockingOf(wish: FolderWish): FolderFinding[] {
  if (wish.overlaps !== null) return [{ is: 'overlaps', other: wish.overlaps }];
  if (isSystemFolder(wish.path)) return [{ is: 'systemFolder' }];
  if (wish.is === 'other') return [{ is: 'notFolder' }];
  if (!wish.parentExists) return [{ is: 'parentMissing' }];
  if (wish.access === 'readOnlyDisk') return [{ is: 'readOnlyDisk' }];
  return wish.access === 'denied' ? [{ is: 'noPermission' }] : [];
}

/** Both sides are merged, and what is the same on both does not travel: the sums are what may be needed at most. */
function warningsOf(wish: FolderWish): FolderFinding[] {
  const found: FolderFinding[] = [];
  if (wish.network) found.push({ is: 'networkDisk' });
  if (wish.foldsCase === true) found.push({ is: 'foldsCase' });
  const comingBytes = wish.onServer?.sizeBytes ?? 0;
  if (wish.freeBytes !== null && comingBytes > wish.freeBytes) {
    found.push({ is: 'diskShort', neededBytes: comingBytes, freeBytes: wish.freeBytes });
  }
  if (wish.quota !== null) {
    const freeBytes = Math.max(0, wish.quota.limitBytes - wish.quota.usedBytes - wish.quota.reservedBytes);
    const goingBytes = Math.max(0, wish.here.sizeBytes - comingBytes);
    if (goingBytes > freeBytes) found.push({ is: 'quotaShort', neededBytes: goingBytes, freeBytes });
  }
  return found;
}
