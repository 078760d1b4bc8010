import { CHAIN_START, chainInput } from '@tidesync/shared/chain';
import type { Chain, ContentId, EntryId, LibraryId } from '@tidesync/shared/ids';
import { topFolderOf } from '@tidesync/shared/ids';
import type { EntryState } from '@tidesync/shared/wire/entries';
import type { CommitInput, CommitOutput, Op, OpResult } from '@tidesync/shared/wire/sync';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeOp } from '../../testing/op-makers.ts';
import type { ServerWorld } from '../../testing/server-world.ts';
import { freshEntryId, freshOpId, makeServerWorld, sha256, uploadText } from '../../testing/server-world.ts';
import type { Caller } from '../caller.ts';
import { listChanges } from '../changes/list-changes.ts';
import { restoreTrash } from '../trash/restore-trash.ts';
import { listTree } from '../tree/list-tree.ts';
import { commitOps } from './commit-ops.ts';

const DEVICES = 3;
const ENTRIES = 7;
const NAMES = ['a', 'b', 'A'];

/** One operation of a script: numbers that are read as entries, folders, names and contents. */
interface ScriptedOp {
  readonly verb: Op['op'];
  readonly entry: number;
  /** The top folder is the number past the last entry. */
  readonly parent: number;
  readonly name: number;
  readonly kind: number;
}
interface ScriptedCommit {
  readonly device: number;
  /** The device looks at the library first; otherwise it acts on what it saw before. */
  readonly looks: boolean;
  readonly ops: readonly ScriptedOp[];
  /** Restores these entries from the trash instead. */
  readonly restores: readonly number[] | null;
}

const verb = fc.constantFrom<Op['op']>('create', 'write', 'retarget', 'move', 'move', 'attributes', 'delete');
/** The first four entries begin as folders, so these numbers mostly name a place where something can go. */
const parent = fc.oneof(fc.constant(ENTRIES), fc.nat(3), fc.nat(ENTRIES));
const scriptedOp: fc.Arbitrary<ScriptedOp> = fc.record({
  verb,
  entry: fc.nat(ENTRIES - 1),
  parent,
  name: fc.nat(NAMES.length - 1),
  kind: fc.nat(3),
});
const someEntries = fc.uniqueArray(fc.nat(ENTRIES - 1), { minLength: 1, maxLength: 3 });
const scriptedCommit: fc.Arbitrary<ScriptedCommit> = fc.record({
  device: fc.nat(DEVICES - 1),
  looks: fc.oneof(fc.constant(true), fc.boolean()),
  ops: fc.array(scriptedOp, { minLength: 1, maxLength: 6 }),
  restores: fc.oneof({ weight: 5, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: someEntries }),
});

let world: ServerWorld;
let devices: Caller[];

beforeAll(async () => {
  world = await makeServerWorld();
  const ann = await world.addAccount('ann@example.org', 1_000_000_000);
  const bob = await world.addAccount('bob@example.org');
  devices = [ann, await world.addDevice(ann), bob];
});
afterAll(() => world.stop());

interface Done {
  readonly caller: Caller;
  readonly input: CommitInput;
  readonly output: CommitOutput;
}

/** One library and what its devices have seen of it. */
class Run {
  readonly libraryId: LibraryId;
  readonly contents: readonly ContentId[];
  readonly entryIds: readonly EntryId[] = Array.from({ length: ENTRIES }, freshEntryId);
  readonly seenBy = Array.from({ length: DEVICES }, () => new Map<EntryId, EntryState>());
  readonly done: Done[] = [];

  constructor(libraryId: LibraryId, contents: readonly ContentId[]) {
    this.libraryId = libraryId;
    this.contents = contents;
  }

