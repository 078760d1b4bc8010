import { mkdir, mkdtemp, readdir, readFile, readlink, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { ChunkRef, Revision } from '@tidesync/shared/chunk-list';
import { descriptionOf, fileRevision } from '@tidesync/shared/chunk-list';
import type { EntryId, LibraryId } from '@tidesync/shared/ids';
import { topFolderOf } from '@tidesync/shared/ids';
import type { EntryState } from '@tidesync/shared/wire/entries';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openRescueFolder } from '../../adapters/rescue-folder/rescue-folder.ts';
import { makeOp } from '../../testing/op-makers.ts';
import { readerOf } from '../../testing/reader-of.ts';
import { runStatement } from '../../testing/run-statement.ts';
import type { Chunk, ServerWorld } from '../../testing/server-world.ts';
import {
  chunkOf,
  freshEntryId,
  freshOpId,
  makeServerWorld,
  sha256,
  TestUpload,
  uploadText,
} from '../../testing/server-world.ts';
import type { Caller } from '../caller.ts';
import { commitOps } from '../sync/commit-ops.ts';
import type { VerifyWatch } from '../verify/verify-watch.ts';
import type { RescueOptions } from './rescue-data.ts';
import { rescueData } from './rescue-data.ts';
import { rescueObjects } from './rescue-objects.ts';

let world: ServerWorld;
let ann: Caller;
let libraryId: LibraryId;
let top: EntryId;
let out: string;
beforeEach(async () => {
  world = await makeServerWorld();
  ann = await world.addAccount('ann@example.org');
  libraryId = await world.addLibrary(ann, 'Photos/2026');
  top = topFolderOf(libraryId);
  out = await mkdtemp(path.join(tmpdir(), 'tidesync-rescue-'));
});
afterEach(async () => {
  await world.stop();
  await rm(out, { recursive: true, force: true });
});

const quiet = (signal = new AbortController().signal): VerifyWatch => ({
  signal,
  progress: () => undefined,
  pause: async () => undefined,
});

async function rescue(options: Partial<RescueOptions> = {}) {
  const folder = await openRescueFolder(out);
  try {
    const ports = { store: world.ports.store, objects: readerOf(world.objects), folder };
    const all = { libraryId: null, trash: false, versions: false, watch: quiet(), ...options };
    return await rescueData(ports, all);
  } finally {
    await folder.close();
  }
}
async function rescueWithoutNames() {
  const folder = await openRescueFolder(out);
  try {
    return await rescueObjects({ objects: readerOf(world.objects), folder, watch: quiet() });
  } finally {
    await folder.close();
  }
}

async function commit(...ops: Parameters<typeof commitOps>[2]['ops']): Promise<EntryState[]> {
  const { results } = await commitOps(world.ports, ann, { libraryId, opId: freshOpId(), ops });
  return results.flatMap((one) => (one.result === 'applied' ? [one.state] : []));
}
async function makeFile(name: string, text: string, parentId = top): Promise<EntryState> {
  const contentId = await uploadText(world, ann, { libraryId, text });
  const [state] = await commit(makeOp.file(freshEntryId(), { parentId, name, contentId }));
  return state as EntryState;
}
/** As devices send it: the chunks, and what describes them. */
async function sendDescribed(chunks: readonly Chunk[]): Promise<Revision> {
  const refs: ChunkRef[] = chunks.map((chunk) => chunk.ref);
  const { revision } = fileRevision(refs, sha256);
  const description = descriptionOf(revision);
  const upload = new TestUpload(world, ann, libraryId);
  await upload.begin();
  const all = description === null ? [...chunks] : [...chunks, description];
  await upload.missing(all);
  await upload.send(all);
  await upload.stage(chunks);
  return revision;
}

const inLibrary = (kind: string) => path.join(out, kind, `Photos_2026 (${libraryId.slice(0, 8)})`);
const textAt = (...names: string[]) => readFile(path.join(...names), 'utf8');

test('[V20] every live file is rebuilt by its path, and other things where they are asked for', async () => {
  const [folder] = await commit(makeOp.folder(freshEntryId(), top, 'Thesis “ä”'));
  const inside = folder?.entryId as EntryId;
  const file = await makeFile('draft.txt', 'first', inside);
  const contentId = await uploadText(world, ann, { libraryId, text: 'second' });
  await commit(makeOp.write(file, contentId));
  await makeFile('empty', '');
  await commit(makeOp.symlink(freshEntryId(), { parentId: inside, name: 'link', target: '../empty' }));
  const gone = await makeFile('gone.txt', 'gone');
  await commit(makeOp.remove(gone));
  expect(await rescue()).toMatchObject({ written: 3, damaged: 0, taken: 0, there: 0 });
  expect(await textAt(inLibrary('files'), 'Thesis “ä”', 'draft.txt')).toBe('second');
  expect(await textAt(inLibrary('files'), 'empty')).toBe('');
  expect(await readlink(path.join(inLibrary('files'), 'Thesis “ä”', 'link'))).toBe('../empty');
  expect((await readdir(out)).toSorted()).toEqual(['files', 'listing-1.jsonl']);
  expect(await rescue({ trash: true, versions: true })).toMatchObject({ written: 2, there: 3, damaged: 0 });
  expect(await readdir(inLibrary('trash'))).toHaveLength(1);
  expect(await textAt(inLibrary('versions'), String(file.contentSeq), 'Thesis “ä”', 'draft.txt')).toBe(
    'first',
  );
});

