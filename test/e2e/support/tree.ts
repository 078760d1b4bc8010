import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { lstat, readdir, readlink } from 'node:fs/promises';

/** What a person sees of one entry; two entries with the same words are the same to the byte. */
export type Seen = string;

/** By path. A path is kept byte for byte, in latin1, because a name on disk need not be Unicode. */
export type Tree = ReadonlyMap<string, Seen>;

const OWN_FOLDER = '.tidesync';

/**
 * The whole folder but for `.tidesync` at its top: content by hash, executable bit, time of change in
 * milliseconds, target of each symlink, empty folders. Entries that vanish while it reads are left out.
 */
export async function readTree(folder: string): Promise<Tree> {
  const tree = new Map<string, Seen>();
  await readInto(tree, Buffer.from(folder), Buffer.alloc(0));
  return tree;
}

async function readInto(tree: Map<string, Seen>, top: Buffer, inside: Buffer): Promise<void> {
  const names = await vanishing(readdir(joined(top, inside), { encoding: 'buffer' }));
  for (const name of names ?? []) {
    if (inside.length === 0 && name.toString() === OWN_FOLDER) continue;
    const at = joined(inside, name);
    const seen = await vanishing(look(joined(top, at)));
    if (seen === null) continue;
    tree.set(at.toString('latin1'), seen);
    if (seen === 'folder') await readInto(tree, top, at);
  }
}

function joined(before: Buffer, after: Buffer): Buffer {
  if (before.length === 0) return after;
  return after.length === 0 ? before : Buffer.concat([before, Buffer.from('/'), after]);
}

async function look(path: Buffer): Promise<Seen> {
  const stat = await lstat(path, { bigint: true });
  if (stat.isDirectory()) return 'folder';
  if (stat.isSymbolicLink())
    return `link to ${(await readlink(path, { encoding: 'buffer' })).toString('latin1')}`;
  if (!stat.isFile()) return 'something else';
  const executable = (stat.mode & 0o100n) === 0n ? '' : ', executable';
  return `file ${stat.size} B ${await hashOf(path)}, changed ${stat.mtimeNs / 1_000_000n}${executable}`;
}

async function hashOf(path: Buffer): Promise<string> {
  const hash = createHash('sha256');
  for await (const slice of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(slice as Buffer);
  return hash.digest('hex');
}

async function vanishing<T>(work: Promise<T>): Promise<T | null> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR'))
      return null;
    throw error;
  }
}

/** One line for each entry that is not the same in both. */
export function differences(first: Tree, second: Tree): string[] {
  const paths = [...new Set([...first.keys(), ...second.keys()])].sort();
  return paths
    .filter((path) => first.get(path) !== second.get(path))
    .map((path) => `${path}: ${first.get(path) ?? 'nothing'} | ${second.get(path) ?? 'nothing'}`);
}