  static async begin(): Promise<Run> {
    const [ann, , bob] = devices as [Caller, Caller, Caller];
    const libraryId = await world.addLibrary(ann, freshOpId());
    await world.ports.store.transact((tx) => tx.libraries.setMember(libraryId, bob.accountId, 'editor'));
    const contents: ContentId[] = [];
    for (const text of ['', 'one']) {
      for (const caller of [ann, bob]) contents.push(await uploadText(world, caller, { libraryId, text }));
    }
    const run = new Run(libraryId, contents);
    const top = topFolderOf(libraryId);
    const ops = run.entryIds.map((entryId, index) => {
      if (index < 4) return makeOp.folder(entryId, top, `folder ${index}`);
      const name = `file ${index}`;
      return index < 6
        ? makeOp.file(entryId, { parentId: top, name, contentId: contents[0] as ContentId })
        : makeOp.symlink(entryId, { parentId: top, name, target: 'x' });
    });
    await commitOps(world.ports, ann, { libraryId, opId: freshOpId(), ops });
    return run;
  }

  journal() {
    const cursor = `${this.libraryId}.0.${CHAIN_START}`;
    return listChanges(world.ports, devices[0] as Caller, {
      libraryId: this.libraryId,
      cursor,
      limit: 2_000,
    });
  }

  /** The commit that begins after a seq; where it ends is found by asking, as cursors are checked. */
  async commitAfter(seq: number) {
    for (let lastSeq = seq + 1; ; lastSeq++) {
      const commit = await world.ports.store.read.tree.commitEndingAt(this.libraryId, lastSeq);
      if (commit !== null) return commit;
    }
  }

  tree() {
    const input = { libraryId: this.libraryId, pageToken: null, limit: 1_000 };
    return listTree(world.ports, devices[0] as Caller, input);
  }

  async play({ device, looks, ops, restores }: ScriptedCommit): Promise<void> {
    const caller = devices[device] as Caller;
    const seen = this.seenBy[device] as Map<EntryId, EntryState>;
    if (looks) for (const { state } of (await this.journal()).changes) seen.set(state.entryId, state);
    if (restores !== null) return this.restore(caller, restores);
    const { libraryId } = this;
    const input = { libraryId, opId: freshOpId(), ops: ops.map((op) => this.opOf(op, seen)) };
    const before = new Map((await this.journal()).changes.map(({ state }) => [state.entryId, state]));
    const output = await commitOps(world.ports, caller, input);
    checkBases(input.ops, output.results, before);
    this.done.push({ caller, input, output });
  }

  async restore(caller: Caller, restores: readonly number[]): Promise<void> {
    const { changes } = await this.journal();
    const known = new Set(changes.map(({ state }) => state.entryId));
    const entryIds = restores.map((index) => this.entryIds[index] as EntryId).filter((id) => known.has(id));
    if (entryIds.length === 0) return;
    const input = { libraryId: this.libraryId, opId: freshOpId(), entryIds };
    const first = await restoreTrash(world.ports, caller, input);
    const live = new Set((await this.tree()).entries.map((entry) => entry.entryId));
    for (const id of entryIds) expect(live).toContain(id);
    expect(await restoreTrash(world.ports, caller, input)).toEqual(first);
  }

  opOf({ verb, entry, parent, name, kind }: ScriptedOp, seen: ReadonlyMap<EntryId, EntryState>): Op {
    const entryId = this.entryIds[entry] as EntryId;
    const parentId = this.entryIds[parent] ?? topFolderOf(this.libraryId);
    const place = { parentId, name: NAMES[name] as string };
    const contentId = this.contents[kind] as ContentId;
    const state = seen.get(entryId) ?? unseen(entryId, parentId);
    switch (verb) {
      case 'create':
        if (kind === 0) return makeOp.file(entryId, { ...place, contentId });
        if (kind === 1) return makeOp.symlink(entryId, { ...place, target: 'x' });
        return makeOp.folder(entryId, parentId, place.name);
      case 'write':
        return makeOp.write(state, contentId);
      case 'retarget':
        return makeOp.retarget(state, place.name);
      case 'move':
        return makeOp.move(state, parentId, place.name);
      case 'attributes':
        return makeOp.attributes(state, kind === 0);
      case 'delete':
        return makeOp.remove(state);
    }
  }
}

