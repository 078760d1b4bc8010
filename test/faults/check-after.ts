// What has to be true when everything is up again, whatever was killed when.

import assert from 'node:assert/strict';
import { openTidbStore } from '@tidesync/server/adapters/database/store-tidb';
import type { Store } from '@tidesync/server/ports/store';
import { memoryObjects } from '@tidesync/server/testing/memory-objects';
import { sha256 } from '@tidesync/server/testing/server-world';
import { pagesOf } from '@tidesync/server/use-cases/moving/live-source';
import { recountQuotas } from '@tidesync/server/use-cases/quotas/recount-quotas';
import { expireUploads } from '@tidesync/server/use-cases/uploads/expire-uploads';
import { CHAIN_START, chainInput } from '@tidesync/shared/chain';
import type { Chain, ContentId, DeviceId, LibraryId, OpId } from '@tidesync/shared/ids';
import { limits } from '@tidesync/shared/limits';
import type { Change, EntryState } from '@tidesync/shared/wire/entries';
import type { TreePage } from '@tidesync/shared/wire/sync';
import type { FaultClient } from './fault-client.ts';
import type { Ledger } from './ledger.ts';

interface CommitRow {
  readonly libraryId: LibraryId;
  readonly firstSeq: number;
  readonly lastSeq: number;
  readonly deviceId: DeviceId | null;
  readonly opId: OpId;
  readonly chain: Chain;
}
interface Journal {
  readonly changes: readonly Change[];
  readonly commits: readonly CommitRow[];
}

export interface AfterParts {
  readonly databaseUrl: string;
  readonly ledger: Ledger;
  /** May read every library. */
  readonly client: FaultClient;
  readonly libraryIds: readonly LibraryId[];
}

/** Errors: an AssertionError that says what does not hold. */
export async function checkAfter({ databaseUrl, ledger, client, libraryIds }: AfterParts): Promise<void> {
  const store = await openTidbStore({ url: databaseUrl });
  try {
    const rows = await commitRows(store);
    for (const libraryId of libraryIds) {
      const commits = rows.filter((row) => row.libraryId === libraryId);
      const journal = { commits, changes: await changesOf(client, libraryId) };
      await checkChain(store, libraryId, journal);
      checkAnswers(ledger, libraryId, journal);
      noteAbandoned(ledger, libraryId, journal);
      await checkTree(client, ledger, libraryId);
    }
    await askAgain(ledger);
    await checkContents(client, ledger, libraryIds);
    await checkQuotas(store);
  } finally {
    await store.close();
  }
}

async function commitRows(store: Store): Promise<CommitRow[]> {
  const rows: CommitRow[] = [];
  for await (const page of pagesOf(store.read.rows, { table: 'commits', libraryId: null }, null)) {
    rows.push(...(page as unknown as CommitRow[]));
  }
  const opIds = rows.map(({ deviceId, opId }) => `${deviceId} ${opId}`);
  assert.equal(new Set(opIds).size, opIds.length, 'no commit is in the journal twice');
  return rows.sort((a, b) => a.firstSeq - b.firstSeq);
}

async function changesOf(client: FaultClient, libraryId: LibraryId): Promise<Change[]> {
  const changes: Change[] = [];
  for (let cursor = `${libraryId}.0.${CHAIN_START}`; ; ) {
    const at = cursor;
    const page = await client.ask((server) => server.changes(libraryId, at));
    changes.push(...page.changes);
    cursor = page.cursor;
    if (!page.more) return changes;
  }
}

async function checkChain(store: Store, libraryId: LibraryId, { commits, changes }: Journal): Promise<void> {
  changes.forEach(({ seq }, index) => {
    assert.equal(seq, index + 1, 'the journal has no gaps');
  });
  let [seq, chain] = [0, CHAIN_START];
  for (const commit of commits) {
    assert.equal(commit.firstSeq, seq + 1, 'commits follow each other without gaps');
    const own = changes.slice(commit.firstSeq - 1, commit.lastSeq);
    chain = sha256(chainInput(chain, { ...commit, changes: own })) as Chain;
    assert.equal(commit.chain, chain, `the chain at ${commit.lastSeq} is what its commits make`);
    seq = commit.lastSeq;
  }
  const library = await store.read.libraries.byId(libraryId);
  assert.deepEqual([library?.headSeq, seq], [changes.length, changes.length], 'the head is the last change');
}

/** Each answer is what the journal holds under its id, and nothing that was not answered as applied is there. */
function checkAnswers(ledger: Ledger, libraryId: LibraryId, { commits, changes }: Journal): void {
  const byOpId = new Map(commits.map((commit) => [commit.opId, commit]));
  for (const { input, output } of ledger.answered) {
    if (input.libraryId !== libraryId) continue;
    const applied = output.results.flatMap((one) => (one.result === 'applied' ? [one.state] : []));
    const commit = byOpId.get(input.opId);
    byOpId.delete(input.opId);
    if (applied.length === 0) {
      assert.equal(commit, undefined, 'a commit of which nothing was applied is not in the journal');
      continue;
    }
    assert.ok(commit, `the answered commit ${input.opId} is in the journal`);
    const states = changes.slice(commit.firstSeq - 1, commit.lastSeq).map(({ state }) => state);
    assert.deepEqual(states, applied, 'the journal holds what was answered');
    assert.deepEqual([output.headSeq, output.chain], [commit.lastSeq, commit.chain]);
  }
  for (const { opId } of ledger.abandoned) byOpId.delete(opId);
  assert.deepEqual([...byOpId.keys()], [], 'nothing is in the journal that nobody sent');
}

