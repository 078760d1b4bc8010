import { formatBytes } from '@tidesync/shared/format';
import type { RootId } from '@tidesync/shared/ids';
import type { RelPath } from '@tidesync/shared/names';
import type { WhyAnswer } from '@tidesync/shared/wire/engine';
import type { Triple } from '../core/entry.ts';
import { isSynced, stateOfTrouble } from '../core/list-folder.ts';
import type { PlainWhy } from '../core/sentences.ts';
import { explainPlain, explainTrouble, shownTime } from '../core/sentences.ts';
import type { ActivityKind, ActivityRecord, ConflictRecord, TroubleRecord } from '../ports/journal.ts';
import type { ActivityView, ConflictView, PathTroubleView } from './face.ts';

export function troubleView(record: TroubleRecord): PathTroubleView {
  const { path, trouble, sinceMs, tries, nextTryMs } = record;
  return { path, code: trouble.code, ...explainTrouble(trouble, path), sinceMs, tries, nextTryMs };
}

const DONE: Record<ActivityKind, (path: string, detail: string) => string> = {
  uploaded: (path, detail) => `Sent ${path}${sizeIn(detail)}`,
  downloaded: (path, detail) => `Received ${path}${sizeIn(detail)}`,
  movedHere: (path, detail) => `Moved here ${detail === '' ? path : `${detail} to ${path}`}`,
  movedThere: (path, detail) => `Moved on the server ${detail === '' ? path : `${detail} to ${path}`}`,
  deletedHere: (path) => `Put into this folder's trash, because it was deleted elsewhere: ${path}`,
  deletedThere: (path) => `Deleted on the server: ${path}`,
  madeHere: (path) => `Made here ${path}`,
  madeThere: (path) => `Made on the server ${path}`,
  conflict: (path, detail) => `Changed on two devices: ${path}; the other version is kept as ${detail}`,
  restored: (path) => `Restored ${path}`,
};

function sizeIn(detail: string): string {
  const sizeBytes = Number(detail);
  return detail === '' || !Number.isFinite(sizeBytes) ? '' : ` (${formatBytes(sizeBytes)})`;
}

export function activityView(rootId: RootId, record: ActivityRecord): ActivityView {
  const { atMs, kind, path, detail } = record;
  return { atMs, rootId, kind, path, detail, sentence: DONE[kind](path, detail) };
}

export function conflictView(rootId: RootId, record: ConflictRecord): ConflictView {
  return { rootId, ...record };
}

/** What is known of a path, from the widest circumstance to the path itself. */
export interface PathFacts {
  /** As a person reads it. */
  readonly shownPath: string;
  readonly path: RelPath;
  /** Why nothing in the whole folder is synced, if so. */
  readonly folder: Extract<PlainWhy, { code: 'paused' | 'halted' | 'offline' }> | null;
  /** Set if it is left out of syncing on purpose. */
  readonly leftOut: Extract<PlainWhy, { code: 'ignored' | 'ownFolder' }> | null;
  /** Null if no tree knows it. */
  readonly triple: Triple | null;
  readonly trouble: TroubleRecord | null;
  readonly conflict: ConflictRecord | null;
}

/** Exactly one code for every path: what is closest to the path and keeps it from being synced comes first. */
export function whyAnswer(facts: PathFacts): WhyAnswer {
  const { shownPath, leftOut, trouble, triple, conflict, folder } = facts;
  if (leftOut !== null) return plainAnswer(facts, leftOut, 'skipped');
  if (trouble !== null) {
    const explained = explainTrouble(trouble.trouble, shownPath);
    const state = stateOfTrouble(trouble.trouble);
    const evidence = [...evidenceOf(facts), ...triesOf(trouble)];
    const { nextTryMs } = trouble;
    return { path: shownPath, code: trouble.trouble.code, state, ...explained, evidence, nextTryMs };
  }
  if (triple === null) return plainAnswer(facts, { code: 'notFound' }, 'unknown');
  if (folder !== null && (folder.code === 'halted' || !isSynced(triple))) {
    return plainAnswer(facts, folder, folder.code === 'halted' ? 'held' : 'waiting');
  }
  if (conflict !== null) {
    return plainAnswer(facts, { code: 'conflicted', copyPath: conflict.copyPath }, 'conflicted');
  }
  return isSynced(triple)
    ? plainAnswer(facts, { code: 'synced' }, 'synced')
    : plainAnswer(facts, { code: 'waiting' }, 'waiting');
}

/** For a path in no synced folder. */
export function outsideAnswer(shownPath: string): WhyAnswer {
  const why: PlainWhy = { code: 'outside' };
  const explained = explainPlain(why, shownPath);
  return { path: shownPath, code: why.code, state: 'unknown', ...explained, evidence: [], nextTryMs: null };
}

function plainAnswer(facts: PathFacts, why: PlainWhy, state: WhyAnswer['state']): WhyAnswer {
  const { shownPath } = facts;
  const explained = explainPlain(why, shownPath);
  const evidence = evidenceOf(facts);
  return { path: shownPath, code: why.code, state, ...explained, evidence, nextTryMs: null };
}

function triesOf({ sinceMs, tries }: TroubleRecord): string[] {
  return [`since ${shownTime(sinceMs)}${tries > 0 ? `, tried ${tries} times` : ''}`];
}

function evidenceOf({ triple }: PathFacts): string[] {
  if (triple === null) return [];
  const { base, local, remote } = triple;
  return [
    `here: ${local.is === 'absent' ? 'absent' : shownSide(local)}`,
    `on the server: ${remote.is === 'absent' ? 'absent' : `${shownSide(remote)}, version ${remote.versions.contentSeq}`}`,
    `last agreed: ${base === null ? 'never' : `${shownSide(base)}, version ${base.versions.contentSeq}`}`,
  ];
}

function shownSide({
  body,
  mtimeMs,
}: {
  body: { kind: string; sizeBytes?: number };
  mtimeMs: number;
}): string {
  if (body.kind !== 'file') return body.kind;
  return `file of ${formatBytes(body.sizeBytes ?? 0)}, changed ${shownTime(mtimeMs)}`;
}
