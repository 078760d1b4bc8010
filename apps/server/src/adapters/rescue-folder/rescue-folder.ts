import { createHash, randomUUID } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { link, lstat, mkdir, open, readdir, readlink, rm, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { assert } from '@tidesync/shared/brand';
import type { ChunkRef } from '@tidesync/shared/chunk-list';
import { fail } from '@tidesync/shared/problems';
import type { RescuedFile, RescueEnd, RescueFolder, RescuePath } from '../../ports/rescue-folder.ts';
import { flushFolder } from '../disk/flush-folder.ts';
import { codeOf, inFolder, isAbsent, makeFolder } from '../export-folder/durable-files.ts';

const DAMAGED = '.damaged';
/** Unfinished files, in one place; the next run clears it. */
const PARTS = '.unfinished';

/** Opens the folder, made if it is not there. Errors: Failure `exportFolderUnusable`. */
export function openRescueFolder(top: string): Promise<RescueFolder> {
  return inFolder(top, async () => {
    await makeFolder(join(top, PARTS));
    for (const left of await readdir(join(top, PARTS))) await rm(join(top, PARTS, left), { force: true });
    const { file: listed, name } = await newListing(top);
    const safe = <T>(work: () => Promise<T>) => inFolder(top, work);
    return {
      listing: name,
      file: (file) => safe(() => putFile(top, file)),
      folder: (path) => safe(() => putFolder(top, path)),
      symlink: (path, target) => safe(() => putSymlink(top, path, target)),
      list: (row) => safe(async () => void (await listed.appendFile(`${JSON.stringify(row)}\n`))),
      close: () =>
        safe(async () => {
          await listed.sync();
          await listed.close();
          await rm(join(top, PARTS), { recursive: true, force: true });
        }),
    };
  });
}

/** Each run has one of its own, so that none is replaced. */
async function newListing(top: string): Promise<{ file: FileHandle; name: string }> {
  for (let run = 1; ; run++) {
    const name = `listing-${run}.jsonl`;
    try {
      return { name, file: await open(join(top, name), 'wx', 0o600) };
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw error;
    }
  }
}

async function putFolder(top: string, path: RescuePath): Promise<'written' | 'there' | 'taken'> {
  let at = top;
  let made = false;
  for (const name of path) {
    assert(name !== '' && name !== '.' && name !== '..' && !/[/\0]/.test(name), 'a rescued name is a name');
    at = join(at, name);
    const found = await look(at);
    if (found !== null && !found.isDirectory()) return 'taken';
    if (found === null) {
      await mkdir(at, { mode: 0o700 });
      made = true;
    }
  }
  return made ? 'written' : 'there';
}

async function look(path: string) {
  try {
    return await lstat(path);
  } catch (error) {
    if (isAbsent(error)) return null;
    throw error;
  }
}

async function putSymlink(
  top: string,
  path: RescuePath,
  target: string,
): Promise<'written' | 'there' | 'taken'> {
  if ((await putFolder(top, path.slice(0, -1))) === 'taken') return 'taken';
  const at = join(top, ...path);
  const found = await look(at);
  if (found?.isSymbolicLink()) return (await readlink(at)) === target ? 'there' : 'taken';
  if (found !== null) return 'taken';
  await symlink(target, at);
  return 'written';
}

async function putFile(top: string, file: RescuedFile): Promise<RescueEnd> {
  if ((await putFolder(top, file.path.slice(0, -1))) === 'taken') return { is: 'taken' };
  const at = join(top, ...file.path);
  const found = await look(at);
  if (found !== null) {
    const same = found.isFile() && (await holds(at, file.chunks));
    return { is: same ? 'there' : 'taken' };
  }
  const part = join(top, PARTS, randomUUID());
  try {
    const missingChunks = await writePart(part, file);
    if (missingChunks === 0) return { is: await nameIt(part, at) };
    const whole = missingChunks === file.chunks.length;
    if (whole) return { is: 'damaged', missingChunks, kept: false };
    const named = await nameIt(part, `${at}${DAMAGED}`);
    return {
      is: 'damaged',
      missingChunks,
      kept: named === 'written' || (await look(`${at}${DAMAGED}`)) !== null,
    };
  } finally {
    await rm(part, { force: true });
  }
}

/** How many chunks were not to be had. */
async function writePart(path: string, file: RescuedFile): Promise<number> {
  const handle = await open(path, 'wx', file.executable ? 0o700 : 0o600);
  try {
    let [offset, missing] = [0, 0];
    for (const chunk of file.chunks) {
      const bytes = await file.read(chunk);
      if (bytes === null) missing += 1;
      else await writeAll(handle, bytes, offset);
      offset += chunk.sizeBytes;
    }
    await handle.truncate(offset);
    // Cut to whole microseconds where it is written: half of one more makes it the millisecond that is meant.
    if (file.mtimeMs !== null) await handle.utimes(file.mtimeMs / 1_000, (file.mtimeMs + 0.0005) / 1_000);
    await handle.sync();
    return missing;
  } finally {
    await handle.close();
  }
}

async function writeAll(handle: FileHandle, bytes: Uint8Array, offset: number): Promise<void> {
  for (let at = 0; at < bytes.length; ) {
    at += (await handle.write(bytes, at, bytes.length - at, offset + at)).bytesWritten;
  }
}

async function nameIt(part: string, at: string): Promise<'written' | 'taken'> {
  try {
    await link(part, at);
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return 'taken';
    if (codeOf(error) === 'ENAMETOOLONG') return 'taken';
    throw error;
  }
  await flushFolder(dirname(at));
  return 'written';
}

/** Whether a file is exactly these chunks. */
async function holds(path: string, chunks: readonly ChunkRef[]): Promise<boolean> {
  const handle = await open(path, 'r');
  try {
    const sizeBytes = chunks.reduce((sum, chunk) => sum + chunk.sizeBytes, 0);
    if ((await handle.stat()).size !== sizeBytes) return false;
    let offset = 0;
    for (const { id, sizeBytes: length } of chunks) {
      const bytes = Buffer.alloc(length);
      const { bytesRead } = await handle.read(bytes, 0, length, offset);
      if (bytesRead !== length || createHash('sha256').update(bytes).digest('hex') !== id) return false;
      offset += length;
    }
    return true;
  } finally {
    await handle.close();
  }
}

/** Refuses what is no folder for a rescue, before hours of reading. */
export async function requireFolder(top: string): Promise<void> {
  const found = await look(top);
  if (found !== null && !found.isDirectory()) {
    fail({ reason: 'exportFolderUnusable', path: top, detail: 'it is no folder' });
  }
}