/** All of an abandoned commit or nothing; what is there counts from now on. */
function noteAbandoned(ledger: Ledger, libraryId: LibraryId, { commits, changes }: Journal): void {
  const byOpId = new Map(commits.map((commit) => [commit.opId, commit]));
  for (const { opId, ops } of ledger.abandoned) {
    const commit = byOpId.get(opId);
    if (commit === undefined) continue;
    assert.equal(commit.lastSeq - commit.firstSeq + 1, ops.length, 'a commit is applied as a whole');
    const own = changes.slice(commit.firstSeq - 1, commit.lastSeq);
    for (const { state } of own) ledger.noteState(libraryId, state);
  }
}

async function checkTree(client: FaultClient, ledger: Ledger, libraryId: LibraryId): Promise<void> {
  const listed: EntryState[] = [];
  for (let pageToken: string | null = null; ; ) {
    const at: string | null = pageToken;
    const page: TreePage = await client.ask((server) => server.tree(libraryId, at));
    listed.push(...page.entries);
    pageToken = page.nextPageToken;
    if (pageToken === null) break;
  }
  const byId = (a: EntryState, b: EntryState) => (a.entryId < b.entryId ? -1 : 1);
  assert.deepEqual(listed.sort(byId), ledger.live(libraryId).sort(byId), 'the tree is what was answered');
}

async function askAgain(ledger: Ledger): Promise<void> {
  for (const { client, input, output } of ledger.answered) {
    const again = await client.ask((server) => server.commit(input));
    assert.deepEqual(again, output, `commit ${input.opId} is answered again as it was`);
  }
}

/** Every content that an answer named, down to its bytes. */
async function checkContents(
  client: FaultClient,
  ledger: Ledger,
  libraryIds: readonly LibraryId[],
): Promise<void> {
  for (const libraryId of libraryIds) {
    for (const part of inParts(contentsNamed(ledger, libraryId), 50)) {
      await checkPart(client, ledger, { libraryId, part });
    }
  }
}

function contentsNamed(ledger: Ledger, libraryId: LibraryId): ContentId[] {
  const results = ledger.answered.flatMap(({ input, output }) =>
    input.libraryId === libraryId ? output.results : [],
  );
  const named = results.flatMap((one) =>
    one.result === 'applied' && one.state.kind === 'file' ? [one.state.contentId] : [],
  );
  return [...new Set(named)];
}

async function checkPart(
  client: FaultClient,
  ledger: Ledger,
  { libraryId, part }: { readonly libraryId: LibraryId; readonly part: readonly ContentId[] },
): Promise<void> {
  const revisions = await client.ask((server) => server.revisions(libraryId, part));
  assert.deepEqual(new Set(revisions.map(({ contentId }) => contentId)), new Set(part), 'all are there');
  const ids = [...new Set(revisions.flatMap(({ refs }) => refs.map(({ id }) => id)))];
  const locations = await client.ask((server) => server.locate(libraryId, ids));
  const located = new Map(locations.map((location) => [location.chunkId, location]));
  const packIds = [...new Set(locations.map(({ packId }) => packId))];
  const signed = await client.ask((server) => server.signDownloads(libraryId, packIds));
  const urls = new Map(signed.map((one) => [one.packId, one]));
  for (const { contentId, refs } of revisions) {
    const wanted = (ledger.contents.get(contentId) ?? []).map(({ ref }) => ref);
    assert.deepEqual(refs, wanted, `content ${contentId} has the chunks it was sent with`);
  }
  for (const id of ids) {
    const location = located.get(id);
    assert.ok(location, `chunk ${id} has a place`);
    const url = urls.get(location.packId);
    assert.ok(url, `pack ${location.packId} has an address`);
    const range = { offset: location.offset, length: location.storedBytes };
    const bytes = await client.ask((_server, objects) => objects.getRange(url, range, client.signal));
    assert.ok(bytes !== 'expired' && sha256(bytes) === id, `chunk ${id} has the bytes of its name`);
  }
}

function inParts<T>(values: readonly T[], size: number): T[][] {
  const parts: T[][] = [];
  for (let at = 0; at < values.length; at += size) parts.push(values.slice(at, at + size));
  return parts;
}

/** No drift, now and when all uploads have expired; then nothing is held any more. */
async function checkQuotas(store: Store): Promise<void> {
  const random = { bytes: () => new Uint8Array(16) };
  const clock = { nowMs: () => Date.now() + limits.uploadLifeMs + 60_000 };
  const ports = { store, clock, random };
  const drifts = async () => (await recountQuotas(ports, { actor: 'server', dryRun: true })).drifts;
  assert.deepEqual(await drifts(), [], 'quotas are exact');
  // Objects of its own, so that none of the real ones is removed.
  await expireUploads({ store, clock, objectStore: memoryObjects() });
  assert.deepEqual(await drifts(), [], 'quotas are exact after all uploads have expired');
  for (const accountId of await store.read.recount.accountIds({ afterId: null, limit: 100 })) {
    const account = await store.read.accounts.byId(accountId);
    assert.equal(account?.reservedBytes, 0, 'nothing is held on an account');
  }
  for (const libraryId of await store.read.recount.libraryIds({ afterId: null, limit: 100 })) {
    const library = await store.read.libraries.byId(libraryId);
    assert.equal(library?.reservedBytes, 0, 'nothing is held in a library');
  }
}
