import { assert } from '@tidesync/shared/brand';
import type { ChunkRef } from '@tidesync/shared/chunk-list';
import { fileRevision } from '@tidesync/shared/chunk-list';
import type { Chain, ChunkId, ContentId, EntryId, LibraryId, OpId } from '@tidesync/shared/ids';
import { topFolderOf } from '@tidesync/shared/ids';
import type { EntryName, RelPath } from '@tidesync/shared/names';
import { fail } from '@tidesync/shared/problems';
import type { EntryState } from '@tidesync/shared/wire/entries';
import { cursorAt } from '@tidesync/shared/wire/entries';
import type { CommitInput, CommitOutput, Op, OpResult } from '@tidesync/shared/wire/sync';
import { nodeSha256 } from '../adapters/node-environment.ts';
import type { RemotePresent } from '../core/entry.ts';
import type { ObjectTransfer, SyncServer } from '../ports/server.ts';
import { UNPACED } from '../shell/transfer/pace.ts';
import { createUploader } from '../shell/transfer/uploader.ts';
import type { FakeClock } from './fake-clock.ts';
import { MemoryDisk } from './memory-disk.ts';
import { createMemoryServer } from './memory-server.ts';
import type { NaiveResult } from './naive-server.ts';
import { NaiveServer } from './naive-server.ts';
import { seededRandom } from './seeded-random.ts';

export const LIBRARY = '5f3c1d2e-0000-4000-8000-000000000001' as LibraryId;
const GONE_FILE = { kind: 'file', contentId: '0'.repeat(64) as ContentId, sizeBytes: 0, executable: false };

/** One library on a server in memory, for whole rounds; its answers come at once. */
export class MemoryLibrary {
  readonly sync: SyncServer;
  readonly objects: ObjectTransfer;
  readonly topId = topFolderOf(LIBRARY);
  /** Called before a commit is applied (`asked`) and before its answer leaves; may throw in their place. */
  onCommit: ((when: 'asked' | 'applied', input: CommitInput) => void) | null = null;
  role: 'owner' | 'viewer' = 'owner';
  readonly #rows = new NaiveServer(this.topId);
  readonly #answers = new Map<OpId, CommitOutput>();
  readonly #sizes = new Map<ContentId, number>();
  readonly #lost = new Set<ContentId>();
  readonly #content: ReturnType<typeof createMemoryServer>;
  readonly #clock: FakeClock;
  /** After which number of commits the history is told by another letter of its chain. */
  readonly #turns = [{ afterSeq: -1, letter: 'a' }];
  #made = 0;

