import type { ContentId, EntryId } from '@tidesync/shared/ids';
import type { EntryName } from '@tidesync/shared/names';

/** An entry keeps its kind for life: a file that becomes a folder is another entry. */
export type Body =
  | { readonly kind: 'folder' }
  | {
      readonly kind: 'file';
      readonly contentId: ContentId;
      readonly sizeBytes: number;
      readonly executable: boolean;
    }
  | { readonly kind: 'symlink'; readonly target: string };
export type Kind = Body['kind'];

/** The server's `seq` at which content, place and attributes last changed. */
export interface Versions {
  readonly contentSeq: number;
  readonly placeSeq: number;
  readonly attributesSeq: number;
}

/**
 * What tells without reading whether a local file may have changed. Nanosecond times are decimal strings
 * (a number cannot hold them). No device number: it is no identity across mounts.
 */
export interface Stamp {
  readonly inode: string;
  readonly birthtimeNs: string;
  readonly sizeBytes: number;
  readonly mtimeNs: string;
  readonly ctimeNs: string;
}

/** What both sides last agreed on. */
export interface BaseEntry {
  readonly parentId: EntryId;
  /** As the server spells it. */
  readonly name: EntryName;
  /** As this disk spells it (another case or Unicode form may be the same file there). */
  readonly localName: EntryName;
  readonly body: Body;
  readonly mtimeMs: number;
  readonly versions: Versions;
  /** Of the local file when they agreed. */
  readonly stamp: Stamp;
}

/** What the server says. */
export type RemoteState =
  | {
      readonly is: 'present';
      readonly parentId: EntryId;
      readonly name: EntryName;
      readonly body: Body;
      readonly mtimeMs: number;
      readonly versions: Versions;
    }
  | { readonly is: 'absent' };

/** `null` content: the bytes changed (or are new) and have not been read yet. */
export type LocalBody =
  | { readonly kind: 'folder' }
  | {
      readonly kind: 'file';
      readonly contentId: ContentId | null;
      readonly sizeBytes: number;
      readonly executable: boolean;
    }
  | { readonly kind: 'symlink'; readonly target: string };

/** What the disk shows. */
export type LocalState =
  | {
      readonly is: 'present';
      readonly parentId: EntryId;
      /** The server's spelling where the disk's rules say it is the same name, else `localName`. */
      readonly name: EntryName;
      readonly localName: EntryName;
      readonly body: LocalBody;
      readonly mtimeMs: number;
      readonly stamp: Stamp;
    }
  /** `confirmed`: a scan that began after the absence was first seen saw it again; only then a delete may leave. */
  | { readonly is: 'absent'; readonly confirmed: boolean };

export type RemotePresent = Extract<RemoteState, { is: 'present' }>;
export type LocalPresent = Extract<LocalState, { is: 'present' }>;

/** One entry in the three trees. */
export interface Triple {
  readonly base: BaseEntry | null;
  readonly local: LocalState;
  readonly remote: RemoteState;
}

export const REMOTE_ABSENT: RemoteState = { is: 'absent' };
export const LOCAL_ABSENT: LocalState = { is: 'absent', confirmed: true };
export const NOWHERE: Triple = { base: null, local: LOCAL_ABSENT, remote: REMOTE_ABSENT };

export function sameStamp(a: Stamp, b: Stamp): boolean {
  return (
    a.inode === b.inode &&
    a.sizeBytes === b.sizeBytes &&
    a.mtimeNs === b.mtimeNs &&
    a.ctimeNs === b.ctimeNs &&
    a.birthtimeNs === b.birthtimeNs
  );
}

export function sameVersions(a: Versions, b: Versions): boolean {
  return a.contentSeq === b.contentSeq && a.placeSeq === b.placeSeq && a.attributesSeq === b.attributesSeq;
}

/** Equal content; a file whose content is not known yet equals nothing. */
export function sameContent(a: Body | LocalBody, b: Body | LocalBody): boolean {
  if (a.kind === 'file' && b.kind === 'file') return a.contentId !== null && a.contentId === b.contentId;
  if (a.kind === 'symlink' && b.kind === 'symlink') return a.target === b.target;
  return a.kind === 'folder' && b.kind === 'folder';
}

export interface Place {
  readonly parentId: EntryId;
  readonly name: EntryName;
}
export function samePlace(a: Place, b: Place): boolean {
  return a.parentId === b.parentId && a.name === b.name;
}

interface Attributed {
  readonly body: Body | LocalBody;
  readonly mtimeMs: number;
}
/** Executable bit and modification time; only files have attributes that are synced. */
export function sameAttributes(a: Attributed, b: Attributed): boolean {
  if (a.body.kind !== 'file' || b.body.kind !== 'file') return true;
  return a.body.executable === b.body.executable && a.mtimeMs === b.mtimeMs;
}

/** What the local tree holds where nothing differs from base. */
export function localOfBase(base: BaseEntry): LocalPresent {
  const { parentId, name, localName, body, mtimeMs, stamp } = base;
  return { is: 'present', parentId, name, localName, body, mtimeMs, stamp };
}
export function remoteOfBase(base: BaseEntry): RemotePresent {
  const { parentId, name, body, mtimeMs, versions } = base;
  return { is: 'present', parentId, name, body, mtimeMs, versions };
}

export function localEqualsBase(local: LocalState, base: BaseEntry): boolean {
  return (
    local.is === 'present' &&
    samePlace(local, base) &&
    local.localName === base.localName &&
    sameContent(local.body, base.body) &&
    sameAttributes(local, base) &&
    (base.body.kind === 'folder' || sameStamp(local.stamp, base.stamp)) &&
    local.stamp.inode === base.stamp.inode
  );
}
export function remoteEqualsBase(remote: RemoteState, base: BaseEntry): boolean {
  return (
    remote.is === 'present' &&
    samePlace(remote, base) &&
    sameContent(remote.body, base.body) &&
    sameAttributes(remote, base) &&
    sameVersions(remote.versions, base.versions)
  );
}

/** Nothing differs: the entry is the same everywhere, or nowhere at all. */
export function isAtRest({ base, local, remote }: Triple): boolean {
  if (base === null) return local.is === 'absent' && remote.is === 'absent';
  return localEqualsBase(local, base) && remoteEqualsBase(remote, base);
}
