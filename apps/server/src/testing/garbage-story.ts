import type { ChunkId, ContentId, EntryId, LibraryId } from '@tidesync/shared/ids';
import { topFolderOf } from '@tidesync/shared/ids';
import { limits } from '@tidesync/shared/limits';
import { isFailure } from '@tidesync/shared/problems';
import type { EntryState } from '@tidesync/shared/wire/entries';
import { expect } from 'vitest';
import { undoBatch } from '../use-cases/batches/undo-batch.ts';
import type { Caller } from '../use-cases/caller.ts';
import { collectGarbage } from '../use-cases/garbage/collect-garbage.ts';
import { setRetention } from '../use-cases/libraries/library-retention.ts';
import { commitOps } from '../use-cases/sync/commit-ops.ts';
import { listTrash } from '../use-cases/trash/list-trash.ts';
import { restoreTrash } from '../use-cases/trash/restore-trash.ts';
import { listTree } from '../use-cases/tree/list-tree.ts';
import { expireUploads } from '../use-cases/uploads/expire-uploads.ts';
import { verifyPacksJob } from '../use-cases/verify/verify-packs.ts';
import { listVersions } from '../use-cases/versions/list-versions.ts';
import { restoreVersion } from '../use-cases/versions/restore-version.ts';
import type { Crash } from './crashing-store.ts';
import { crashing, interrupted, Killed } from './crashing-store.ts';
import { collectPorts, readContent } from './garbage-world.ts';
import { makeOp } from './op-makers.ts';
import type { ServerWorld } from './server-world.ts';
import { freshEntryId, freshOpId, TestUpload } from './server-world.ts';
import { chunksOf, sentFor, texts } from './shared-contents.ts';

const HOUR_MS = 3_600_000;
export const PEOPLE = 2;
export const FILES = 4;

/** A collection, what else happens between its steps, and where its server is killed. */
export interface CollectStep {
  readonly do: 'collect';
  readonly between: readonly Step[];
  readonly crash: Crash | null;
  readonly dryRun: boolean;
}
export type Step =
  | {
      readonly do: 'put';
      readonly person: number;
      readonly content: number;
      readonly file: number;
      /** What happens in the middle of it, and how long that takes. */
      readonly meanwhile: { readonly at: number; readonly hours: number; readonly collects: number };
    }
  | { readonly do: 'stage' | 'sendPart'; readonly person: number; readonly content: number }
  | { readonly do: 'commitStaged' | 'delete' | 'move' | 'restore'; readonly file: number }
  | { readonly do: 'restoreVersion' | 'undo'; readonly file: number; readonly back: number }
  | { readonly do: 'wait'; readonly hours: number }
  | { readonly do: 'expire' | 'verify' }
  | { readonly do: 'keep'; readonly versions: number; readonly trash: number }
  | CollectStep;

interface Staged {
  readonly person: Caller;
  readonly contentId: ContentId;
  readonly atMs: number;
}

/** A library that lives through steps, and what has to be so after each. */
export class GarbageStory {
  readonly world: ServerWorld;
  readonly libraryId: LibraryId;
  readonly people: readonly Caller[];
  readonly #files: EntryId[] = Array.from({ length: FILES }, () => freshEntryId());
  readonly #staged: Staged[] = [];
  #moves = 0;

  private constructor(world: ServerWorld, libraryId: LibraryId, people: readonly Caller[]) {
    this.world = world;
    this.libraryId = libraryId;
    this.people = people;
  }

  static async begin(world: ServerWorld): Promise<GarbageStory> {
    const people: Caller[] = [];
    for (let index = 0; index < PEOPLE; index++) {
      people.push(await world.addAccount(`${freshEntryId()}@example.org`));
    }
    const [owner, editor] = people as [Caller, Caller];
    const libraryId = await world.addLibrary(owner);
    await world.ports.store.transact((tx) => tx.libraries.setMember(libraryId, editor.accountId, 'editor'));
    return new GarbageStory(world, libraryId, people);
  }

  async take(step: Step): Promise<void> {
    const { world } = this;
    switch (step.do) {
      case 'put':
        return this.#put(step);
      case 'stage':
        return void (await this.#stage(step));
      case 'sendPart':
        return this.#sendPart(step);
      case 'commitStaged':
        return this.#commitStaged(step.file);
      case 'delete':
        return this.#change(step.file, (seen) => makeOp.remove(seen));
      case 'move':
        return this.#change(step.file, (seen) =>
          makeOp.move(seen, topFolderOf(this.libraryId), `moved ${this.#moves++}`),
        );
      case 'restore':
        return this.#restore(step.file);
      case 'restoreVersion':
        return this.#restoreVersion(step.file, step.back);
      case 'undo':
        return this.#undo(step.back);
      case 'wait':
        return world.advance(step.hours * HOUR_MS);
      case 'expire':
        return void (await expireUploads(world.ports));
      case 'verify':
        return this.#verify();
      case 'keep':
        return void (await setRetention(world.ports, this.#owner, { ...step, libraryId: this.libraryId }));
      case 'collect':
        return this.#collect(step);
    }
  }

  get #owner(): Caller {
    return this.people[0] as Caller;
  }

  /** A whole upload and its commit, which nothing that happens meanwhile may make fail. */
  async #put({ person, content, file, meanwhile }: Extract<Step, { do: 'put' }>): Promise<void> {
    const contentId = await this.#upload({ person, content }, meanwhile);
    await this.#commit(this.people[person] as Caller, file, contentId);
  }

