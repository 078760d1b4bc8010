import { chmod, mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { fail } from '@tidesync/shared/problems';
import Sqlite from 'better-sqlite3';
import { z } from 'zod';
import type { TokenPlace } from '../ports/token-place.ts';
import { errorCode } from './disk/disk-faults.ts';
import type { HomeText } from './token-store.ts';

/** Where a running engine listens, and the secret that opens it. */
export interface EngineAddress {
  readonly port: number;
  readonly token: string;
}

/** Held by one process at a time; the system frees it when that process ends, however it ends. */
export interface HomeLock {
  /** Tells other programs of this user where the engine listens. */
  announce(address: EngineAddress): Promise<void>;
  /** Takes the announcement back and frees the lock. */
  release(): Promise<void>;
}

/** The folder in which a device keeps its own data. Every method rejects with `ownDataFailed` and nothing else. */
export interface HomeFolder {
  readonly path: string;
  readonly files: Readonly<Record<'token' | 'marker' | 'runtime' | 'lock', string>>;
  /** The device's token, as core/bound-token.ts has it; null while signed out. Only who holds the lock may write. */
  readonly token: TokenPlace;
  /** See token-store.ts. */
  readonly marker: HomeText;
  /** What the holder of the lock has announced; stale if that process was killed. */
  announced(): Promise<EngineAddress | null>;
  /** Makes the folder, closed to other users, if need be. Null if another process holds the lock. */
  lock(): Promise<HomeLock | null>;
}

/** With none at all, two that start together can each be in the other's way, and neither gets the lock. */
const RACE_MS = 200;

const runtimeFile = z.object({
  pid: z.number().int(),
  port: z.number().int().min(1).max(65_535),
  token: z.string().min(1),
  startedAtMs: z.number(),
});

export function homeFolder(homePath: string): HomeFolder {
  const files = {
    token: path.join(homePath, 'token'),
    marker: path.join(homePath, 'token-in-keyring'),
    runtime: path.join(homePath, 'runtime.json'),
    lock: path.join(homePath, 'lock.db'),
  };
  const own = <T>(work: Promise<T>): Promise<T> => work.catch((error: unknown) => notUsable(homePath, error));
  const textOf = (file: string): HomeText => ({
    read: () => own(readText(file)),
    write: (text) => own(writeText(file, text)),
  });
  return {
    path: homePath,
    files,
    token: { ...textOf(files.token), where: () => 'file' },
    marker: textOf(files.marker),
    async announced() {
      const text = await own(readText(files.runtime));
      if (text === null) return null;
      const runtime = runtimeFile.safeParse(parseJson(text));
      return runtime.success ? { port: runtime.data.port, token: runtime.data.token } : null;
    },
    lock: () => own(lockHome(homePath, files)),
  };
}

async function lockHome(homePath: string, files: HomeFolder['files']): Promise<HomeLock | null> {
  await mkdir(homePath, { recursive: true, mode: 0o700 });
  await chmod(homePath, 0o700);
  const holder = takeLock(files.lock);
  if (holder === null) return null;
  return {
    announce({ port, token }) {
      const startedAtMs = Math.round(performance.timeOrigin);
      const runtime = { pid: process.pid, port, token, startedAtMs } satisfies z.infer<typeof runtimeFile>;
      return writeText(files.runtime, JSON.stringify(runtime)).catch((error) => notUsable(homePath, error));
    },
    async release() {
      try {
        await writeText(files.runtime, null);
      } catch (error) {
        notUsable(homePath, error);
      } finally {
        holder.close();
      }
    },
  };
}

/**
 * An open transaction on a database of its own. Unlike a file with a process id in it, this lock cannot be left
 * behind or mistaken, and two programs that start together cannot both have it. Null if it is taken.
 * The file must not be opened in any other way: POSIX drops a process's locks when it closes any handle to it.
 */
function takeLock(file: string): Sqlite.Database | null {
  const db = new Sqlite(file, { timeout: RACE_MS });
  try {
    db.exec('BEGIN EXCLUSIVE');
    return db;
  } catch (error) {
    db.close();
    if (errorCode(error).startsWith('SQLITE_BUSY')) return null;
    throw error;
  }
}

async function readText(file: string): Promise<string | null> {
  try {
    const text = await readFile(file, 'utf8');
    return text === '' ? null : text;
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null;
    throw error;
  }
}

/** Null removes the file. Whoever reads it meets the old text or the new one whole, after a power cut too. */
async function writeText(file: string, text: string | null): Promise<void> {
  if (text === null) {
    await rm(file, { force: true });
  } else {
    const next = `${file}.new`;
    await rm(next, { force: true });
    const handle = await open(next, 'wx', 0o600);
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(next, file);
  }
  await syncFolder(path.dirname(file));
}

async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function notUsable(homePath: string, error: unknown): never {
  const code = errorCode(error);
  if (code === '') throw error;
  return fail({ reason: 'ownDataFailed', path: homePath, detail: code }, error);
}
