// `npm run bench:foreign -- [--pairs 5000] [--tidb] [--only WORDS]`: how long a server takes to answer somebody who asks for what another account
// has, against the same question about what nobody has: in pairs, one right after the other, in an order that a coin
// decides, over HTTP. What there is to learn from the time of an answer is the gap between the two. With `--tidb` the
// server's metadata are in a TiDB of its own, otherwise in SQLite; with `--only`, just the questions that have these words.

import { createHash, randomBytes, randomInt, randomUUID } from 'node:crypto';
import { parseArgs } from 'node:util';
import { EMBEDDED_SETTINGS } from '@tidesync/server/settings/server-settings';
import type { Device } from '@tidesync/server/testing/test-server';
import { startTestServer } from '@tidesync/server/testing/test-server';
import { fileRevision } from '@tidesync/shared/chunk-list';
import type { ChunkId, ContentId, EntryId, LibraryId, OpId, PackId, UploadId } from '@tidesync/shared/ids';
import { topFolderOf } from '@tidesync/shared/ids';
import type { EntryName } from '@tidesync/shared/names';
import type { PackEntry } from '@tidesync/shared/pack-format';
import { encodePackEnd } from '@tidesync/shared/pack-format';
import { parseProblem } from '@tidesync/shared/problems';
import { TRPCClientError } from '@trpc/client';
import { startTidb } from '../../test/servers/start-servers.ts';

const { values } = parseArgs({
  options: {
    pairs: { type: 'string', default: '5000' },
    tidb: { type: 'boolean', default: false },
    only: { type: 'string', default: '' },
  },
});
const pairs = Number(values.pairs);
const WARM_UP = 200;
/** Of chunks in one call, where many are asked for at once. */
const AT_ONCE = 1_000;
const CHUNK_BYTES = 64;
/** Of the normal distribution: 19 of 20 lie within so many standard deviations. */
const NINETEEN_OF_TWENTY = 1.96;

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const someHash = () => randomBytes(32).toString('hex');

/** What one may ask for. */
interface Stock {
  readonly chunkIds: readonly ChunkId[];
  readonly contentIds: readonly ContentId[];
  readonly packIds: readonly PackId[];
}

async function newLibrary({ client }: Device): Promise<LibraryId> {
  const libraryId = randomUUID() as LibraryId;
  await client.libraries.create.mutate({ libraryId, name: 'Library' });
  return libraryId;
}

async function beginUpload({ client }: Device, libraryId: LibraryId): Promise<UploadId> {
  const uploadId = randomUUID() as UploadId;
  await client.uploads.begin.mutate({ uploadId, libraryId });
  return uploadId;
}

/** Sends a pack of as many chunks, each a content of its own. */
async function store(owner: Device, { url, count }: { url: string; count: number }): Promise<Stock> {
  const { client } = owner;
  const uploadId = await beginUpload(owner, await newLibrary(owner));
  const chunks = Array.from({ length: count }, () => randomBytes(CHUNK_BYTES));
  const entries = chunks.map((bytes, index): PackEntry => {
    const chunkId = sha256(bytes) as ChunkId;
    const stored = { storedBytes: CHUNK_BYTES, plainBytes: CHUNK_BYTES, codec: 'plain' as const };
    return { chunkId, offset: index * CHUNK_BYTES, ...stored, storedSha256: chunkId };
  });
  const refs = entries.map(({ chunkId }) => ({ id: chunkId, sizeBytes: CHUNK_BYTES }));
  await client.uploads.missing.mutate({ uploadId, chunks: refs });
  const pack = Buffer.concat([...chunks, encodePackEnd(entries, (text) => new TextEncoder().encode(text))]);
  const packs = [{ sha256: sha256(pack), sizeBytes: pack.length }];
  const [signed] = (await client.uploads.sign.mutate({ uploadId, packs })).packs;
  if (signed === undefined) throw new Error('nothing was signed');
  const put = await fetch(url + signed.url, { method: 'PUT', headers: signed.headers, body: pack });
  if (put.status !== 200) throw new Error(`the store answers ${put.status}`);
  await client.uploads.seal.mutate({ uploadId, packs: [{ packId: signed.packId, entries }] });
  const revisions = refs.map((ref) => {
    const { revision } = fileRevision([ref], sha256);
    return { ...revision, refs: [...revision.refs] };
  });
  for (let from = 0; from < revisions.length; from += 100)
    await client.uploads.stage.mutate({ uploadId, lists: [], revisions: revisions.slice(from, from + 100) });
  return {
    chunkIds: refs.map(({ id }) => id),
    contentIds: revisions.map(({ contentId }) => contentId),
    packIds: [signed.packId],
  };
}

const nobodys = (count: number): Stock => ({
  chunkIds: Array.from({ length: count }, () => someHash() as ChunkId),
  contentIds: Array.from({ length: count }, () => someHash() as ContentId),
  packIds: [randomUUID() as PackId],
});

/** What is asked `n` times of either. */
interface Question {
  readonly what: string;
  readonly times: number;
  readonly ask: (of: Stock, n: number) => Promise<unknown>;
}

