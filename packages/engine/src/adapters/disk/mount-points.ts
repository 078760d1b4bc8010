import { readFileSync } from 'node:fs';
import type { DiskNode } from '../../ports/disk.ts';

const TABLE = '/proc/self/mountinfo';
/** In a line of the table: where it is mounted, with spaces and the like as octal numbers. */
const MOUNTED_AT = 4;

/**
 * What is mounted below a folder, as far as the system tells (on Linux). Device numbers alone do not: a folder that is
 * bound to another one of the same file system has that of the file system.
 */
export class MountPoints {
  readonly #read: () => string;
  #below: string[] = [];

  /** @param read the table of this process's mounts; rejects where the system has none. */
  constructor(read = () => readFileSync(TABLE, 'utf8')) {
    this.#read = read;
  }

  /** Looks again. `folder`: absolute, without symlinks. */
  refresh(folder: string): void {
    this.#below = [];
    let table: string;
    try {
      table = this.#read();
    } catch {
      return;
    }
    const prefix = folder.endsWith('/') ? folder : `${folder}/`;
    for (const line of table.split('\n')) {
      const point = line
        .split(' ')
        [MOUNTED_AT]?.replace(/\\([0-7]{3})/g, (_, octal: string) =>
          String.fromCharCode(Number.parseInt(octal, 8)),
        );
      if (point?.startsWith(prefix) === true) this.#below.push(point.slice(prefix.length));
    }
  }

  get isEmpty(): boolean {
    return this.#below.length === 0;
  }

  /** The same node, with a device of its own where it is in something that is mounted. `path`: below that folder. */
  told(path: string, node: DiskNode): DiskNode {
    const point = this.#below.find((one) => path === one || path.startsWith(`${one}/`));
    return point === undefined || node.kind !== 'folder'
      ? node
      : { ...node, device: `${node.device} at ${point}` };
  }
}
