import type { BatchId, ContentId, EntryId, LibraryId } from '@tidesync/shared/ids';
import type { EntryName } from '@tidesync/shared/names';
import { parseEntryName } from '@tidesync/shared/names';
import type { Problem } from '@tidesync/shared/problems';
import type { EntryState } from '@tidesync/shared/wire/entries';
import type { Op } from '@tidesync/shared/wire/sync';
import { sendFiles } from '../transfer/transfers.ts';
import { commit, createOp, makeFolder, newId } from './change-entries.ts';
import type { Chosen } from './collect-drop.ts';
import { numberedName } from './free-name.ts';
import type { Fault, TransferWatch } from './transfer-list.ts';

/** What is sent and committed together, so that a long upload shows its files as it goes. */
const GROUP_FILES_MAX = 100;
const GROUP_BYTES_MAX = 128 * 1024 * 1024;
const NAMES_TRIED_MAX = 50;

export interface UploadOrder {
  readonly libraryId: LibraryId;
  readonly folderId: EntryId;
  readonly chosen: Chosen;
}

interface Placed {
  readonly key: string;
  readonly file: File;
  readonly parentId: EntryId;
  readonly name: EntryName;
}

/** Uploads what was chosen. Made once and run until it is through: a second run does what the first has left. */
export function uploadRun(order: UploadOrder): (watch: TransferWatch) => Promise<void> {
  const batchId = newId<BatchId>();
  const done = new Set<string>();
  return async (watch) => {
    const isDone = ({ path }: { readonly path: readonly string[] }) => done.has(keyOf(path));
    let doneBytes = sum(order.chosen.files.filter(isDone).map(({ file }) => file));
    const placed = (await placeAll(order, watch)).filter((one) => !done.has(one.key));
    for (const group of groupsOf(placed)) {
      watch.signal.throwIfAborted();
      const onProgress = (bytes: number) => watch.onProgress(doneBytes + bytes);
      const staged = await sendGroup(order.libraryId, group, { ...watch, onProgress });
      for (const fault of await giveNames(order.libraryId, staged, batchId)) watch.onFault(fault);
      for (const { key } of staged) done.add(key);
      doneBytes += sum(group.map(({ file }) => file));
      watch.onProgress(doneBytes);
    }
  };
}

/** Sends contents; what did not make it is a fault, and is not in the answer. */
async function sendGroup(
  libraryId: LibraryId,
  group: readonly Placed[],
  { signal, onProgress, onFault }: TransferWatch,
): Promise<Staged[]> {
  const bytesOf = new Map<string, number>();
  const outcomes = await sendFiles(libraryId, group, {
    signal,
    onProgress(key, bytes) {
      bytesOf.set(key, bytes);
      onProgress([...bytesOf.values()].reduce((total, one) => total + one, 0));
    },
  });
  return outcomes.flatMap((outcome): Staged[] => {
    const one = group.find(({ key }) => key === outcome.key);
    if (one === undefined) return [];
    if (outcome.is === 'staged') return [{ ...one, contentId: outcome.contentId }];
    onFault({ name: one.name, problem: outcome.problem });
    return [];
  });
}

const keyOf = (path: readonly string[]) => path.join('/');
const sum = (files: readonly File[]) => files.reduce((total, file) => total + file.size, 0);

/** Makes the folders, level by level, and says where each file goes. What cannot be named is a fault. */
async function placeAll(
  { libraryId, folderId, chosen }: UploadOrder,
  watch: TransferWatch,
): Promise<Placed[]> {
  const folders = new Map<string, EntryId>([['', folderId]]);
  for (const path of chosen.folders) {
    watch.signal.throwIfAborted();
    const parentId = folders.get(keyOf(path.slice(0, -1)));
    const name = parseEntryName(path.at(-1) ?? '');
    if (parentId === undefined) continue;
    const entryId = name === null ? null : await folderNamed({ libraryId, parentId, name });
    if (entryId === null) watch.onFault({ name: keyOf(path), problem: unnameable(path) });
    else folders.set(keyOf(path), entryId);
  }
  return chosen.files.flatMap(({ path, file }): Placed[] => {
    const parentId = folders.get(keyOf(path.slice(0, -1)));
    const name = parseEntryName(path.at(-1) ?? '');
    if (name === null) watch.onFault({ name: keyOf(path), problem: unnameable(path) });
    return name === null || parentId === undefined ? [] : [{ key: keyOf(path), file, parentId, name }];
  });
}

const unnameable = (path: readonly string[]): Problem => ({ reason: 'invalidName', name: path.at(-1) ?? '' });

/** The folder of that name, or a new one beside a file that has it. */
async function folderNamed(place: {
  libraryId: LibraryId;
  parentId: EntryId;
  name: EntryName;
}): Promise<EntryId | null> {
  for (let count = 1; count <= NAMES_TRIED_MAX; count++) {
    const name = count === 1 ? place.name : numberedName(place.name, count);
    const entryId = await makeFolder({ ...place, name });
    if (entryId !== null) return entryId;
  }
  return null;
}

function* groupsOf(placed: readonly Placed[]): Generator<Placed[]> {
  let group: Placed[] = [];
  for (const one of placed) {
    if (
      group.length === GROUP_FILES_MAX ||
      sum(group.map(({ file }) => file)) + one.file.size > GROUP_BYTES_MAX
    ) {
      if (group.length > 0) yield group;
      group = [];
    }
    group.push(one);
  }
  if (group.length > 0) yield group;
}

interface Staged extends Placed {
  readonly contentId: ContentId;
}

/** Gives staged contents their names; a name that is taken by another content gets a number, and both are kept. */
async function giveNames(
  libraryId: LibraryId,
  staged: readonly Staged[],
  batchId: BatchId,
): Promise<Fault[]> {
  const faults: Fault[] = [];
  let open = staged;
  for (let count = 1; open.length > 0 && count <= NAMES_TRIED_MAX; count++) {
    const ops = open.map((one) => createFile(one, count));
    const results = await commit(libraryId, ops, batchId);
    const taken: Staged[] = [];
    open.forEach((one, index) => {
      const result = results[index];
      if (result?.result !== 'conflict' || isSame(result.current, one.contentId)) return;
      if (result.reason === 'nameTaken') taken.push(one);
      else faults.push({ name: one.name, problem: { reason: 'entryMissing', entry: one.name } });
    });
    open = taken;
  }
  return [...faults, ...open.map(({ name }): Fault => ({ name, problem: { reason: 'invalidName', name } }))];
}

function createFile({ file, parentId, name, contentId }: Staged, count: number): Op {
  const shown = count === 1 ? name : numberedName(name, count);
  const body = { kind: 'file' as const, contentId, executable: false };
  return { ...createOp({ parentId, name: shown }, file.lastModified), body };
}

const isSame = (current: EntryState | null, contentId: ContentId) =>
  current?.kind === 'file' && current.contentId === contentId;
