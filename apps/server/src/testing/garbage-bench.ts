import type { ContentId, EntryId, LibraryId } from '@tidesync/shared/ids';
import { topFolderOf } from '@tidesync/shared/ids';
import type { EntryState } from '@tidesync/shared/wire/entries';
import type { Op } from '@tidesync/shared/wire/sync';
import type { Caller } from '../use-cases/caller.ts';
import { commitOps } from '../use-cases/sync/commit-ops.ts';
import { listTrash } from '../use-cases/trash/list-trash.ts';
import { restoreTrash } from '../use-cases/trash/restore-trash.ts';
import { listVersions } from '../use-cases/versions/list-versions.ts';
import { readContent } from './garbage-world.ts';
import { makeOp } from './op-makers.ts';
import type { ServerWorld } from './server-world.ts';
import { freshEntryId, freshOpId, makeServerWorld, uploadText } from './server-world.ts';

export type FileState = Extract<EntryState, { kind: 'file' }>;

/** A library of one owner with files of short texts, and what can be seen of it. */
export class GarbageBench {
  readonly world: ServerWorld;
  readonly ann: Caller;
  readonly libraryId: LibraryId;
  readonly top: EntryId;

  private constructor(world: ServerWorld, ann: Caller, libraryId: LibraryId) {
    this.world = world;
    this.ann = ann;
    this.libraryId = libraryId;
    this.top = topFolderOf(libraryId);
  }

  static async make(): Promise<GarbageBench> {
    const world = await makeServerWorld();
    const ann = await world.addAccount('ann@example.org');
    return new GarbageBench(world, ann, await world.addLibrary(ann));
  }

  readonly commit = async (op: Op): Promise<FileState> => {
    const { world, ann, libraryId } = this;
    const { results } = await commitOps(world.ports, ann, { libraryId, opId: freshOpId(), ops: [op] });
    const [result] = results;
    if (result?.result !== 'applied') throw new Error(`not applied: ${JSON.stringify(result)}`);
    return result.state as FileState;
  };
  readonly upload = (text: string) => uploadText(this.world, this.ann, { libraryId: this.libraryId, text });
  readonly makeFile = async (name: string, text: string) => {
    const contentId = await this.upload(text);
    return this.commit(makeOp.file(freshEntryId(), { parentId: this.top, name, contentId }));
  };
  readonly write = async (state: EntryState, text: string) =>
    this.commit(makeOp.write(state, await this.upload(text)));
  readonly remove = (state: EntryState) => this.commit(makeOp.remove(state));

  /** A content byte by byte; null if any of it is not there. */
  readonly read = (contentId: ContentId) =>
    readContent(this.world, this.ann, { libraryId: this.libraryId, contentId });
  readonly usedBytes = async () =>
    (await this.world.ports.store.read.accounts.byId(this.ann.accountId))?.usedBytes;
  readonly trash = async () => {
    const { world, ann, libraryId } = this;
    return (await listTrash(world.ports, ann, { libraryId, pageToken: null, limit: 100 })).items;
  };
  readonly versions = async (entryId: EntryId) => {
    const { world, ann, libraryId } = this;
    const wanted = { libraryId, entryId, beforeSeq: null, limit: 100 };
    return (await listVersions(world.ports, ann, wanted)).versions;
  };
  readonly restore = (entryId: EntryId) => {
    const { world, ann, libraryId } = this;
    return restoreTrash(world.ports, ann, { libraryId, opId: freshOpId(), entryIds: [entryId] });
  };
}
