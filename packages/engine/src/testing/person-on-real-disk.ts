import { Buffer, isUtf8 } from 'node:buffer';
import { execFileSync } from 'node:child_process';
import {
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  linkSync,
  lstatSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  readSync,
  renameSync,
  writeSync,
} from 'node:fs';
import type { RelPath } from '@tidesync/shared/names';
import { parentPath, segments, TOP } from '@tidesync/shared/names';
import { diskError } from '../adapters/disk/disk-faults.ts';
import { nodeOf } from '../adapters/disk/stat-node.ts';
import type { DiskNode } from '../ports/disk.ts';
import { DiskError } from '../ports/disk.ts';
import type { PersonHandle } from './memory-person.ts';
import type { ScriptPerson, SeenName } from './play-disk-steps.ts';
import { summaryOf, UNNAMED } from './play-disk-steps.ts';

const OPEN = constants.O_RDWR | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/** What `PersonOnDisk` does, below a real folder. */
export class PersonOnRealDisk implements ScriptPerson {
  readonly #root: string;

  constructor(root: string) {
    this.#root = root;
  }

  write(path: RelPath, bytes: Uint8Array): void {
    this.#within(path, OPEN | constants.O_CREAT, (fd) => {
      ftruncateSync(fd, 0);
      writeAll(fd, bytes, 0);
    });
  }

  append(path: RelPath, bytes: Uint8Array): void {
    this.#within(path, OPEN, (fd) => writeAll(fd, bytes, fstatSync(fd).size));
  }

  saveByRename(path: RelPath, bytes: Uint8Array): void {
    const beside = `${path}.new` as RelPath;
    this.write(beside, bytes);
    this.rename(beside, path);
  }

  truncate(path: RelPath, sizeBytes: number): void {
    this.#within(path, OPEN, (fd) => ftruncateSync(fd, sizeBytes));
  }

  open(path: RelPath): PersonHandle {
    return asPerson(path, () => handleOf(this.#openPlain(path, OPEN | constants.O_CREAT), path));
  }

  makeOther(path: RelPath): void {
    asPerson(path, () => {
      this.#requirePlainParents(path);
      if (lstatSync(this.#at(path), { throwIfNoEntry: false })) throw new DiskError('exists', path);
      execFileSync('mkfifo', [this.#at(path)]);
    });
  }

  writeUnnamed(folder: RelPath, shown: string, bytes: Uint8Array): void {
    asPerson(folder, () => {
      this.#requirePlainParents(`${folder}/x` as RelPath);
      const raw = Buffer.from(shown.replaceAll('\ufffd', '\xff'), 'latin1');
      const fd = openSync(
        Buffer.concat([Buffer.from(`${this.#at(folder)}/`), raw]),
        OPEN | constants.O_CREAT,
      );
      ftruncateSync(fd, 0);
      writeAll(fd, bytes, 0);
      closeSync(fd);
    });
  }

  /** As `everythingOn`, in calls that cost little: it is asked after every step. */
  everything(folder = TOP): SeenName[] {
    const seen: SeenName[] = [];
    for (const raw of readdirSync(this.#at(folder), { encoding: 'buffer' })) {
      const shown = raw.toString('utf8');
      const path = (folder === TOP ? shown : `${folder}/${shown}`) as RelPath;
      const absolute = isUtf8(raw)
        ? this.#at(path)
        : Buffer.concat([Buffer.from(`${this.#at(folder)}/`), raw]);
      const node = nodeOf(lstatSync(absolute, { bigint: true }));
      const inside = isUtf8(raw) ? insideOf(absolute.toString(), node.kind) : UNNAMED;
      const inode = `${node.device}/${node.stamp.inode}`;
      seen.push({ path, inode, summary: `${summaryOf(node)} ${inside}` });
      if (node.kind === 'folder') seen.push(...this.everything(path));
    }
    return seen.sort((a, b) => (a.path < b.path ? -1 : 1));
  }

  link(from: RelPath, to: RelPath): void {
    asPerson(from, () => {
      for (const path of [from, to]) this.#requirePlainParents(path);
      linkSync(this.#at(from), this.#at(to));
    });
  }

  rename(from: RelPath, to: RelPath): void {
    asPerson(from, () => {
      for (const path of [from, to]) this.#requirePlainParents(path);
      renameSync(this.#at(from), this.#at(to));
    });
  }

  #at(path: RelPath): string {
    return path === TOP ? this.#root : `${this.#root}/${path}`;
  }

  #within(path: RelPath, flags: number, work: (fd: number) => void): void {
    asPerson(path, () => {
      const fd = this.#openPlain(path, flags);
      try {
        work(fd);
      } finally {
        closeSync(fd);
      }
    });
  }

  #openPlain(path: RelPath, flags: number): number {
    this.#requirePlainParents(path);
    const fd = openSync(this.#at(path), flags, 0o644);
    if (nodeOf(fstatSync(fd, { bigint: true })).kind === 'file') return fd;
    closeSync(fd);
    throw new DiskError('wrongKind', path);
  }

  /** A person here follows no symlink, as the one in memory. */
  #requirePlainParents(path: RelPath): void {
    if (path === TOP) throw new DiskError('isFolder', path);
    let at = this.#root;
    for (const name of segments(parentPath(path))) {
      at += `/${name}`;
      const found = lstatSync(at);
      if (found.isSymbolicLink()) throw new DiskError('linkedParent', path);
      if (!found.isDirectory()) throw new DiskError('notFolder', path);
    }
  }
}

function insideOf(absolute: string, kind: DiskNode['kind']): string {
  if (kind === 'symlink') return readlinkSync(absolute);
  return kind === 'file' ? readFileSync(absolute, 'utf8') : '';
}

function asPerson<T>(path: RelPath, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw diskError(error, path);
  }
}

function writeAll(fd: number, bytes: Uint8Array, position: number): void {
  for (let written = 0; written < bytes.length; ) {
    written += writeSync(fd, bytes, written, bytes.length - written, position + written);
  }
}

function handleOf(fd: number, path: RelPath): PersonHandle {
  const doing = <T>(work: () => T): T => asPerson(path, work);
  return {
    writeAt: (bytes, position) => doing(() => writeAll(fd, bytes, position)),
    append: (bytes) => doing(() => writeAll(fd, bytes, fstatSync(fd).size)),
    truncate: (sizeBytes) => doing(() => ftruncateSync(fd, sizeBytes)),
    sync: () => doing(() => fsyncSync(fd)),
    read: () =>
      doing(() => {
        const buffer = new Uint8Array(fstatSync(fd).size);
        return buffer.subarray(0, readSync(fd, buffer, 0, buffer.length, 0));
      }),
    close: () => doing(() => closeSync(fd)),
  };
}
