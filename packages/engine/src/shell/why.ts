import type { EntryId } from '@tidesync/shared/ids';
import type { RelPath } from '@tidesync/shared/names';
import { isWithin } from '@tidesync/shared/names';
import type { RestCause } from '@tidesync/shared/wire/device-settings';
import type { WhyAnswer } from '@tidesync/shared/wire/engine';
import type { LocalState, RemoteState, Triple } from '../core/entry.ts';
import { entryAt, isFolder, isSynced, stateOfTrouble } from '../core/list-folder.ts';
import type { PlainWhy } from '../core/sentences.ts';
import { explainPlain, explainTrouble } from '../core/sentences.ts';
import type { RootJournal, RootRecord } from '../ports/journal.ts';
import { layout } from './layout.ts';
import { selectionOf } from './round.ts';
import type { SyncRoot } from './sync-root.ts';

type State = WhyAnswer['state'];
const PLAIN_STATES: Record<PlainWhy['code'], State> = {
  synced: 'synced',
  notFound: 'unknown',
  outside: 'skipped',
  ignored: 'skipped',
  excluded: 'skipped',
  ownFolder: 'skipped',
  paused: 'held',
  resting: 'held',
  halted: 'held',
  offline: 'waiting',
  waiting: 'waiting',
  deleteHeld: 'held',
  conflicted: 'conflicted',
};

export function plainAnswer(path: string, why: PlainWhy, evidence: string[] = []): WhyAnswer {
  const { sentence, remedy } = explainPlain(why, path);
  return { path, code: why.code, state: PLAIN_STATES[why.code], sentence, evidence, nextTryMs: null, remedy };
}

export interface WhyInput {
  readonly record: RootRecord;
  readonly journal: RootJournal;
  readonly root: SyncRoot | null;
  readonly restsFor: RestCause | null;
  readonly path: RelPath;
}

/** Exactly one code for a path: trouble of its own first, then what holds the whole root, then its trees. */
export function whyOf(input: WhyInput): WhyAnswer {
  const { journal, path } = input;
  if (isWithin(path, layout.own)) return plainAnswer(path, { code: 'ownFolder' });
  const trouble = journal.troubleAt(path);
  const id = entryAt(journal, path);
  const evidence = id === null || id === journal.topId ? [] : evidenceOf(journal.get(id));
  if (trouble !== null) {
    const { sentence, remedy } = explainTrouble(trouble.trouble, path);
    const { code } = trouble.trouble;
    return {
      path,
      code,
      state: stateOfTrouble(trouble.trouble),
      sentence,
      evidence,
      nextTryMs: trouble.nextTryMs,
      remedy,
    };
  }
  const conflict = journal.conflicts().find((one) => one.path === path || one.copyPath === path);
  return plainAnswer(path, whyPlain(input, id, conflict?.copyPath), evidence);
}

function whyPlain(
  { record, journal, root, restsFor, path }: WhyInput,
  id: ReturnType<typeof entryAt>,
  copyPath: RelPath | undefined,
): PlainWhy {
  const kinds = id === null ? [false, true] : [isFolder(journal.get(id))];
  if (id !== journal.topId && kinds.some((folder) => root?.ignore?.isIgnored(path, folder)))
    return { code: 'ignored' };
  if (id === null) return { code: 'notFound' };
  if (isLeftOut(journal, id)) return { code: 'excluded' };
  if (root?.halt) return { code: 'halted', halt: root.halt, root: record.path, library: record.libraryName };
  if (id === journal.topId || isSynced(journal.get(id)))
    return copyPath === undefined ? { code: 'synced' } : { code: 'conflicted', copyPath };
  if (record.pause.is === 'paused') return { code: 'paused' };
  if (restsFor !== null) return { code: 'resting', cause: restsFor };
  if (root?.batches.isHeld(id)) return { code: 'deleteHeld' };
  return whyNotYet(root);
}

function whyNotYet(root: SyncRoot | null): PlainWhy {
  if (root !== null && root.offline === null) return { code: 'waiting' };
  return { code: 'offline', problem: root?.offline?.problem ?? null };
}

function isLeftOut(journal: RootJournal, id: EntryId): boolean {
  const isAway = id !== journal.topId && journal.get(id).local.is === 'absent';
  return isAway && selectionOf(journal, journal).isExcluded(id);
}

function evidenceOf({ base, local, remote }: Triple): string[] {
  return [
    `here: ${shown(local)}`,
    `server: ${shown(remote)}`,
    base === null ? 'never agreed so far' : `last agreed: version ${base.versions.contentSeq}`,
  ];
}

function shown(state: LocalState | RemoteState): string {
  if (state.is === 'absent') return 'absent';
  const { body } = state;
  if (body.kind === 'folder') return 'a folder';
  if (body.kind === 'symlink') return `a link to ${body.target}`;
  const content = body.contentId === null ? 'content not read yet' : `content ${body.contentId.slice(0, 12)}`;
  return `a file of ${body.sizeBytes} bytes, ${content}`;
}

/** A path as people write it, below a root's top. */
export function asEntryPath(text: string): RelPath {
  return text
    .split('/')
    .filter((part) => part !== '')
    .join('/') as RelPath;
}
