import { constants } from 'node:fs';
import { access, open, opendir, readdir, stat, statfs } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fail } from '@tidesync/shared/problems';
import type { PlaceFacts, Places, ProcessFacts } from '../ports/places.ts';
import { errorCode } from './disk/disk-faults.ts';

const LISTED_MAX = 1_000;
const MEASURED_ENTRIES_MAX = 100_000;
/** As statfs(2) names them: NFS, SMB, CIFS, SMB2, AFS, 9P, FUSE (where sshfs and the like are). */
const NETWORK_DISKS = new Set([0x6969, 0x517b, 0xff534d42, 0xfe534d42, 0x5346414f, 0x01021997, 0x65735546]);

/** Folders of this computer, on node:fs. */
export const nodePlaces: Places = {
  ownFolder: os.homedir(),
  async list(wanted) {
    const folder = path.resolve(wanted === '' ? os.homedir() : wanted);
    const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) =>
      fail({ reason: 'folderUnusable', path: folder, why: whyNotListed(error) }, error),
    );
    const folders = entries
      .filter((entry) => entry.isDirectory() && entry.name !== '.tidesync')
      .map((entry) => ({ name: entry.name, path: path.join(folder, entry.name) }))
      .sort(
        (a, b) =>
          Number(a.name.startsWith('.')) - Number(b.name.startsWith('.')) || a.name.localeCompare(b.name),
      );
    const parent = path.dirname(folder);
    return {
      path: folder,
      parent: parent === folder ? null : parent,
      folders: folders.slice(0, LISTED_MAX),
      more: folders.length > LISTED_MAX,
    };
  },
  async look(folder) {
    const node = await stat(folder).catch(() => null);
    const parent = path.dirname(folder);
    const asked = node?.isDirectory() ? folder : parent;
    const parentExists = (await stat(parent).catch(() => null))?.isDirectory() ?? false;
    const disk = await statfs(asked).catch(() => null);
    return {
      is: node === null ? 'missing' : node.isDirectory() ? 'folder' : 'other',
      parentExists,
      access: await accessOf(asked),
      network: disk !== null && NETWORK_DISKS.has(disk.type),
      foldsCase: node === null ? null : await foldsCase(folder),
      freeBytes: disk === null ? null : disk.bavail * disk.bsize,
    };
  },
  async measure(folder) {
    const found = { files: 0, folders: 0, sizeBytes: 0, complete: true };
    const open = [folder];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      if (found.files + found.folders >= MEASURED_ENTRIES_MAX) return { ...found, complete: false };
      await measureOne(next, found, open);
    }
    return found;
  },
  async head(file, bytesMax) {
    // Not blocking: a pipe would wait for its other end.
    const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
    const handle = await open(file, flags).catch(() => null);
    if (handle === null) return null;
    try {
      const node = await handle.stat();
      if (!node.isFile()) return null;
      const buffer = Buffer.alloc(Math.min(node.size, bytesMax));
      const { bytesRead } = await handle.read(buffer, 0, buffer.length, 0);
      return { bytes: buffer.subarray(0, bytesRead), sizeBytes: node.size };
    } catch {
      return null;
    } finally {
      await handle.close();
    }
  },
};

export const nodeProcess: ProcessFacts = {
  pid: process.pid,
  nodeVersion: process.versions.node,
  system: `${os.type()} ${os.release()} ${process.arch}`,
  hostName: os.hostname(),
  startedMs: Math.round(Date.now() - process.uptime() * 1_000),
  memoryBytes: () => process.memoryUsage.rss(),
};

function whyNotListed(error: unknown): string {
  const code = errorCode(error);
  if (code === 'ENOENT') return 'it does not exist';
  if (code === 'ENOTDIR') return 'it is no folder';
  return code === 'EACCES' || code === 'EPERM' ? 'permission is missing' : code;
}

async function accessOf(folder: string): Promise<PlaceFacts['access']> {
  try {
    await access(folder, constants.R_OK | constants.W_OK | constants.X_OK);
    return 'full';
  } catch (error) {
    return errorCode(error) === 'EROFS' ? 'readOnlyDisk' : 'denied';
  }
}

/** By asking for the folder itself under a name that differs in case alone. */
async function foldsCase(folder: string): Promise<boolean | null> {
  const name = path.basename(folder);
  const other = name === name.toUpperCase() ? name.toLowerCase() : name.toUpperCase();
  if (other === name) return null;
  const [one, two] = await Promise.all([folder, path.join(path.dirname(folder), other)].map(nodeAt));
  return one !== null && one !== undefined && two !== null && two !== undefined && one === two;
}

async function nodeAt(place: string): Promise<string | null> {
  const node = await stat(place, { bigint: true }).catch(() => null);
  return node === null ? null : `${node.dev} ${node.ino}`;
}

async function measureOne(
  folder: string,
  found: { files: number; folders: number; sizeBytes: number },
  open: string[],
): Promise<void> {
  const entries = await opendir(folder).catch(() => null);
  if (entries === null) return;
  for await (const entry of entries) {
    const place = path.join(folder, entry.name);
    if (entry.isDirectory()) {
      if (entry.name === '.tidesync') continue;
      found.folders++;
      open.push(place);
    } else if (entry.isFile()) {
      found.files++;
      found.sizeBytes += (await stat(place).catch(() => null))?.size ?? 0;
    }
    if (found.files + found.folders >= MEASURED_ENTRIES_MAX) return;
  }
}