const unseen = (entryId: EntryId, parentId: EntryId): EntryState => ({
  kind: 'folder',
  ...{ entryId, parentId, name: 'x' as EntryState['name'], deleted: false, mtimeMs: 0 },
  ...{ contentSeq: 0, placeSeq: 0, attributesSeq: 0 },
});

/** [I9] What was applied was based on the version it replaced. */
function checkBases(ops: readonly Op[], results: readonly OpResult[], before: Map<EntryId, EntryState>) {
  results.forEach((result, index) => {
    if (result.result !== 'applied') return;
    const op = ops[index] as Op;
    const was = before.get(op.entryId);
    if ('baseContentSeq' in op) expect(was?.contentSeq).toBe(op.baseContentSeq);
    if ('basePlaceSeq' in op) expect(was?.placeSeq).toBe(op.basePlaceSeq);
    if ('baseAttributesSeq' in op) expect(was?.attributesSeq).toBe(op.baseAttributesSeq);
    expect(was !== undefined && !was.deleted).toBe(op.op !== 'create');
    before.set(op.entryId, result.state);
  });
}

/** [I10] Every entry leads to the top through live folders, and no folder has a name twice. */
function checkTree(libraryId: LibraryId, entries: readonly EntryState[]) {
  const byId = new Map(entries.map((entry) => [entry.entryId, entry]));
  for (const entry of entries) {
    let steps = 0;
    for (let id = entry.parentId; id !== topFolderOf(libraryId); steps++) {
      const folder = byId.get(id);
      expect(folder?.kind, `the parent of ${entry.name}`).toBe('folder');
      expect(steps, 'a tree has no ring').toBeLessThan(entries.length);
      id = (folder as EntryState).parentId;
    }
  }
  const places = entries.map((entry) => `${entry.parentId}/${entry.name}`);
  expect(new Set(places).size).toBe(places.length);
}

/** [I11] The journal has no gap, and replaying it gives the tree. */
async function checkJournal(run: Run) {
  const { changes, cursor } = await run.journal();
  expect(changes.map((change) => change.seq)).toEqual(changes.map((_, index) => index + 1));
  const replayed = new Map(changes.map(({ state }) => [state.entryId, state]));
  const live = [...replayed.values()].filter((state) => !state.deleted);
  const tree = await run.tree();
  expect(new Map(tree.entries.map((entry) => [entry.entryId, entry]))).toEqual(
    new Map(live.map((entry) => [entry.entryId, entry])),
  );
  expect(tree.cursor).toBe(cursor);
  checkTree(run.libraryId, tree.entries);
  return changes;
}

/** The chain is what anyone can compute from the journal and the commits in it. */
async function checkChain(run: Run, changes: Awaited<ReturnType<typeof checkJournal>>) {
  let chain = CHAIN_START;
  for (let seq = 0; seq < changes.length; ) {
    const { deviceId, opId, lastSeq, ...commit } = await run.commitAfter(seq);
    const part = { libraryId: run.libraryId, deviceId, opId, firstSeq: seq + 1 };
    chain = sha256(chainInput(chain, { ...part, changes: changes.slice(seq, lastSeq) })) as Chain;
    expect(commit.chain).toBe(chain);
    seq = lastSeq;
  }
}

/** A database in a process of its own takes longer for each. */
const RUNS = process.env.TIDESYNC_TEST_STORE === 'tidb' ? 6 : 60;

test('[C20] any sequence of commits from several devices keeps the laws of a library', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(scriptedCommit, { minLength: 1, maxLength: 14 }), async (script) => {
      const run = await Run.begin();
      for (const scripted of script) {
        await run.play(scripted);
        await checkJournal(run);
      }
      const changes = await checkJournal(run);
      await checkChain(run, changes);
      // [I8] Sent again, in any order, every commit gets the answer it got, and nothing more happens.
      for (const { caller, input, output } of run.done.toReversed()) {
        expect(await commitOps(world.ports, caller, input)).toEqual(output);
      }
      expect((await run.journal()).changes).toEqual(changes);
    }),
    { numRuns: RUNS },
  );
}, 120_000);