  constructor(clock: FakeClock) {
    this.#clock = clock;
    this.#content = createMemoryServer(clock);
    this.objects = this.#content.objects;
    this.sync = { ...this.#content.server, ...this.#metadata() } as SyncServer;
  }

  /** From now on no cursor from after that point fits any more, as after a restored backup; default: none at all. */
  divergeHistory(afterSeq = -1): void {
    this.#turns.push({ afterSeq, letter: 'abcdef'.charAt(this.#turns.length) });
  }

  live(): [EntryId, RemotePresent][] {
    return this.#rows.live();
  }
  /** Commits applied, one number up for each operation. */
  get headSeq(): number {
    return this.#rows.headSeq;
  }

  /** What another device puts onto the server. */
  async give(text: string): Promise<ContentId> {
    const bytes = new TextEncoder().encode(text);
    const disk = new MemoryDisk({ clock: this.#clock });
    const path = 'given' as RelPath;
    await (await disk.createFile(path)).write(bytes, 0);
    const stamp = (await disk.look(path))?.stamp;
    assert(stamp !== undefined, 'it was just made');
    const chunks = chunksOf(bytes);
    const contentId = contentIdOf(text);
    this.#made += 1;
    const random = seededRandom(1_000 + this.#made);
    const uploader = createUploader({
      ...{ server: this.sync, objects: this.objects, disk, clock: this.#clock, random, sha256: nodeSha256 },
      pace: UNPACED,
      libraryId: LIBRARY,
      resumeKey: null,
    });
    await uploader.upload([{ path, contentId, chunks, stamp }], new AbortController().signal);
    return contentId;
  }

  /** The bytes of these texts are gone from the server, which wants them back. */
  lose(...texts: string[]): void {
    for (const text of texts) {
      this.#lost.add(contentIdOf(text));
      this.#content.lose(contentIdOf(text));
    }
  }
  /** What was lost and has not come again. */
  wanted(): ContentId[] {
    return [...this.#lost].filter((contentId) => !this.#content.isWhole(contentId));
  }

  /** Operations of another device; all have to be applied. */
  apply(...ops: Op[]): void {
    for (const { result } of this.#rows.commit(ops))
      assert(result === 'applied', 'the other device is up to date');
  }

  /** The entry at a path, by the server's names. */
  at(path: string): { id: EntryId; state: RemotePresent } {
    let found: [EntryId, RemotePresent] | undefined;
    for (const name of path.split('/')) {
      const parentId: EntryId = found?.[0] ?? this.topId;
      found = this.live().find(([, state]) => state.parentId === parentId && state.name === name);
      assert(found !== undefined, 'the entry is there');
    }
    assert(found !== undefined, 'a path has a name');
    return { id: found[0], state: found[1] };
  }

  /** Every live path, folders ending in `/`, in order. */
  paths(): string[] {
    const rows = new Map(this.live());
    const pathOf = (id: EntryId): string => {
      const state = rows.get(id);
      if (state === undefined) return '';
      return `${pathOf(state.parentId)}${state.name}${state.body.kind === 'folder' ? '/' : ''}`;
    };
    return [...rows.keys()].map(pathOf).sort();
  }

  async write(path: string, text: string): Promise<void> {
    const { id, state } = this.at(path);
    const contentId = await this.give(text);
    const baseContentSeq = state.versions.contentSeq;
    this.apply({ op: 'write', entryId: id, baseContentSeq, contentId, mtimeMs: this.#clock.nowMs() });
  }
  move(path: string, to: string): void {
    const { id, state } = this.at(path);
    const slash = to.lastIndexOf('/');
    const parentId = slash < 0 ? this.topId : this.at(to.slice(0, slash)).id;
    const name = to.slice(slash + 1) as EntryName;
    this.apply({ op: 'move', entryId: id, basePlaceSeq: state.versions.placeSeq, parentId, name });
  }
  remove(path: string): void {
    const { id, state } = this.at(path);
    const { contentSeq, placeSeq } = state.versions;
    this.apply({ op: 'delete', entryId: id, baseContentSeq: contentSeq, basePlaceSeq: placeSeq });
  }
  async make(path: string, body: 'folder' | { text: string } | { target: string }): Promise<void> {
    const slash = path.lastIndexOf('/');
    const parentId = slash < 0 ? this.topId : this.at(path.slice(0, slash)).id;
    this.#made += 1;
    const entryId = `aaaaaaaa-0000-4000-8000-${String(this.#made).padStart(12, '0')}` as EntryId;
    const name = path.slice(slash + 1) as EntryName;
    const common = { op: 'create', entryId, parentId, name, mtimeMs: this.#clock.nowMs() } as const;
    if (body === 'folder') this.apply({ ...common, body: { kind: 'folder' } });
    else if ('target' in body) this.apply({ ...common, body: { kind: 'symlink', target: body.target } });
    else {
      const contentId = await this.give(body.text);
      this.apply({ ...common, body: { kind: 'file', contentId, executable: false } });
    }
  }

  #metadata(): Partial<SyncServer> {
    return {
      libraries: async () => [
        {
          ...{
            libraryId: LIBRARY,
            name: 'L',
            ownerEmail: 'o@x',
            role: this.role,
            headSeq: 0,
            createdAtMs: 0,
          },
          wanted: this.wanted().length,
        },
      ],
      wanted: async () => ({ contentIds: this.wanted(), next: null }),
      stage: async (uploadId, lists, revisions) => {
        await this.#content.server.stage(uploadId, lists, revisions);
        for (const { contentId, sizeBytes } of revisions) {
          this.#sizes.set(contentId, sizeBytes);
          this.#rows.stage(contentId);
        }
      },
      changes: async (_library, cursor) => {
        this.#requirePoint(cursor);
        const changes = this.#rows.changesAfter(Number(cursor.split('.')[1])).map(({ id, state }) => ({
          seq: 0,
          state: this.#stateOf(id, state),
        }));
        return { changes, cursor: this.#cursor(), more: false };
      },
      tree: async () => ({
        entries: this.#rows.live().map(([id, state]) => this.#stateOf(id, state)),
        cursor: this.#cursor(),
        nextPageToken: null,
      }),
      commit: async (input) => this.#commit(input),
      lookUpCommit: async (_library, opId) => this.#answers.get(opId) ?? null,
    };
  }

  #cursor(): string {
    return this.#cursorAt(this.#rows.headSeq);
  }
  #cursorAt(seq: number): string {
    return cursorAt({ libraryId: LIBRARY, seq, chain: this.#chainAt(seq) });
  }
  #chainAt(seq: number): Chain {
    const turn = this.#turns.findLast(({ afterSeq }) => afterSeq < seq);
    return (turn?.letter ?? 'a').repeat(64) as Chain;
  }
  #requirePoint(cursor: string): void {
    const seq = Number(cursor.split('.')[1]);
    if (seq > this.#rows.headSeq || cursor !== this.#cursorAt(seq)) fail({ reason: 'cursorDiverged' });
  }

  #commit(input: CommitInput): CommitOutput {
    this.onCommit?.('asked', input);
    const known = this.#answers.get(input.opId);
    if (known === undefined && input.after !== undefined) this.#requirePoint(input.after);
    const results =
      known?.results ?? this.#rows.commit(input.ops).map((one, at) => this.#resultOf(input.ops[at], one));
    const output = { headSeq: this.#rows.headSeq, chain: this.#chainAt(this.#rows.headSeq), results };
    this.#answers.set(input.opId, output);
    this.onCommit?.('applied', input);
    return output;
  }

  #resultOf(op: Op | undefined, one: NaiveResult): OpResult {
    if (one.result !== 'conflict') return { result: one.result, state: this.#stateOf(one.id, one.state) };
    const current = this.#rows.live().find(([id]) => id === op?.entryId);
    return { ...one, current: current === undefined ? null : this.#stateOf(...current) };
  }

  #stateOf(entryId: EntryId, state: RemotePresent | null): EntryState {
    if (state === null) {
      const place = { entryId, parentId: this.topId, name: 'gone' as EntryName, mtimeMs: 0 };
      return {
        ...place,
        contentSeq: 0,
        placeSeq: 0,
        attributesSeq: 0,
        deleted: true,
        ...GONE_FILE,
      } as EntryState;
    }
    const { is: _is, versions, body, ...place } = state;
    const sized = body.kind === 'file' ? { ...body, sizeBytes: this.#sizes.get(body.contentId) ?? 0 } : body;
    return { entryId, deleted: false, ...place, ...versions, ...sized } as EntryState;
  }
}

function chunksOf(bytes: Uint8Array): ChunkRef[] {
  return bytes.length === 0 ? [] : [{ id: nodeSha256(bytes) as ChunkId, sizeBytes: bytes.length }];
}

export function contentIdOf(text: string): ContentId {
  return fileRevision(chunksOf(new TextEncoder().encode(text)), nodeSha256).revision.contentId;
}
