import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { rm, stat, statfs, writeFile } from 'node:fs/promises';
import path from 'node:path';

export interface DataFolderFacts {
  /** False: the first start makes it. */
  readonly exists: boolean;
  /** Null: it can be written to; else why not. */
  readonly unwritable: string | null;
  readonly freeBytes: number;
  /** Others on this machine may look inside. */
  readonly isOpenToOthers: boolean;
}

/** Looks at the folder, or at the nearest one above it that exists. Leaves nothing in it. */
export async function inspectDataFolder(dataDir: string): Promise<DataFolderFacts> {
  const exists = existsSync(dataDir);
  let folder = path.resolve(dataDir);
  while (!existsSync(folder)) folder = path.dirname(folder);
  const { bavail, bsize } = await statfs(folder);
  const isOpenToOthers = exists && process.platform !== 'win32' && ((await stat(folder)).mode & 0o077) !== 0;
  return { exists, unwritable: await whyUnwritable(folder), freeBytes: bavail * bsize, isOpenToOthers };
}

async function whyUnwritable(folder: string): Promise<string | null> {
  const file = path.join(folder, `.tidesync-check-${randomUUID()}`);
  try {
    await writeFile(file, 'check');
    return null;
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : String(error);
  } finally {
    await rm(file, { force: true }).catch(() => undefined);
  }
}
