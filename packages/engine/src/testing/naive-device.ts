import { absurd, assert } from '@tidesync/shared/brand';
import { OPEN_POLICY } from '@tidesync/shared/file-policy';
import type { ContentId, EntryId } from '@tidesync/shared/ids';
import type { EntryName } from '@tidesync/shared/names';
import type { Op } from '@tidesync/shared/wire/sync';
import { agreeOn, localAsSaid } from '../core/agree.ts';
import { decide } from '../core/decide.ts';
import type { LocalPresent, LocalState, Place, RemotePresent, Stamp } from '../core/entry.ts';
import { LOCAL_ABSENT, REMOTE_ABSENT, sameContent, samePlace } from '../core/entry.ts';
import { excludedIn, leavingOf } from '../core/excluded.ts';
import type { NameRules } from '../core/name-rules.ts';
import { canExistHere, EXACT_NAMES, foldName } from '../core/name-rules.ts';
import type { LocalStep, Plan, PlanContext } from '../core/plan.ts';
import { planRound } from '../core/plan-round.ts';
import type { Trees } from '../core/trees.ts';
import { MemoryTrees, TOP_ID } from './memory-trees.ts';
import type { NaiveResult, NaiveServer } from './naive-server.ts';

interface Sent {
  readonly ops: readonly { readonly op: Op; readonly local: LocalState; readonly result: NaiveResult }[];
}

export interface DeviceOptions {
  readonly name: string;
  readonly rules?: NameRules;
  readonly mayWrite?: boolean;
}

/** How much of a plan reaches the server, and whether the answer comes back at once. */
export interface ActOptions {
  /** Every so manieth entry gets no step: it is in work, or unknown to the scan. */
  readonly frozenEvery?: number;
  readonly opsMax?: number;
  readonly answerLost?: boolean;
}

/**
 * One device whose disk is its local tree. It does what a plan says, one step after the other, and refuses (as a
 * broken invariant) every step that a real disk would refuse.
 */
export class NaiveDevice {
  readonly trees = new MemoryTrees();
  /** Bytes on the disk that no scan has read yet. */
  readonly unread = new Map<EntryId, ContentId>();
  readonly trash: ContentId[] = [];
  /** Folders that this device leaves out. */
  readonly excluded = new Set<EntryId>();
  readonly refused: NaiveResult[] = [];
  readonly name: string;
  readonly rules: NameRules;
  readonly #mayWrite: boolean;
  readonly #server: NaiveServer;
  readonly #staged = new Set<ContentId>();
  #sent: Sent | null = null;
  #pulledSeq = 0;
  #made = 0;
  #stamps = 0;

  constructor(server: NaiveServer, { name, rules = EXACT_NAMES, mayWrite = true }: DeviceOptions) {
    this.#server = server;
    this.name = name;
    this.rules = rules;
    this.#mayWrite = mayWrite;
  }

  freshId(): EntryId {
    this.#made += 1;
    return `${this.name}-${String(this.#made).padStart(6, '0')}` as EntryId;
  }

