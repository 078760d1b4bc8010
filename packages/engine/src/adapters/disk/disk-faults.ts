import type { RelPath } from '@tidesync/shared/names';
import type { DiskFault } from '../../ports/disk.ts';
import { DiskError } from '../../ports/disk.ts';

/** What the system's error codes mean to a `Disk`; any other is `io`: never taken for a path that is not there. */
const faults: Readonly<Record<string, DiskFault>> = {
  ENOENT: 'missing',
  EEXIST: 'exists',
  EACCES: 'denied',
  EPERM: 'denied',
  EROFS: 'readOnly',
  ENOSPC: 'full',
  EDQUOT: 'full',
  EFBIG: 'full',
  ENOTEMPTY: 'notEmpty',
  ENOTDIR: 'notFolder',
  EISDIR: 'isFolder',
  ELOOP: 'wrongKind',
  ENXIO: 'wrongKind',
  ENODEV: 'wrongKind',
  EBUSY: 'busy',
  ETXTBSY: 'busy',
  EAGAIN: 'busy',
  ENAMETOOLONG: 'nameTooLong',
  EINVAL: 'nameRefused',
  EILSEQ: 'nameRefused',
  EXDEV: 'otherVolume',
  EMFILE: 'tooManyOpen',
  ENFILE: 'tooManyOpen',
};

export function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

export function diskError(error: unknown, path: RelPath): DiskError {
  if (error instanceof DiskError) return error;
  return new DiskError(faults[errorCode(error)] ?? 'io', path, { cause: error });
}

/** Runs one operation on a path and tells its failure in the words of the port. */
export async function asDisk<T>(path: RelPath, operation: () => Promise<T>): Promise<T> {
  try {
    return await operation();
  } catch (error) {
    throw diskError(error, path);
  }
}