test('[V21] nothing that is there is replaced, and nothing is written through a link', async () => {
  await makeFile('a', 'from the server');
  await makeFile('b', 'also');
  const [folder] = await commit(makeOp.folder(freshEntryId(), top, 'docs'));
  await makeFile('c', 'inside', folder?.entryId);
  await mkdir(inLibrary('files'), { recursive: true });
  await writeFile(path.join(inLibrary('files'), 'a'), 'mine');
  const elsewhere = await mkdtemp(path.join(tmpdir(), 'tidesync-elsewhere-'));
  await symlink(elsewhere, path.join(inLibrary('files'), 'docs'));
  expect(await rescue()).toMatchObject({ written: 3, taken: 0 });
  expect(await textAt(inLibrary('files'), 'a')).toBe('mine');
  expect(await readdir(elsewhere)).toEqual([]);
  const beside = await readdir(inLibrary('beside'), { recursive: true, withFileTypes: true });
  expect(
    beside
      .filter((one) => one.isFile())
      .map((one) => one.name)
      .toSorted(),
  ).toEqual(['a', 'c']);
  await rm(elsewhere, { recursive: true });
});

test('[V22] a damaged file is written as what there is, and said', async () => {
  const chunks = [chunkOf('the first part, '), chunkOf('the second part')];
  const upload = new TestUpload(world, ann, libraryId);
  await upload.begin();
  await upload.missing(chunks);
  const { packId } = await upload.send(chunks);
  const contentId = await upload.stage(chunks);
  await commit(makeOp.file(freshEntryId(), { parentId: top, name: 'half', contentId }));
  await makeFile('whole', 'whole');
  const key = `${libraryId}/${packId}`;
  const bytes = Uint8Array.from((await world.objects.read(key as never)) ?? []);
  bytes[0] = 0;
  world.objects.put(key, bytes);
  const report = await rescue();
  expect(report).toMatchObject({ written: 1, damaged: 1 });
  expect(report.shown).toEqual([expect.objectContaining({ path: expect.stringContaining('half') })]);
  expect(await textAt(inLibrary('files'), 'half.damaged')).toBe(`${'\0'.repeat(16)}the second part`);
  await expect(textAt(inLibrary('files'), 'half')).rejects.toThrow();
  const lines = (await textAt(out, 'listing-1.jsonl')).trim().split('\n');
  expect(lines.map((line) => (JSON.parse(line) as { is: string }).is).toSorted()).toEqual([
    'damaged',
    'written',
  ]);
});

test('[V23] a rescue that was stopped goes on, and reads nothing twice that is written', async () => {
  for (const name of ['a', 'b', 'c']) await makeFile(name, name);
  const stop = new AbortController();
  const watch = { ...quiet(stop.signal), progress: () => stop.abort() };
  expect(await rescue({ watch })).toMatchObject({ written: 1, stopped: true });
  expect(await rescue()).toMatchObject({ written: 2, there: 1, stopped: false });
});

test('[V24] names that cannot be names are written under ids', async () => {
  const file = await makeFile('a', 'a');
  await runStatement(world, "UPDATE entries SET name = X'2e2e'");
  await rescue();
  expect(await textAt(inLibrary('files'), file.entryId)).toBe('a');
});

test('[V25] without the database contents are rebuilt by what the objects tell', async () => {
  const chunks = [chunkOf('long file, part one. '), chunkOf('part two. '), chunkOf('part three.')];
  const { contentId } = await sendDescribed(chunks);
  const shortId = await uploadText(world, ann, { libraryId, text: 'a short file' });
  const other = await world.addLibrary(ann, 'Other');
  const otherId = await uploadText(world, ann, { libraryId: other, text: 'of another library' });
  expect(await rescueWithoutNames()).toMatchObject({ written: 3, damaged: 0 });
  expect((await readdir(path.join(out, 'content'))).toSorted()).toEqual(
    [contentId, shortId, otherId].toSorted(),
  );
  expect(await textAt(out, 'content', contentId)).toBe('long file, part one. part two. part three.');
  expect(await textAt(out, 'content', shortId)).toBe('a short file');
  expect(await rescueWithoutNames()).toMatchObject({ written: 0, there: 3 });
});

test('[V26] without the database a damaged pack still gives its good chunks', async () => {
  const chunks = [chunkOf('bad part. '), chunkOf('good part.')];
  const { contentId } = await sendDescribed(chunks);
  const [key] = world.objects.keys();
  const bytes = Uint8Array.from((await world.objects.read(key as never)) ?? []);
  bytes[0] = 0;
  world.objects.put(key as string, bytes);
  expect(await rescueWithoutNames()).toMatchObject({ damaged: 2, written: 0 });
  expect(await textAt(out, 'content', `${contentId}.damaged`)).toBe(`${'\0'.repeat(10)}good part.`);
  world.objects.put(key as string, new Uint8Array(100));
  expect((await rescueWithoutNames()).shown).toEqual([
    expect.objectContaining({ says: expect.stringContaining('chunks') }),
  ]);
});
