import type { Stamp } from '@tidesync/engine/core/entry';
import type { Disk, DiskNode, ReadHandle } from '@tidesync/engine/ports/disk';
import { DiskError } from '@tidesync/engine/ports/disk';
import type { RelPath } from '@tidesync/shared/names';

/** What tells whether a chosen file is still what was cut: a browser refuses to read one that has changed. */
export function stampOf(file: File): Stamp {
  return {
    inode: file.name,
    birthtimeNs: '0',
    sizeBytes: file.size,
    mtimeNs: String(file.lastModified),
    ctimeNs: '0',
  };
}

/** Files that a person chose, as far as the transfer reads a disk. */
export function fileDisk(files: ReadonlyMap<RelPath, File>): Pick<Disk, 'openForRead'> {
  return {
    async openForRead(path) {
      const file = files.get(path);
      if (file === undefined) throw new DiskError('missing', path);
      return readHandle(path, file);
    },
  };
}

function readHandle(path: RelPath, file: File): ReadHandle {
  const node: DiskNode = {
    kind: 'file',
    stamp: stampOf(file),
    mtimeMs: file.lastModified,
    executable: false,
    links: 1,
    device: '',
  };
  return {
    stat: async () => node,
    async read(buffer, position) {
      try {
        const bytes = new Uint8Array(await file.slice(position, position + buffer.length).arrayBuffer());
        buffer.set(bytes);
        return bytes.length;
      } catch (error) {
        throw new DiskError('io', path, { cause: error });
      }
    },
    close: async () => undefined,
  };
}
