import type { RelPath } from '@tidesync/shared/names';
import type { Stamp } from '../core/entry.ts';

/** What `lstat` says, in our words. `other`: socket, device, fifo – reported, never synced. */
export interface DiskNode {
  readonly kind: 'folder' | 'file' | 'symlink' | 'other';
  readonly stamp: Stamp;
  /** Milliseconds, rounded down. */
  readonly mtimeMs: number;
  /** The owner's executable bit; false for anything but a file. */
  readonly executable: boolean;
  /** Number of hard links. */
  readonly links: number;
  /** Device number as a string: tells a mount point from its parent, nothing else. */
  readonly device: string;
}

export interface ListedNode {
  /** Null where the name is no well-formed UTF-8; `shown` then has it with replacement characters. */
  readonly name: string | null;
  readonly shown: string;
  readonly node: DiskNode;
}

export type DiskFault =
  | 'missing'
  | 'exists'
  | 'denied'
  | 'readOnly'
  | 'full'
  | 'notEmpty'
  | 'notFolder'
  | 'isFolder'
  /** A symlink or special file where a plain file was wanted, or no symlink where one was. */
  | 'wrongKind'
  | 'busy'
  | 'nameTooLong'
  | 'nameRefused'
  | 'linkedParent'
  | 'otherVolume'
  | 'tooManyOpen'
  | 'io';

/** The one error a `Disk` rejects with. */
export class DiskError extends Error {
  override readonly name = 'DiskError';
  readonly fault: DiskFault;
  readonly path: RelPath;
  constructor(fault: DiskFault, path: RelPath, options?: ErrorOptions) {
    super(`${fault}: ${path}`, options);
    this.fault = fault;
    this.path = path;
  }
}
export function isDiskError(error: unknown, ...faults: DiskFault[]): error is DiskError {
  return error instanceof DiskError && (faults.length === 0 || faults.includes(error.fault));
}

export interface ReadHandle {
  stat(): Promise<DiskNode>;
  /** Fills the buffer from that position as far as the file reaches; answers the bytes read, 0 at the end. */
  read(buffer: Uint8Array, position: number): Promise<number>;
  close(): Promise<void>;
}
export interface WriteHandle {
  write(bytes: Uint8Array, position: number): Promise<void>;
  /** Sets mode (0644 or 0755 under the umask) and modification time. */
  setAttributes(attributes: { executable: boolean; mtimeMs: number }): Promise<void>;
  /** Resolves when content and attributes survive a power cut. */
  sync(): Promise<void>;
  stat(): Promise<DiskNode>;
  close(): Promise<void>;
}

/**
 * One root folder's disk, by paths below it. Primitive operations only: what order makes them safe is the
 * business of the shell. Every method rejects with DiskError and with nothing else.
 * - No method follows a symlink: neither the last name (they work on the link itself) nor a parent
 *   (`linkedParent`), so nothing outside the root is ever read or written.
 * - Names arrive exactly as given; the disk may spell them otherwise when listed.
 * - `rename` replaces an existing file without a word: give it only targets of our own (`.tidesync/…`) or
 *   folders. `link` never replaces: `exists`.
 */
export interface Disk {
  /** The root folder's own node; `missing` or `notFolder` if it is gone. */
  root(): Promise<DiskNode>;
  /** Unordered. Rejects as a whole if any part of the listing failed; a name that vanished meanwhile is left out. */
  list(folder: RelPath): Promise<ListedNode[]>;
  /** Null if there is nothing of that name. */
  look(path: RelPath): Promise<DiskNode | null>;
  readLink(path: RelPath): Promise<string>;
  openForRead(path: RelPath): Promise<ReadHandle>;
  /** Makes a new file, readable by its owner; `exists` if there is one. */
  createFile(path: RelPath): Promise<WriteHandle>;
  makeFolder(path: RelPath): Promise<void>;
  makeSymlink(path: RelPath, target: string): Promise<void>;
  /** Hard link (to a symlink itself, too). `exists` if the target is taken. */
  link(from: RelPath, to: RelPath): Promise<void>;
  rename(from: RelPath, to: RelPath): Promise<void>;
  /** Removes a file or symlink. */
  unlink(path: RelPath): Promise<void>;
  /** Removes an empty folder; `notEmpty` otherwise. */
  removeFolder(path: RelPath): Promise<void>;
  setAttributes(path: RelPath, attributes: { executable: boolean; mtimeMs: number }): Promise<void>;
  /** Resolves when the names made or removed in that folder survive a power cut. */
  syncFolder(folder: RelPath): Promise<void>;
  freeBytes(): Promise<number>;
  /** The root's absolute path, for messages. */
  readonly shownPath: string;
}
