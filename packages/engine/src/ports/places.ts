import type { FolderMeasure, PlacesListed } from '@tidesync/shared/wire/engine-screens';

/** What can be said about a folder of this disk before it is a root. */
export interface PlaceFacts {
  /** `missing`: it can be made if its parent is there. */
  readonly is: 'folder' | 'missing' | 'other';
  readonly parentExists: boolean;
  /** Whether this user may read it and write in it (in its parent, if it is missing). */
  readonly access: 'full' | 'denied' | 'readOnlyDisk';
  /** On another computer's disk. */
  readonly network: boolean;
  /** Null: nothing tells, since its name has no letters. */
  readonly foldsCase: boolean | null;
  readonly freeBytes: number | null;
}

/** Folders of this computer as a person chooses among them. `list` rejects with Failure `folderUnusable`. */
export interface Places {
  /** This user's own folder. */
  readonly ownFolder: string;
  list(path: string): Promise<PlacesListed>;
  look(path: string): Promise<PlaceFacts>;
  /** Counts what lies in a folder, up to a bound. What cannot be read counts as nothing. */
  measure(path: string): Promise<FolderMeasure>;
  /** The first bytes of a file and its size; null if there is no such file. */
  head(path: string, bytesMax: number): Promise<{ bytes: Uint8Array; sizeBytes: number } | null>;
}

/** The process in which the engine runs. */
export interface ProcessFacts {
  readonly pid: number;
  readonly nodeVersion: string;
  readonly system: string;
  readonly hostName: string;
  readonly startedMs: number;
  memoryBytes(): number;
}