  freshStamp(): Stamp {
    this.#stamps += 1;
    const tick = String(this.#stamps);
    return { inode: tick, birthtimeNs: tick, sizeBytes: 0, mtimeNs: tick, ctimeNs: tick };
  }

  /** Each context draws the same ids, so that a plan can be drawn twice and compared. */
  context(frozenEvery = 0): PlanContext {
    let drawn = 0;
    const isExcluded = excludedIn(this.trees, this.excluded);
    return {
      files: OPEN_POLICY,
      mayWrite: this.#mayWrite,
      label: { deviceName: this.name, today: '2026-03-01' },
      rules: this.rules,
      isStaged: (contentId) => this.#staged.has(contentId),
      isFrozen: (id) => frozenEvery > 0 && this.trees.ids().indexOf(id) % frozenEvery === 0,
      isMasked: () => false,
      isExcluded,
      leaving: leavingOf(this.trees, { folders: this.excluded, isExcluded }),
      mayDelete: () => true,
      newEntryId: () => `${this.name}-${String(this.#made + ++drawn).padStart(6, '0')}` as EntryId,
    };
  }

  plan(trees: Trees = this.trees, frozenEvery = 0): Plan {
    return planRound(trees, this.context(frozenEvery));
  }

  /** What a round does before it plans: answers that were lost are looked up, then what is new is pulled. */
  catchUp(): void {
    if (this.#sent !== null) this.#record(this.#sent);
    this.#sent = null;
    for (const { id, state } of this.#server.changesAfter(this.#pulledSeq)) {
      this.trees.set(id, { ...this.trees.get(id), remote: state ?? REMOTE_ABSENT });
    }
    this.#pulledSeq = this.#server.headSeq;
  }

  act(plan: Plan, { opsMax = Number.POSITIVE_INFINITY, answerLost = false }: ActOptions = {}): void {
    for (const { from, to } of plan.rebinds) this.#rebind(from, to);
    for (const id of plan.agreed) this.#agree(id);
    for (const id of plan.reads) this.#read(id);
    for (const id of plan.proofs) this.#prove(id);
    for (const { contentId } of plan.uploads) {
      this.#server.stage(contentId);
      this.#staged.add(contentId);
    }
    for (const step of plan.local) this.#step(step);
    for (const id of plan.fetches) this.#fetch(id);
    this.#commit(plan.ops.slice(0, opsMax), answerLost);
    for (const step of plan.local) if (step.do === 'park') this.#requirePlaced(step);
  }

  round(options: ActOptions = {}): Plan {
    this.catchUp();
    const plan = this.plan(this.trees, options.frozenEvery);
    this.act(plan, options);
    return plan;
  }

  #commit(ops: readonly Op[], answerLost: boolean): void {
    if (ops.length === 0) return;
    const results = this.#server.commit(ops);
    const sent: Sent = {
      ops: ops.map((op, index) => ({
        op,
        local: this.trees.get(op.entryId).local,
        result: results[index] as NaiveResult,
      })),
    };
    this.refused.push(...results.filter(({ result }) => result === 'conflict'));
    if (answerLost) this.#sent = sent;
    else this.#record(sent);
  }

  #record({ ops }: Sent): void {
    for (const { op, local, result } of ops) {
      if (result.result === 'adopted') this.#rebind(op.entryId, result.id);
      if (result.result === 'conflict') continue;
      const id = result.id;
      const triple = this.trees.get(id);
      const { state } = result;
      if (state === null) {
        this.trees.set(id, { base: null, local: triple.local, remote: REMOTE_ABSENT });
        continue;
      }
      const base = local.is === 'present' ? agreeOn(triple.base, localAsSaid(op, local), state) : triple.base;
      this.trees.set(id, { ...triple, base, remote: state });
    }
  }