const nth = <T>(all: readonly T[], n: number): T => all[n % all.length] as T;

async function questionsOf(asker: Device): Promise<Question[]> {
  const { client } = asker;
  const libraryId = await newLibrary(asker);
  const uploadId = await beginUpload(asker, libraryId);
  /** What is reserved by now counts the questions before. */
  const missing = async (ids: readonly ChunkId[]) => {
    const chunks = ids.map((id) => ({ id, sizeBytes: CHUNK_BYTES }));
    return (await client.uploads.missing.mutate({ uploadId, chunks })).missing;
  };
  const commit = ({ contentIds }: Stock, n: number) => {
    const body = { kind: 'file' as const, contentId: nth(contentIds, n), executable: false };
    const place = { parentId: topFolderOf(libraryId), name: 'a' as EntryName, mtimeMs: 1 };
    const op = { op: 'create' as const, entryId: randomUUID() as EntryId, ...place, body };
    return client.sync.commit.mutate({ libraryId, opId: randomUUID() as OpId, ops: [op] });
  };
  return [
    {
      what: 'is this chunk missing?',
      times: pairs,
      ask: ({ chunkIds }, n) => missing([nth(chunkIds, n)]),
    },
    {
      what: `which of ${AT_ONCE} chunks are missing?`,
      times: Math.ceil(pairs / 20),
      ask: ({ chunkIds }) => missing(chunkIds.slice(0, AT_ONCE)),
    },
    {
      what: 'where does this chunk lie?',
      times: pairs,
      ask: ({ chunkIds }, n) => client.downloads.locate.query({ libraryId, chunkIds: [nth(chunkIds, n)] }),
    },
    {
      what: 'the address of this pack',
      times: pairs,
      ask: ({ packIds }) => client.downloads.sign.query({ libraryId, packIds: [...packIds] }),
    },
    { what: 'a file with this content', times: pairs, ask: commit },
  ];
}

interface Answer {
  readonly ms: number;
  /** In words that are the same for the same answer. */
  readonly said: string;
}

async function timed(call: () => Promise<unknown>): Promise<Answer> {
  const startMs = performance.now();
  const answer = await call().catch((error: unknown) => {
    const problem = error instanceof TRPCClientError ? parseProblem(error.data?.problem) : null;
    if (problem === null) throw error;
    return { refused: problem.reason };
  });
  return { ms: performance.now() - startMs, said: JSON.stringify(answer) };
}

const mean = (all: readonly number[]) => all.reduce((sum, one) => sum + one, 0) / all.length;
const median = (all: readonly number[]) => all.toSorted((a, b) => a - b)[all.length >> 1] as number;

async function measure({ what, times, ask }: Question, theirs: Stock, none: Stock): Promise<void> {
  const foreign: number[] = [];
  const nothing: number[] = [];
  for (let n = -WARM_UP; n < times; n++) {
    const number = n + WARM_UP;
    const asked = [
      { into: foreign, call: () => ask(theirs, number) },
      { into: nothing, call: () => ask(none, number) },
    ];
    if (randomInt(2) === 0) asked.reverse();
    const said = new Set<string>();
    for (const { into, call } of asked) {
      const answer = await timed(call);
      said.add(answer.said);
      if (n >= 0) into.push(answer.ms);
    }
    if (said.size !== 1) throw new Error(`${what} The two answers differ: ${[...said].join(' and ')}`);
    if (n === 0) console.log(`${what} ${[...said][0]?.slice(0, 60)}`);
  }
  const gaps = foreign.map((ms, index) => ms - (nothing[index] as number));
  const gapMs = mean(gaps);
  const spreadMs = Math.sqrt(mean(gaps.map((one) => (one - gapMs) ** 2)) / gaps.length) * NINETEEN_OF_TWENTY;
  const ratio = median(foreign) / median(nothing);
  console.log(
    `  ${times} pairs: median ${median(foreign).toFixed(3)} and ${median(nothing).toFixed(3)} ms, ` +
      `ratio ${ratio.toFixed(4)}; mean gap ${gapMs.toFixed(4)} ms (±${spreadMs.toFixed(4)})`,
  );
}

const tidb = values.tidb ? await startTidb() : null;
const settings =
  tidb === null
    ? EMBEDDED_SETTINGS
    : ({ ...EMBEDDED_SETTINGS, database: { kind: 'tidb', url: `${tidb.url}/tidesync_foreign` } } as const);
try {
  const server = await startTestServer({ settings });
  try {
    for (const email of ['ann@example.org', 'bob@example.org']) await server.makeAccount(email);
    const [ann, bob] = [await server.signIn('ann@example.org'), await server.signIn('bob@example.org')];
    const count = AT_ONCE;
    const theirs = await store(bob, { url: server.url, count });
    const none = nobodys(count);
    const questions = (await questionsOf(ann)).filter(({ what }) => what.includes(values.only));
    for (const question of questions) await measure(question, theirs, none);
  } finally {
    await server.stop();
  }
} finally {
  await tidb?.stop();
}
