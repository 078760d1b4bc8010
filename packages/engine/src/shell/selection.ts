import type { ContentId, EntryId } from '@tidesync/shared/ids';
import type { RelPath } from '@tidesync/shared/names';
import { joinPath } from '@tidesync/shared/names';
import { fail } from '@tidesync/shared/problems';
import type { SelectionChange, SelectionTree } from '@tidesync/shared/wire/selection';
import { engineLimits } from '../core/engine-limits.ts';
import { localPathOf, shownPathOf } from '../core/path-of.ts';
import { rememberingTrees } from '../core/remembering-trees.ts';
import type { Amount, SelectionEdit } from '../core/selection.ts';
import {
  amountBelow,
  choicesIn,
  contentsHere,
  excludeEdit,
  includeEdit,
  remoteBelow,
  remoteFolderAt,
  unsyncedIn,
} from '../core/selection.ts';
import type { RootJournal, RootRecord } from '../ports/journal.ts';
import { missingContents } from './prove-contents.ts';
import type { OpenParts } from './root-parts.ts';
import { maskOf, selectionOf } from './round.ts';
import type { SyncRoot } from './sync-root.ts';
import type { VisitTime, VisitWork } from './visits.ts';

interface Root {
  readonly record: RootRecord;
  readonly journal: RootJournal;
  readonly running: SyncRoot | null;
}
interface Asked {
  /** Below the synced folder. */
  readonly path: RelPath;
  readonly dryRun: boolean;
}

/** The folders that the server has in a folder, each with its state here. Errors: `entryMissing`. */
export function selectionTreeOf({ journal }: Root, path: RelPath): SelectionTree {
  const trees = rememberingTrees(journal);
  const id = remoteFolderAt(trees, path) ?? fail({ reason: 'entryMissing', entry: path });
  const folders = choicesIn(trees, id, selectionOf(journal, trees)).map(
    ({ name, state, there, hasFolders }) => ({
      ...{ path: joinPath(path, name), name, state, there, hasFolders },
    }),
  );
  return { path, folders };
}

/**
 * Leaves a folder out on this device (docs/spec/selection.md): once all that is in it is proved to be on the server,
 * it is noted as left out, and the rounds that follow take it away here. Errors: `entryMissing`, `notExcludable`,
 * `folderResting`, and why the server could not be asked.
 */
export async function excludeFolder(root: Root, { path, dryRun }: Asked): Promise<SelectionChange> {
  const { journal } = root;
  const id = remoteFolderAt(journal, path) ?? fail({ reason: 'entryMissing', entry: path });
  if (id === journal.topId) fail({ reason: 'notExcludable', path: root.record.path });
  await inTurn(root, 'scanned', async (open, look) => lookBelow(open, id, look));
  const before = await inTurn(root, 'pulled', async () => stateOf(root, id));
  if (before.unsynced.length > 0 || dryRun) return changeOf(path, dryRun ? 'preview' : 'refused', before);
  const missing = await inTurn(root, 'pulled', (open) => missingContents(open, before.contents));
  return inTurn(root, 'pulled', async () => {
    const now = stateOf(root, id);
    const unproved = pathsOf(journal, id, (content) => missing.has(content) || !before.contents.has(content));
    const unsynced = [...now.unsynced, ...unproved];
    if (unsynced.length > 0) return changeOf(path, 'refused', { ...now, unsynced });
    const trees = rememberingTrees(journal);
    note(journal, excludeEdit(trees, selectionOf(journal, trees), id));
    return changeOf(path, 'done', now);
  });
}

/** Takes a folder in again, with all that is in it. Errors: `entryMissing`. */
export async function includeFolder(root: Root, { path, dryRun }: Asked): Promise<SelectionChange> {
  const { journal, running } = root;
  const trees = rememberingTrees(journal);
  const id = remoteFolderAt(trees, path) ?? fail({ reason: 'entryMissing', entry: path });
  const amount = amountBelow(trees, id, (one) => trees.get(one).local.is === 'absent');
  if (!dryRun) note(journal, includeEdit(trees, selectionOf(journal, trees), id));
  running?.rescan(); // what has the name here now may be what is meant
  return { path, is: dryRun ? 'preview' : 'done', amount, unsynced: [], unsyncedCount: 0 };
}

function note(journal: RootJournal, { exclude, include }: SelectionEdit): void {
  journal.transaction(() => {
    for (const id of include) journal.setExcluded(id, false);
    for (const id of exclude) journal.setExcluded(id, true);
  });
}

async function inTurn<T extends object>(
  { record, running }: Root,
  time: VisitTime,
  work: VisitWork<T>,
): Promise<T> {
  const resting = (why: string) => fail({ reason: 'folderResting', path: record.path, why });
  if (running === null) return resting(record.pause.is === 'paused' ? 'paused' : 'not being synced');
  const done = await running.visit(work, time);
  return done ?? resting(running.offline === null ? 'halted' : 'offline');
}

/** An edit that no hint has told of yet is seen before anything is decided. */
async function lookBelow(
  { journal }: OpenParts,
  id: EntryId,
  look: (folder: RelPath) => void,
): Promise<object> {
  const folders = [id, ...remoteBelow(journal, id)];
  for (const folder of folders) {
    const path = journal.get(folder).base?.body.kind === 'folder' ? localPathOf(journal, folder) : null;
    if (path !== null) look(path);
  }
  return {};
}

interface FolderState {
  /** What is here of it. */
  readonly amount: Amount;
  readonly contents: ReadonlySet<ContentId>;
  readonly unsynced: readonly string[];
}

function stateOf({ journal, running }: Root, id: EntryId): FolderState {
  const trees = rememberingTrees(journal);
  const isMasked = running?.ignore ? maskOf(trees, running.ignore) : () => false;
  const troubled = journal.troubles().map(({ path }) => path);
  const below = new Set([id, ...remoteBelow(trees, id)]);
  const damaged = journal.damages().filter((one) => below.has(one.id));
  const unsynced = [...unsyncedIn(trees, id, isMasked), ...damaged.map((one) => one.id)];
  const here = localPathOf(trees, id);
  const inTrouble =
    here === null ? [] : troubled.filter((path) => path === here || path.startsWith(`${here}/`));
  return {
    amount: amountBelow(trees, id, (one) => trees.get(one).local.is === 'present'),
    contents: contentsHere(trees, id),
    unsynced: [...unsynced.map((one) => shownPathOf(trees, one)), ...inTrouble],
  };
}

/** Files below a folder whose content is among those. */
function pathsOf(journal: RootJournal, id: EntryId, isAmong: (content: ContentId) => boolean): string[] {
  const trees = rememberingTrees(journal);
  return [...remoteBelow(trees, id)]
    .filter((one) => {
      const { base, local } = trees.get(one);
      return local.is === 'present' && base?.body.kind === 'file' && isAmong(base.body.contentId);
    })
    .map((one) => shownPathOf(trees, one));
}

function changeOf(path: RelPath, is: SelectionChange['is'], state: FolderState): SelectionChange {
  const unsynced = [...new Set(state.unsynced)].sort();
  return {
    ...{ path, is, amount: state.amount },
    unsynced: unsynced.slice(0, engineLimits.unsyncedShownMax),
    unsyncedCount: unsynced.length,
  };
}
