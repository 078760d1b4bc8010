import { closeSync, openSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fail } from '@tidesync/shared/problems';
import Database from 'better-sqlite3';

/** Where a server keeps its data if nobody says otherwise: the platform's folder for programs' data. */
export function defaultDataDir(env: NodeJS.ProcessEnv, platform: NodeJS.Platform): string {
  if (env.XDG_DATA_HOME) return join(env.XDG_DATA_HOME, 'tidesync-server');
  if (platform === 'darwin') return join(homedir(), 'Library', 'Application Support', 'tidesync-server');
  if (platform === 'win32')
    return join(env.LOCALAPPDATA ?? join(homedir(), 'AppData', 'Local'), 'tidesync-server');
  return join(homedir(), '.local', 'share', 'tidesync-server');
}

/** Makes the folder if it is missing, for its owner alone. Fails with `dataUnusable`. */
export async function prepareDataDir(dataDir: string): Promise<void> {
  try {
    await mkdir(dataDir, { recursive: true, mode: 0o700 });
  } catch (error) {
    fail({ reason: 'dataUnusable', path: dataDir, detail: wordsFor(error) }, error);
  }
}

/**
 * Takes the folder for one server process. Admin commands do not ask for it and may run beside the server.
 * It is an exclusive lock on a small SQLite file, so the system gives it back however the process ends.
 * Fails with `dataInUse` or `dataUnusable`.
 */
export function lockDataDir(dataDir: string): { release(): void } {
  let lock: Database.Database | null = null;
  try {
    const path = join(dataDir, 'server.lock');
    closeSync(openSync(path, 'a', 0o600));
    lock = new Database(path, { timeout: 0 });
    lock.exec('BEGIN EXCLUSIVE');
    const held = lock;
    return { release: () => held.close() };
  } catch (error) {
    lock?.close();
    const code = wordsFor(error);
    if (code.startsWith('SQLITE_BUSY')) fail({ reason: 'dataInUse', path: dataDir }, error);
    return fail({ reason: 'dataUnusable', path: dataDir, detail: code }, error);
  }
}

const words: Readonly<Record<string, string>> = {
  EEXIST: 'it is a file',
  ENOTDIR: 'a part of its path is a file',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'its disk is read-only',
  ENOSPC: 'its disk is full',
};

function wordsFor(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
  return words[code] ?? code;
}
