import path from 'node:path';
import type { RelPath } from '@tidesync/shared/names';
import { OWN_FOLDER, parseRelPath, TOP } from '@tidesync/shared/names';
import type { Matcher } from 'chokidar';
import { watch } from 'chokidar';
import type { Watcher, WatchHint } from '../ports/watcher.ts';
import { errorCode } from './disk/disk-faults.ts';
import { HintGate } from './watching/hint-gate.ts';

/**
 * chokidar on folders only: each watched file would cost memory and start time, and its folder's events tell of it
 * anyway. Its `raw` events are the hints; what it works out from them is not needed, but for new folders.
 */
export const chokidarWatcher: Watcher = {
  async watch(rootPath, onHint) {
    const gate = new HintGate(onHint);
    const watcher = watch(rootPath, {
      ignored: onlyFolders(rootPath),
      ignoreInitial: true,
      followSymlinks: false,
      atomic: false,
      // What may not be listed is the scanner's to report.
      ignorePermissionErrors: true,
    });
    watcher.on('raw', (_event, name, details) => {
      const folder = folderOf(rootPath, name, details);
      if (folder !== null) gate.event(folder);
    });
    // Files put into a new folder before it was watched made no event.
    watcher.on('addDir', (folder) => gate.event(relative(rootPath, folder)));
    watcher.on('error', (error) => gate.lost(errorReason(error)));
    await new Promise<void>((resolve) => watcher.once('ready', resolve));
    return {
      async close() {
        gate.close();
        await watcher.close();
      },
    };
  },
};

function onlyFolders(rootPath: string): Matcher {
  const own = path.join(rootPath, OWN_FOLDER);
  return (candidate, stats) => {
    if (candidate === own || candidate.startsWith(own + path.sep)) return true;
    return stats !== undefined && !stats.isDirectory();
  };
}

/** Null for events of our own folder. The name is below the watched path; without one, all of it is meant. */
function folderOf(rootPath: string, name: string | null, details: unknown): RelPath | null {
  const watched = watchedPathOf(details) ?? rootPath;
  const changed = name === null ? watched : path.join(watched, name);
  const inRoot = path.relative(rootPath, changed).split(path.sep);
  if (inRoot[0] === OWN_FOLDER) return null;
  return relative(rootPath, name === null ? watched : path.dirname(changed));
}

function watchedPathOf(details: unknown): string | null {
  if (typeof details !== 'object' || details === null || !('watchedPath' in details)) return null;
  return typeof details.watchedPath === 'string' ? details.watchedPath : null;
}

/** The top stands in for what cannot be named, or has just moved out of the root. */
function relative(rootPath: string, folder: string): RelPath {
  const parts = path.relative(rootPath, folder).split(path.sep);
  return parts[0] === '..' ? TOP : (parseRelPath(parts.join('/')) ?? TOP);
}

/** ENOSPC: the system's limit of watches; EMFILE: that of watching instances, or of open files. */
function errorReason(error: unknown): Extract<WatchHint, { is: 'everything' }>['why'] {
  return ['ENOSPC', 'EMFILE', 'ENFILE'].includes(errorCode(error)) ? 'noWatches' : 'error';
}
