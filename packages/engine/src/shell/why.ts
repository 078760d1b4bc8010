import type { EntryId } from '@tidesync/shared/ids';
import type { RelPath } from '@tidesync/shared/names';
import { isWithin } from '@tidesync/shared/names';
import type { RestCause } from '@tidesync/shared/wire/device-settings';
import type { WhyAnswer } from '@tidesync/shared/wire/engine';
import type { LocalState, RemoteState, Triple } from '../core/entry.ts';
import { isKeptBy, troubleAbove, troubleIn, troubleWithin } from '../core/hindrance.ts';
import { entryAt, isFolder, isSynced, stateOfTrouble } from '../core/list-folder.ts';
import { localPathOf, shownPathOf } from '../core/path-of.ts';
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
  folderAbove: 'waiting',
  awaitsContents: 'waiting',
  awaitsPlace: 'waiting',
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
  const id = entryAt(journal, path);
  const own = troubleIn(placesOf(journal, path, id), troublesOf(journal));
  const evidence = id === null || id === journal.topId ? [] : evidenceOf(journal.get(id));
  if (own !== null) {
    const { code } = own.trouble;
    const nextTryMs = journal.troubleAt(own.path)?.nextTryMs ?? null;
    const state = stateOfTrouble(own.trouble);
    return { path, code, state, evidence, nextTryMs, ...explainTrouble(own.trouble, own.path) };
  }
  const conflict = journal.conflicts().find((one) => one.path === path || one.copyPath === path);
  return plainAnswer(path, whyPlain(input, id, conflict?.copyPath), evidence);
}

function whyPlain(input: WhyInput, id: EntryId | null, copyPath: RelPath | undefined): PlainWhy {
  const { record, journal, root, path } = input;
  const isTop = id === journal.topId;
  const kinds = id === null ? [false, true] : [isFolder(journal.get(id))];
  if (!isTop && kinds.some((folder) => root?.ignore?.isIgnored(path, folder))) return { code: 'ignored' };
  const above = aboveOf(journal, path, id);
  if (id === null) return above ?? { code: 'notFound' };
  if (isLeftOut(journal, id)) return { code: 'excluded' };
  if (root?.halt) return { code: 'halted', halt: root.halt, root: record.path, library: record.libraryName };
  if (!isTop && !isSynced(journal.get(id))) return whyUnsynced(input, id, above);
  return above ?? (copyPath === undefined ? { code: 'synced' } : { code: 'conflicted', copyPath });
}

function whyUnsynced(input: WhyInput, id: EntryId, above: PlainWhy | null): PlainWhy {
  const { record, journal, root, restsFor, path } = input;
  if (record.pause.is === 'paused') return { code: 'paused' };
  if (restsFor !== null) return { code: 'resting', cause: restsFor };
  if (root?.batches.isHeld(id)) return { code: 'deleteHeld' };
  if (root === null || root.offline !== null)
    return { code: 'offline', problem: root?.offline?.problem ?? null };
  if (above !== null) return above;
  const within = troubleWithin(path, journal.troubles());
  if (within !== null) return { code: 'awaitsContents', entry: within.path, trouble: within.trouble };
  for (const holder of holdersOf(journal, id)) {
    const told = troubleIn([shownPathOf(journal, holder)], troublesOf(journal));
    if (told !== null) return { code: 'awaitsPlace', holder: told.path, trouble: told.trouble };
  }
  return { code: 'waiting' };
}

/** Who has the place that an entry is to have, there or here. Names that some disk takes for one count as one. */
function holdersOf(journal: RootJournal, id: EntryId): EntryId[] {
  const { local, remote } = journal.get(id);
  const there = local.is === 'present' ? journal.remoteAt(local.parentId, local.name) : null;
  const isInPlace = (one: EntryId) => {
    const { local: its } = journal.get(one);
    return its.is === 'present' && remote.is === 'present' && folded(its.localName) === folded(remote.name);
  };
  const here = remote.is === 'present' ? journal.localChildren(remote.parentId).filter(isInPlace) : [];
  return [...(there === null ? [] : [there]), ...here].filter((one) => one !== id);
}
const folded = (name: string) => name.normalize('NFC').toLowerCase();

/** What is told of a path, by itself. */
export const troublesOf = (journal: RootJournal) => (path: RelPath) =>
  journal.troubleAt(path)?.trouble ?? null;

/** A path of the server may be that of an entry which lies elsewhere here. */
function placesOf(journal: RootJournal, path: RelPath, id: EntryId | null): RelPath[] {
  const here = id === null || id === journal.topId ? null : localPathOf(journal, id);
  return here === null || here === path ? [path] : [path, here];
}

function aboveOf(journal: RootJournal, path: RelPath, id: EntryId | null): PlainWhy | null {
  for (const place of placesOf(journal, path, id)) {
    const above = troubleAbove(place, troublesOf(journal));
    if (above !== null && isKeptBy(above, knownAs(journal, id)))
      return { code: 'folderAbove', folder: above.path, trouble: above.trouble };
  }
  return null;
}

function knownAs(journal: RootJournal, id: EntryId | null): 'synced' | 'unsynced' | 'unknown' {
  if (id === null) return 'unknown';
  return id === journal.topId || isSynced(journal.get(id)) ? 'synced' : 'unsynced';
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
