import { absurd, assert } from '@tidesync/shared/brand';
import type { ContentId, EntryId } from '@tidesync/shared/ids';
import type { ConflictReason, Op } from '@tidesync/shared/wire/sync';
import type { Body, Place, RemotePresent, Versions } from '../core/entry.ts';
import { TOP_ID } from './memory-trees.ts';

/** What became of one operation, and the state it left (or met). */
export type NaiveResult =
  | { readonly result: 'applied' | 'adopted'; readonly id: EntryId; readonly state: RemotePresent | null }
  | { readonly result: 'conflict'; readonly reason: ConflictReason };

interface Row {
  readonly state: RemotePresent;
  readonly deleted: boolean;
  readonly changedSeq: number;
}

type OpOf<Kind extends Op['op']> = Extract<Op, { op: Kind }>;

/** One library with the meaning of `sync.commit`, written to be obvious: an oracle for the planner's tests. */
export class NaiveServer {
  readonly #rows = new Map<EntryId, Row>();
  readonly #staged = new Set<ContentId>();
  readonly #topId: EntryId;
  #seq = 0;

  constructor(topId: EntryId = TOP_ID) {
    this.#topId = topId;
  }

  get headSeq(): number {
    return this.#seq;
  }

  stage(contentId: ContentId): void {
    this.#staged.add(contentId);
  }

  commit(ops: readonly Op[]): NaiveResult[] {
    return ops.map((op) => this.#apply(op));
  }

  /** Every entry that a commit after `seq` touched; null state: deleted. */
  changesAfter(seq: number): { readonly id: EntryId; readonly state: RemotePresent | null }[] {
    return [...this.#rows]
      .filter(([, row]) => row.changedSeq > seq)
      .sort(([, a], [, b]) => a.changedSeq - b.changedSeq)
      .map(([id, row]) => ({ id, state: row.deleted ? null : row.state }));
  }

  live(): [EntryId, RemotePresent][] {
    return [...this.#rows].filter(([, row]) => !row.deleted).map(([id, row]) => [id, row.state]);
  }

  #apply(op: Op): NaiveResult {
    switch (op.op) {
      case 'create':
        return this.#create(op);
      case 'write':
        return this.#write(op);
      case 'retarget':
        return this.#retarget(op);
      case 'move':
        return this.#move(op);
      case 'attributes':
        return this.#setAttributes(op);
      case 'delete':
        return this.#delete(op);
      default:
        return absurd(op);
    }
  }

  #create(op: OpOf<'create'>): NaiveResult {
    const { entryId, parentId, name, mtimeMs } = op;
    const old = this.#rows.get(entryId);
    if (old && (!old.deleted || old.state.body.kind !== op.body.kind)) return conflict('exists');
    if (!this.#isFolder(parentId)) return conflict('parent');
    const holder = this.#at({ parentId, name });
    if (holder !== null) {
      const state = this.#live(holder);
      const bothFolders = op.body.kind === 'folder' && state?.body.kind === 'folder';
      return bothFolders ? { result: 'adopted', id: holder, state } : conflict('nameTaken');
    }
    const seq = ++this.#seq;
    const versions: Versions = { contentSeq: seq, placeSeq: seq, attributesSeq: seq };
    return this.#put(entryId, {
      is: 'present',
      parentId,
      name,
      mtimeMs,
      versions,
      body: this.#bodyOf(op.body),
    });
  }

  #write(op: OpOf<'write'>): NaiveResult {
    const state = this.#live(op.entryId);
    if (state === null || state.body.kind !== 'file') return conflict('missing');
    if (state.versions.contentSeq !== op.baseContentSeq) return conflict('version');
    const seq = ++this.#seq;
    const attributesSeq = op.mtimeMs === state.mtimeMs ? state.versions.attributesSeq : seq;
    const body = this.#bodyOf({
      kind: 'file',
      contentId: op.contentId,
      executable: state.body.executable,
    });
    const versions = { ...state.versions, contentSeq: seq, attributesSeq };
    return this.#put(op.entryId, { ...state, body, mtimeMs: op.mtimeMs, versions });
  }

  #retarget(op: OpOf<'retarget'>): NaiveResult {
    const state = this.#live(op.entryId);
    if (state === null || state.body.kind !== 'symlink') return conflict('missing');
    if (state.versions.contentSeq !== op.baseContentSeq) return conflict('version');
    const versions = { ...state.versions, contentSeq: ++this.#seq };
    const body: Body = { kind: 'symlink', target: op.target };
    return this.#put(op.entryId, { ...state, body, mtimeMs: op.mtimeMs, versions });
  }

  #move({ entryId, basePlaceSeq, parentId, name }: OpOf<'move'>): NaiveResult {
    const state = this.#live(entryId);
    if (state === null) return conflict('missing');
    if (state.versions.placeSeq !== basePlaceSeq) return conflict('version');
    if (!this.#isFolder(parentId)) return conflict('parent');
    if (this.#isWithin(parentId, entryId)) return conflict('cycle');
    const holder = this.#at({ parentId, name });
    if (holder !== null && holder !== entryId) return conflict('nameTaken');
    const versions = { ...state.versions, placeSeq: ++this.#seq };
    return this.#put(entryId, { ...state, parentId, name, versions });
  }

  #setAttributes(op: OpOf<'attributes'>): NaiveResult {
    const state = this.#live(op.entryId);
    if (state === null || state.body.kind !== 'file') return conflict('missing');
    if (state.versions.attributesSeq !== op.baseAttributesSeq) return conflict('version');
    const versions = { ...state.versions, attributesSeq: ++this.#seq };
    const body = { ...state.body, executable: op.executable };
    return this.#put(op.entryId, { ...state, body, mtimeMs: op.mtimeMs, versions });
  }

  #delete({ entryId, baseContentSeq, basePlaceSeq }: OpOf<'delete'>): NaiveResult {
    const state = this.#live(entryId);
    if (state === null) return conflict('missing');
    const { contentSeq, placeSeq } = state.versions;
    if (contentSeq !== baseContentSeq || placeSeq !== basePlaceSeq) return conflict('version');
    if (this.live().some(([, child]) => child.parentId === entryId)) return conflict('notEmpty');
    this.#rows.set(entryId, { state, deleted: true, changedSeq: ++this.#seq });
    return { result: 'applied', id: entryId, state: null };
  }

  #put(id: EntryId, state: RemotePresent): NaiveResult {
    this.#rows.set(id, { state, deleted: false, changedSeq: this.#seq });
    return { result: 'applied', id, state };
  }

  #bodyOf(body: OpOf<'create'>['body']): Body {
    if (body.kind !== 'file') return body;
    assert(this.#staged.has(body.contentId), 'content is named in a commit only when it is staged');
    return { ...body, sizeBytes: body.contentId.length };
  }

  #live(id: EntryId): RemotePresent | null {
    const row = this.#rows.get(id);
    return row === undefined || row.deleted ? null : row.state;
  }

  #isFolder(id: EntryId): boolean {
    return id === this.#topId || this.#live(id)?.body.kind === 'folder';
  }

  #at(place: Place): EntryId | null {
    const found = this.live().find(([, s]) => s.parentId === place.parentId && s.name === place.name);
    return found?.[0] ?? null;
  }

  #isWithin(inner: EntryId, outer: EntryId): boolean {
    for (let at: EntryId = inner; at !== this.#topId; ) {
      if (at === outer) return true;
      const state = this.#live(at);
      if (state === null) return false;
      at = state.parentId;
    }
    return false;
  }
}

function conflict(reason: ConflictReason): NaiveResult {
  return { result: 'conflict', reason };
}
