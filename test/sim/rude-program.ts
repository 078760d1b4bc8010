import { nodeSha256 } from '@tidesync/engine/adapters/node-environment';
import { fileRevision } from '@tidesync/shared/chunk-list';
import type { ChunkId, ContentId, EntryId, LibraryId, OpId, UploadId } from '@tidesync/shared/ids';
import { uuidFromBytes } from '@tidesync/shared/ids';
import type { EntryName } from '@tidesync/shared/names';
import { PACK_FOOTER_BYTES } from '@tidesync/shared/pack-format';
import type { SignedPut } from '@tidesync/shared/wire/content';
import type { EntryState } from '@tidesync/shared/wire/entries';
import type { CommitOutput, Op, TreePage } from '@tidesync/shared/wire/sync';
import type { Dice } from './dice.ts';
import { bytesOf } from './disk-texts.ts';
import type { RudeDeed } from './scenario.ts';
import type { SimServer } from './sim-server.ts';
import { Violation } from './violation.ts';

export interface RudeOrder {
  readonly how: RudeDeed;
  readonly which: number;
  readonly libraryId: LibraryId;
  readonly token: string;
  readonly dice: Dice;
}

interface Wanted {
  readonly ops: readonly Op[];
  /** What the server has to answer to each; one word for a refusal of all. */
  readonly answers: readonly string[] | 'refused';
}

/**
 * I9: a program with a device's token that asks for what nobody may have done: with versions that are old, names that
 * are taken, contents that nobody sent. All happens in one moment, so what has to be answered is known.
 */
export async function beRude(server: SimServer, order: RudeOrder): Promise<void> {
  const { libraryId, token, how, dice } = order;
  if (how === 'sealEarly') return sealEarly(server, order);
  const wanted = wantedBy(order, await liveEntries(server, order));
  if (wanted === null) return;
  const opId = newId<OpId>(dice);
  const answer = await server
    .ask<CommitOutput>(token, 'sync.commit', { libraryId, opId, ops: wanted.ops })
    .catch(() => 'refused' as const);
  const answers =
    answer === 'refused'
      ? answer
      : answer.results.map((one) => (one.result === 'conflict' ? one.reason : one.result));
  if (JSON.stringify(answers) === JSON.stringify(wanted.answers)) return;
  const said = JSON.stringify({ ops: wanted.ops, answers });
  throw new Violation('I9', `${how} was answered so: ${said}`);
}

/** Says that a pack has arrived that was never put anywhere, and that it has a content of what would be in it. */
async function sealEarly(server: SimServer, { libraryId, token, dice }: RudeOrder): Promise<void> {
  const uploadId = newId<UploadId>(dice);
  const bytes = bytesOf(`never sent ${dice.unit()}`);
  const [chunkId, sizeBytes] = [nodeSha256(bytes) as string as ChunkId, bytes.length];
  // As long as a pack of that is: else it is refused for being no pack at all.
  const packBytes = sizeBytes + PACK_FOOTER_BYTES;
  const begin = async () => {
    await server.ask(token, 'uploads.begin', { uploadId, libraryId });
    await server.ask(token, 'uploads.missing', { uploadId, chunks: [{ id: chunkId, sizeBytes }] });
  };
  const seal = async () => {
    const packs = [{ sha256: chunkId, sizeBytes: packBytes }];
    const signed = await server.ask<{ packs: SignedPut[] }>(token, 'uploads.sign', { uploadId, packs });
    const entry = { chunkId, offset: 0, storedBytes: sizeBytes, plainBytes: sizeBytes, codec: 'plain' };
    const entries = [{ ...entry, storedSha256: chunkId }];
    const sealed = [{ packId: signed.packs[0]?.packId, entries }];
    await server.ask(token, 'uploads.seal', { uploadId, packs: sealed });
  };
  const stage = async () => {
    const { revision } = fileRevision([{ id: chunkId, sizeBytes }], nodeSha256);
    await server.ask(token, 'uploads.stage', { uploadId, revisions: [revision] });
  };
  // Who may not even begin is refused as well.
  if (!(await isDone(begin))) return;
  if (await isDone(seal)) throw new Violation('I7', 'a pack was sealed that never arrived');
  if (await isDone(stage)) throw new Violation('I7', 'a content was staged of what never arrived');
}

function isDone(work: () => Promise<void>): Promise<boolean> {
  return work().then(
    () => true,
    () => false,
  );
}

async function liveEntries(server: SimServer, { libraryId, token }: RudeOrder): Promise<EntryState[]> {
  const entries: EntryState[] = [];
  for (let pageToken: string | null = null; ; ) {
    const page: TreePage = await server.ask(token, 'tree.list', { libraryId, pageToken });
    entries.push(...page.entries);
    pageToken = page.nextPageToken;
    if (pageToken === null) return entries;
  }
}

