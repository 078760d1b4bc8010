import { Buffer } from 'node:buffer';
import { absurd, assert } from '@tidesync/shared/brand';
import type { ContentId, EntryId } from '@tidesync/shared/ids';
import type { EntryName } from '@tidesync/shared/names';
import type {
  BaseEntry,
  Body,
  LocalBody,
  LocalPresent,
  LocalState,
  RemotePresent,
  RemoteState,
  Stamp,
  Versions,
} from '../../core/entry.ts';
import { REMOTE_ABSENT } from '../../core/entry.ts';

/** 16 bytes, and back: half the size of text in every index that leads with an id. */
export function idBytes(id: string): Buffer {
  const bytes = Buffer.from(id.replaceAll('-', ''), 'hex');
  assert(bytes.length === 16, 'an entry id is a UUID');
  return bytes;
}
export function idOf(bytes: Buffer): EntryId {
  const hex = bytes.toString('hex');
  const parts = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)];
  return parts.join('-') as EntryId;
}
export function hashBytes(hash: string): Buffer {
  const bytes = Buffer.from(hash, 'hex');
  assert(bytes.length === 32, 'a content id is a SHA-256');
  return bytes;
}

export interface BodyRow {
  kind: 'folder' | 'file' | 'symlink';
  contentId: Buffer | null;
  sizeBytes: number | null;
  executable: number | null;
  target: string | null;
}
interface StampRow {
  inode: string;
  birthtimeNs: string;
  stampSizeBytes: number;
  stampMtimeNs: string;
  stampCtimeNs: string;
}
export interface BaseRow extends BodyRow, StampRow, Versions {
  parentId: Buffer;
  name: string;
  localName: string;
  mtimeMs: number;
}
interface LocalPresentRow extends BodyRow, StampRow {
  confirmed: null;
  parentId: Buffer;
  name: string;
  localName: string;
  mtimeMs: number;
}
export type LocalRow = LocalPresentRow | { confirmed: number; parentId: null };
interface RemotePresentRow extends BodyRow, Versions {
  parentId: Buffer;
  name: string;
  mtimeMs: number;
}
export type RemoteRow = RemotePresentRow | { parentId: null };

const bodyColumns = ['kind', 'content_id', 'size_bytes', 'executable', 'target', 'mtime_ms'];
const stampColumns = ['inode', 'birthtime_ns', 'stamp_size_bytes', 'stamp_mtime_ns', 'stamp_ctime_ns'];
const versionColumns = ['content_seq', 'place_seq', 'attributes_seq'];

/** Columns after the key (root, entry_id), in the order in which the `…Values` functions give them. */
export const treeColumns = {
  base: ['parent_id', 'name', 'local_name', ...bodyColumns, ...versionColumns, ...stampColumns],
  local: ['confirmed', 'parent_id', 'name', 'local_name', ...bodyColumns, ...stampColumns],
  remote: ['parent_id', 'name', ...bodyColumns, ...versionColumns],
} as const;

type Value = string | number | Buffer | null;

export function baseValues(base: BaseEntry): Value[] {
  return [
    idBytes(base.parentId),
    base.name,
    base.localName,
    ...bodyValues(base.body),
    base.mtimeMs,
    ...versionValues(base.versions),
    ...stampValues(base.stamp),
  ];
}

export function localValues(local: LocalState): Value[] {
  if (local.is === 'absent') return [local.confirmed ? 1 : 0, ...nulls(treeColumns.local.length - 1)];
  return [
    null,
    idBytes(local.parentId),
    local.name,
    local.localName,
    ...bodyValues(local.body),
    local.mtimeMs,
    ...stampValues(local.stamp),
  ];
}

export function remoteValues(remote: RemoteState): Value[] {
  if (remote.is === 'absent') return nulls(treeColumns.remote.length);
  return [
    idBytes(remote.parentId),
    remote.name,
    ...bodyValues(remote.body),
    remote.mtimeMs,
    ...versionValues(remote.versions),
  ];
}

export function baseOf(row: BaseRow): BaseEntry {
  return {
    parentId: idOf(row.parentId),
    name: row.name as EntryName,
    localName: row.localName as EntryName,
    body: agreedBodyOf(row),
    mtimeMs: row.mtimeMs,
    versions: versionsOf(row),
    stamp: stampOf(row),
  };
}

export function localOf(row: LocalRow): LocalState {
  if (row.parentId === null) return { is: 'absent', confirmed: row.confirmed === 1 };
  return {
    is: 'present',
    parentId: idOf(row.parentId),
    name: row.name as EntryName,
    localName: row.localName as EntryName,
    body: localBodyOf(row),
    mtimeMs: row.mtimeMs,
    stamp: stampOf(row),
  } satisfies LocalPresent;
}

export function remoteOf(row: RemoteRow): RemoteState {
  if (row.parentId === null) return REMOTE_ABSENT;
  return {
    is: 'present',
    parentId: idOf(row.parentId),
    name: row.name as EntryName,
    body: agreedBodyOf(row),
    mtimeMs: row.mtimeMs,
    versions: versionsOf(row),
  } satisfies RemotePresent;
}

function nulls(count: number): null[] {
  return new Array<null>(count).fill(null);
}

function bodyValues(body: Body | LocalBody): Value[] {
  switch (body.kind) {
    case 'folder':
      return [body.kind, null, null, null, null];
    case 'file': {
      const content = body.contentId === null ? null : hashBytes(body.contentId);
      return [body.kind, content, body.sizeBytes, body.executable ? 1 : 0, null];
    }
    case 'symlink':
      return [body.kind, null, null, null, body.target];
    default:
      return absurd(body);
  }
}

function versionValues(versions: Versions): Value[] {
  return [versions.contentSeq, versions.placeSeq, versions.attributesSeq];
}

function stampValues(stamp: Stamp): Value[] {
  return [stamp.inode, stamp.birthtimeNs, stamp.sizeBytes, stamp.mtimeNs, stamp.ctimeNs];
}

function localBodyOf(row: BodyRow): LocalBody {
  switch (row.kind) {
    case 'folder':
      return { kind: 'folder' };
    case 'file': {
      const contentId = row.contentId === null ? null : (row.contentId.toString('hex') as ContentId);
      return { kind: 'file', contentId, sizeBytes: row.sizeBytes ?? 0, executable: row.executable === 1 };
    }
    case 'symlink':
      return { kind: 'symlink', target: row.target ?? '' };
    default:
      return absurd(row.kind);
  }
}

function agreedBodyOf(row: BodyRow): Body {
  const body = localBodyOf(row);
  if (body.kind !== 'file') return body;
  const { contentId } = body;
  assert(contentId !== null, 'content that both sides agreed on, or the server has, is known');
  return { ...body, contentId };
}

function versionsOf(row: Versions): Versions {
  return { contentSeq: row.contentSeq, placeSeq: row.placeSeq, attributesSeq: row.attributesSeq };
}

function stampOf(row: StampRow): Stamp {
  return {
    inode: row.inode,
    birthtimeNs: row.birthtimeNs,
    sizeBytes: row.stampSizeBytes,
    mtimeNs: row.stampMtimeNs,
    ctimeNs: row.stampCtimeNs,
  };
}
