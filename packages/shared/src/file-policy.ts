import { limits } from './limits.ts';
import type { Problem } from './problems.ts';

/** What files a server takes. */
export interface FilePolicy {
  readonly fileBytesMax: number;
  /** What a name has to end in, lower case, without the first dot (`pdf`, `tar.gz`); null: anything. */
  readonly allowedExtensions: readonly string[] | null;
}

/** Of a server that was told nothing. */
export const OPEN_POLICY: FilePolicy = { fileBytesMax: limits.fileBytesMax, allowedExtensions: null };

/** What the catalogue shows of a long list. */
const EXTENSIONS_SHOWN_MAX = 50;

/** Why the server takes no file of this size, as a problem; null if it does. */
export function fileSizeFault({ fileBytesMax }: FilePolicy, sizeBytes: number): Problem | null {
  return sizeBytes <= fileBytesMax ? null : { reason: 'fileTooLarge', sizeBytes, limitBytes: fileBytesMax };
}

/** Why the server takes no file of this name, as a problem; null if it does. Case does not matter. */
export function fileTypeFault({ allowedExtensions }: FilePolicy, name: string): Problem | null {
  if (allowedExtensions === null) return null;
  const lower = name.toLowerCase();
  const fits = allowedExtensions.some((one) => lower.endsWith(`.${one}`) && lower.length > one.length + 1);
  if (fits) return null;
  return {
    reason: 'fileTypeRefused',
    name,
    allowed: allowedExtensions.slice(0, EXTENSIONS_SHOWN_MAX) as string[],
  };
}