/** Null: there is nothing to be rude to. */
function wantedBy(order: RudeOrder, all: readonly EntryState[]): Wanted | null {
  const { which, libraryId, dice } = order;
  const topId = libraryId as string as EntryId;
  const pick = (some: readonly EntryState[]) => some[which % Math.max(1, some.length)];
  const childOf = (folder: EntryState) => all.find(({ parentId }) => parentId === folder.entryId);
  const folders = all.filter(({ kind }) => kind === 'folder');
  switch (order.how) {
    case 'nested':
      return nested(dice, topId);
    case 'unstaged': {
      const body = { kind: 'file', contentId: unknownContent(dice), executable: false } as const;
      const name = `unstaged-${which}` as EntryName;
      const create: Op = { op: 'create', entryId: newId(dice), parentId: topId, name, mtimeMs: 0, body };
      return { ops: [create], answers: 'refused' };
    }
    case 'deleteFull': {
      const folder = pick(folders.filter((one) => childOf(one) !== undefined));
      return folder === undefined ? null : { ops: [deletes(folder, 0)], answers: ['notEmpty'] };
    }
    case 'moveIntoItself': {
      const folder = pick(folders.filter((one) => childOf(one)?.kind === 'folder'));
      const goal = folder === undefined ? undefined : childOf(folder);
      if (folder === undefined || goal === undefined) return null;
      return { ops: [moves(folder, { parentId: goal.entryId, name: folder.name })], answers: ['cycle'] };
    }
    case 'takeName': {
      const one = pick(all.filter(({ kind }) => kind !== 'folder'));
      const other = pick(all.filter(({ kind, entryId }) => kind !== 'folder' && entryId !== one?.entryId));
      if (one === undefined || other === undefined) return null;
      return { ops: [moves(one, other)], answers: ['nameTaken'] };
    }
    case 'sealEarly':
      return null;
    default:
      return stale(order.how, pick(all.filter(({ kind }) => kind === 'file')));
  }
}

type Stale = Extract<RudeDeed, 'staleWrite' | 'staleMove' | 'staleAttributes' | 'staleDelete'>;
function stale(how: Stale, file: EntryState | undefined): Wanted | null {
  if (file?.kind !== 'file') return null;
  const { entryId, contentId, mtimeMs, contentSeq, placeSeq, attributesSeq } = file;
  const ops: Readonly<Record<Stale, Op>> = {
    staleWrite: { op: 'write', entryId, contentId, mtimeMs, baseContentSeq: contentSeq - 1 },
    staleMove: moves(
      { ...file, placeSeq: placeSeq - 1 },
      { ...file, name: `${file.name}.rude` as EntryName },
    ),
    staleAttributes: {
      ...{ op: 'attributes', entryId, mtimeMs, executable: !file.executable },
      baseAttributesSeq: attributesSeq - 1,
    },
    staleDelete: deletes(file, 1),
  };
  return { ops: [ops[how]], answers: ['version'] };
}

/** Leaves two folders behind, which people may have. */
function nested(dice: Dice, topId: EntryId): Wanted {
  const [outer, inner, lost] = [newId<EntryId>(dice), newId<EntryId>(dice), newId<EntryId>(dice)];
  const create = (entryId: EntryId, parentId: EntryId, name: string): Op => ({
    ...{ op: 'create', entryId, parentId, name: name as EntryName, mtimeMs: 0, body: { kind: 'folder' } },
  });
  const move = (entryId: EntryId): Op => ({
    ...{ op: 'move', entryId, basePlaceSeq: 0, parentId: topId, name: 'rude' as EntryName },
  });
  return {
    ops: [create(outer, topId, `rude-${outer}`), move(outer), create(inner, outer, 'in it'), move(lost)],
    answers: ['applied', 'version', 'applied', 'missing'],
  };
}

function moves(from: EntryState, to: { readonly parentId: EntryId; readonly name: EntryName }): Op {
  const { entryId, placeSeq: basePlaceSeq } = from;
  return { op: 'move', entryId, basePlaceSeq, parentId: to.parentId, name: to.name };
}

function deletes({ entryId, contentSeq, placeSeq }: EntryState, tooOldBy: number): Op {
  return { op: 'delete', entryId, baseContentSeq: contentSeq - tooOldBy, basePlaceSeq: placeSeq };
}

function newId<T extends string>(dice: Dice): T {
  return uuidFromBytes(Uint8Array.from({ length: 16 }, () => dice.below(256))) as T;
}
function unknownContent(dice: Dice): ContentId {
  return nodeSha256(bytesOf(String(dice.unit()))) as string as ContentId;
}