  async #upload(
    { person, content }: { readonly person: number; readonly content: number },
    meanwhile: { readonly at: number; readonly hours: number; readonly collects: number },
  ): Promise<ContentId> {
    const upload = new TestUpload(this.world, this.people[person] as Caller, this.libraryId);
    let stage = 0;
    const pause = async () => {
      if (stage++ !== meanwhile.at) return;
      for (let turn = 0; turn < meanwhile.collects; turn++) {
        this.world.advance((meanwhile.hours * HOUR_MS) / meanwhile.collects);
        await this.#collect({ do: 'collect', between: [], crash: null, dryRun: false });
      }
    };
    await upload.begin();
    const sent = sentFor(content);
    const { missing } = await upload.missing(sent);
    await pause();
    const lacking = sent.filter((_, index) => missing[index]);
    if (lacking.length > 0) await upload.send(lacking);
    await pause();
    const contentId = await upload.stage(chunksOf(content));
    await pause();
    return contentId;
  }

  async #stage({ person, content }: { readonly person: number; readonly content: number }): Promise<void> {
    const contentId = await this.#upload({ person, content }, { at: -1, hours: 0, collects: 0 });
    const atMs = this.world.ports.clock.nowMs();
    this.#staged.push({ person: this.people[person] as Caller, contentId, atMs });
  }

  async #sendPart({ person, content }: { readonly person: number; readonly content: number }): Promise<void> {
    const upload = new TestUpload(this.world, this.people[person] as Caller, this.libraryId);
    await upload.begin();
    const first = sentFor(content).slice(0, 1);
    if ((await upload.missing(first)).missing[0]) await upload.send(first);
  }

  async #commitStaged(file: number): Promise<void> {
    const staged = this.#staged.shift();
    if (staged === undefined) return;
    try {
      await this.#commit(staged.person, file, staged.contentId);
    } catch (error) {
      const isOld = this.world.ports.clock.nowMs() - staged.atMs > limits.stagedLifeMs;
      if (!isOld || !isFailure(error, 'revisionMissing')) throw error;
    }
  }

  /** Makes the file or writes to it; brings it back if it was deleted. */
  async #commit(person: Caller, file: number, contentId: ContentId): Promise<void> {
    const entryId = this.#files[file] as EntryId;
    const seen = await this.#stateOf(file);
    const name = `file ${file}.${this.#moves++}`;
    const op =
      seen === null || seen.deleted
        ? makeOp.file(entryId, { parentId: topFolderOf(this.libraryId), name, contentId })
        : makeOp.write(seen, contentId);
    await this.#send(person, op);
  }

  async #send(person: Caller, op: ReturnType<typeof makeOp.remove>): Promise<void> {
    const { libraryId, world } = this;
    const { results } = await commitOps(world.ports, person, { libraryId, opId: freshOpId(), ops: [op] });
    expect(results).toMatchObject([{ result: 'applied' }]);
  }

  async #change(file: number, opOn: (seen: EntryState) => ReturnType<typeof makeOp.remove>): Promise<void> {
    const seen = await this.#stateOf(file);
    if (seen !== null && !seen.deleted) await this.#send(this.#owner, opOn(seen));
  }

  async #stateOf(file: number): Promise<EntryState | null> {
    const { store } = this.world.ports;
    const [state] = await store.read.tree.entries(this.libraryId, [this.#files[file] as EntryId]);
    return state ?? null;
  }

  /** What is listed in the trash comes back. */
  async #restore(file: number): Promise<void> {
    const { libraryId, world } = this;
    const items = await this.#trash();
    const item = items[file];
    if (item === undefined) return;
    const entryIds = [item.state.entryId];
    const input = { libraryId, opId: freshOpId(), entryIds };
    const { restoredCount } = await restoreTrash(world.ports, this.people[1] as Caller, input);
    expect(restoredCount).toBe(1);
  }

  /** What is listed as a version can be had back. */
  async #restoreVersion(file: number, back: number): Promise<void> {
    const { libraryId, world } = this;
    const seen = await this.#stateOf(file);
    if (seen === null || seen.deleted) return;
    const entryId = this.#files[file] as EntryId;
    const version = (await this.#versions(entryId))[back];
    if (version === undefined) return;
    const input = { libraryId, entryId, opId: freshOpId(), seq: version.seq };
    expect(await restoreVersion(world.ports, this.people[1] as Caller, input)).toMatchObject({
      contentId: version.contentId,
    });
  }

  async #undo(back: number): Promise<void> {
    const { libraryId, world } = this;
    const head = (await world.ports.store.read.tree.head(libraryId))?.headSeq ?? 0;
    if (head - back < 1) return;
    await undoBatch(world.ports, this.#owner, { libraryId, firstSeq: head - back, beforeSeq: null });
  }

  async #verify(): Promise<void> {
    const job = verifyPacksJob(this.world.ports, {
      pause: async () => undefined,
      onDamaged: (_pack, why) => expect.fail(`a pack was found damaged: ${why}`),
    });
    expect(await job.run(new AbortController().signal)).toMatchObject({ damaged: 0 });
  }

  async #collect({ between, crash, dryRun }: CollectStep): Promise<void> {
    const others = [...between];
    const turn = async () => {
      const next = others.shift();
      if (next !== undefined) await this.take(next);
    };
    const ports = collectPorts(this.world, turn);
    const { libraryId } = this;
    const signal = new AbortController().signal;
    const options = {
      libraryId,
      dryRun,
      actor: 'server',
      signal,
      untilMs: null,
      chunksPerRangeMax: 3,
    } as const;
    try {
      await collectGarbage({ ...ports, store: crashing(ports.store, crash) }, options);
    } catch (error) {
      if (!(error instanceof Killed)) throw error;
    }
    for (const left of others) await this.take(left);
  }

  /** A collection, and an upload whose parts happen before certain turns and transactions of it. */
  async collectDuring(times: {
    readonly content: number;
    readonly asks: number;
    readonly stages: number;
    readonly commits: number;
  }): Promise<void> {
    const chunks = chunksOf(times.content);
    const upload = new TestUpload(this.world, this.#owner, this.libraryId);
    let missing: readonly boolean[] = [];
    let contentId: ContentId | null = null;
    let turns = 0;
    const happen = async () => {
      if (turns === times.asks) {
        await upload.begin();
        missing = (await upload.missing(chunks)).missing;
      }
      if (turns === times.stages) {
        const lacking = chunks.filter((_, index) => missing[index]);
        if (lacking.length > 0) await upload.send(lacking);
        contentId = await upload.stage(chunks);
      }
      if (turns === times.commits) await this.#commit(this.#owner, 0, contentId as ContentId);
      turns += 1;
    };
    const options = { dryRun: false, actor: 'server', untilMs: null, chunksPerRangeMax: 3 } as const;
    const signal = new AbortController().signal;
    const { libraryId } = this;
    const ports = collectPorts(this.world, happen);
    const store = interrupted(ports.store, happen);
    await collectGarbage({ ...ports, store }, { ...options, libraryId, signal });
    while (turns <= times.commits) await happen();
  }

  async #trash() {
    const listed = { libraryId: this.libraryId, pageToken: null, limit: 100 };
    return (await listTrash(this.world.ports, this.#owner, listed)).items;
  }

  async #versions(entryId: EntryId) {
    const { libraryId, world } = this;
    const wanted = { libraryId, entryId, beforeSeq: null, limit: 100 };
    try {
      return (await listVersions(world.ports, this.#owner, wanted)).versions;
    } catch (error) {
      if (isFailure(error, 'entryMissing')) return [];
      throw error;
    }
  }

  /** Everything that anyone can see can be read, byte for byte. */
  async check(): Promise<void> {
    const { libraryId, world } = this;
    const { entries } = await listTree(world.ports, this.#owner, {
      libraryId,
      pageToken: null,
      limit: 2_000,
    });
    const seen = [...entries, ...(await this.#trash()).map((item) => item.state)].flatMap((state) =>
      state.kind === 'file' ? [state.contentId] : [],
    );
    for (const entryId of this.#files) {
      seen.push(...(await this.#versions(entryId)).map((version) => version.contentId));
    }
    for (const contentId of new Set(seen)) {
      expect(await readContent(world, this.#owner, { libraryId, contentId })).toBe(texts.get(contentId));
    }
  }

  /** What is stored: bytes that are paid for, packs, and the chunks of which places are known. */
  async stored() {
    const { store } = this.world.ports;
    const account = await store.read.accounts.byId(this.#owner.accountId);
    const rows = (table: 'packs' | 'locations' | 'revisions') =>
      store.read.rows.count({ table, libraryId: this.libraryId });
    return {
      usedBytes: account?.usedBytes,
      objects: this.world.objects.keys().filter((key) => key.startsWith(this.libraryId)).length,
      packs: await rows('packs'),
      locations: await rows('locations'),
      contents: await rows('revisions'),
    };
  }

  /** Ids of the chunks of every file that is live. */
  async liveChunks(): Promise<ReadonlySet<ChunkId>> {
    const ids = new Set<ChunkId>();
    for (let file = 0; file < FILES; file++) {
      const state = await this.#stateOf(file);
      if (state?.kind !== 'file' || state.deleted) continue;
      const content = [...texts.keys()].indexOf(state.contentId);
      for (const chunk of sentFor(content)) ids.add(chunk.ref.id);
    }
    return ids;
  }
}