  #rebind(from: EntryId, to: EntryId): void {
    this.trees.rename(from, to);
    const bytes = this.unread.get(from);
    this.unread.delete(from);
    if (bytes !== undefined) this.unread.set(to, bytes);
  }

  #agree(id: EntryId): void {
    const triple = this.trees.get(id);
    const { base, local, remote } = triple;
    if (local.is === 'present' && remote.is === 'present') {
      this.trees.set(id, { ...triple, base: agreeOn(base, local, remote) });
    } else if (local.is === 'absent' && remote.is === 'absent') {
      this.trees.set(id, { base: null, local: LOCAL_ABSENT, remote });
    }
  }

  #read(id: EntryId): void {
    const { local } = this.trees.get(id);
    const contentId = this.unread.get(id);
    assert(local.is === 'present' && local.body.kind === 'file', 'only files are read');
    assert(contentId !== undefined, 'unread bytes are on the disk');
    this.unread.delete(id);
    this.#setLocal(id, {
      ...local,
      body: { ...local.body, contentId, sizeBytes: contentId.length },
    });
  }

  #prove(id: EntryId): void {
    assert(this.trees.get(id).local.is === 'absent', 'only an absence is proved');
    this.#setLocal(id, LOCAL_ABSENT);
  }

  #step(step: LocalStep): void {
    switch (step.do) {
      case 'makeFolder':
      case 'makeSymlink':
        this.#make(step.id, step.to);
        break;
      case 'move':
      case 'park':
        this.#move(step.id, step.to);
        break;
      case 'trash':
        this.#trash(step.id);
        break;
      case 'drop':
        this.#drop(step.id);
        break;
      case 'setAside':
        this.#setAside(step);
        break;
      case 'setAttributes':
        this.#setAttributes(step.id);
        break;
      case 'retarget':
        this.#retarget(step.id, step.target);
        break;
      default:
        absurd(step);
    }
  }

  #make(id: EntryId, { parentId, name }: Place): void {
    const to: Place = { parentId, name };
    const { local } = this.trees.get(id);
    const remote = this.#remote(id);
    assert(local.is === 'absent', 'what is made is not there yet');
    this.#requireRoom(id, to);
    const { body, mtimeMs } = remote;
    this.#setLocal(id, {
      is: 'present',
      ...to,
      localName: to.name,
      body,
      mtimeMs,
      stamp: this.freshStamp(),
    });
    this.#agree(id);
  }

  #move(id: EntryId, { parentId, name }: Place): void {
    const local = this.#present(id);
    this.#requireRoom(id, { parentId, name });
    assert(!this.#isWithin(parentId, id), 'a folder is not moved into itself');
    this.#setLocal(id, { ...local, parentId, name, localName: name });
    this.#agree(id);
  }

  #trash(id: EntryId): void {
    const { body } = this.#present(id);
    assert(this.trees.localChildren(id).length === 0, 'only an empty folder goes');
    if (body.kind === 'file' && body.contentId !== null) this.trash.push(body.contentId);
    this.trees.set(id, { ...this.trees.get(id), base: null, local: LOCAL_ABSENT });
  }

  /** Only what the server has, and only what nobody has changed. */
  #drop(id: EntryId): void {
    const { base, local } = this.trees.get(id);
    this.#remote(id);
    assert(base !== null, 'what is dropped was agreed on');
    assert(
      local.is === 'absent' || sameContent(local.body, base.body),
      'nothing is dropped but what was agreed on',
    );
    assert(this.trees.localChildren(id).length === 0, 'only an empty folder goes');
    this.trees.set(id, { ...this.trees.get(id), base: null, local: LOCAL_ABSENT });
  }

  #setAside({ id, name, copyId }: Extract<LocalStep, { do: 'setAside' }>): void {
    const local = this.#present(id);
    this.#requireRoom(id, { parentId: local.parentId, name });
    const aside: LocalPresent = { ...local, name, localName: name };
    if (copyId === null) {
      this.#setLocal(id, aside);
      return;
    }
    this.#made += 1;
    this.trees.set(id, { base: null, local: LOCAL_ABSENT, remote: this.trees.get(id).remote });
    this.trees.set(copyId, { base: null, local: aside, remote: REMOTE_ABSENT });
  }

  #setAttributes(id: EntryId): void {
    const local = this.#present(id);
    const { body, mtimeMs } = this.#remote(id);
    assert(local.body.kind === 'file' && body.kind === 'file', 'only files have attributes');
    this.#setLocal(id, {
      ...local,
      body: { ...local.body, executable: body.executable },
      mtimeMs,
      stamp: this.freshStamp(),
    });
    this.#agree(id);
  }

  #retarget(id: EntryId, target: string): void {
    const local = this.#present(id);
    assert(local.body.kind === 'symlink', 'only links are retargeted');
    this.#setLocal(id, { ...local, body: { kind: 'symlink', target }, stamp: this.freshStamp() });
    this.#agree(id);
  }

  #fetch(id: EntryId): void {
    const triple = this.trees.get(id);
    const { local } = triple;
    const { body, mtimeMs } = this.#remote(id);
    assert(body.kind === 'file', 'only files are fetched');
    if (local.is === 'absent') {
      this.#make(id, this.#remote(id));
      return;
    }
    assert(local.body.kind === 'file', 'an entry keeps its kind');
    const decision = decide(triple);
    const keeps = decision.is === 'merge' && decision.attributes === 'push';
    const attributes = keeps
      ? { executable: local.body.executable, mtimeMs: local.mtimeMs }
      : { executable: body.executable, mtimeMs };
    this.#setLocal(id, {
      ...local,
      body: { ...body, executable: attributes.executable },
      mtimeMs: attributes.mtimeMs,
      stamp: this.freshStamp(),
    });
    this.#agree(id);
  }

  #requirePlaced({ id, to }: Extract<LocalStep, { do: 'park' }>): void {
    assert(!samePlace(this.#present(id), to), 'what was parked has come out');
  }

  #requireRoom(id: EntryId, { parentId, name }: Place): void {
    const parent = this.trees.get(parentId).local;
    const parentIsFolder = parent.is === 'present' && parent.body.kind === 'folder';
    assert(parentId === TOP_ID || parentIsFolder, 'the folder is there');
    assert(canExistHere(this.rules, name), 'the disk takes the name');
    assert(!this.holdsName({ parentId, name }, id), 'the name is free');
  }

  /** True if an entry other than `id` holds the name, as this disk compares names. */
  holdsName({ parentId, name }: Place, id: EntryId | null): boolean {
    const fold = (text: EntryName) => foldName(this.rules, text);
    return this.trees.localChildren(parentId).some((child) => {
      const { local } = this.trees.get(child);
      return child !== id && local.is === 'present' && fold(local.localName) === fold(name);
    });
  }

  #isWithin(inner: EntryId, outer: EntryId): boolean {
    for (let at = inner; at !== TOP_ID; ) {
      if (at === outer) return true;
      at = this.#present(at).parentId;
    }
    return false;
  }

  #setLocal(id: EntryId, local: LocalState): void {
    this.trees.set(id, { ...this.trees.get(id), local });
  }
  #present(id: EntryId): LocalPresent {
    const { local } = this.trees.get(id);
    assert(local.is === 'present', 'the entry is here');
    return local;
  }
  #remote(id: EntryId): RemotePresent {
    const { remote } = this.trees.get(id);
    assert(remote.is === 'present', 'the entry is there');
    return remote;
  }
}
