import type { ChunkRef } from '@tidesync/shared/chunk-list';
import { decodeDescription, fileRevision } from '@tidesync/shared/chunk-list';
import type { ChunkId } from '@tidesync/shared/ids';
import type { RelPath } from '@tidesync/shared/names';
import { expect, test } from 'vitest';
import { nodeSha256 } from '../../adapters/node-environment.ts';
import type { Stamp } from '../../core/entry.ts';
import { chunksOfJob, sendTasks, uploadJob } from './upload-job.ts';

const chunkOf = (text: string): ChunkRef => {
  const bytes = new TextEncoder().encode(text);
  return { id: nodeSha256(bytes) as ChunkId, sizeBytes: bytes.length };
};
const stamp: Stamp = { inode: '1', birthtimeNs: '1', sizeBytes: 6, mtimeNs: '1', ctimeNs: '1' };
function jobOf(chunks: readonly ChunkRef[]) {
  const { contentId } = fileRevision(chunks, nodeSha256).revision;
  return { job: uploadJob({ path: 'a' as RelPath, contentId, chunks, stamp }, nodeSha256), contentId };
}

test('[V27] what a content of several chunks is made of is sent as a chunk, under the content id', () => {
  const chunks = [chunkOf('one'), chunkOf('two')];
  const { job, contentId } = jobOf(chunks);
  const sent = [...chunksOfJob(job)];
  expect(sent.map(({ id }) => id)).toEqual([...chunks.map(({ id }) => id), contentId]);
  const [task] = sendTasks([job], new Set(sent.map(({ id }) => id)));
  const [list] = task?.lists ?? [];
  expect(nodeSha256(list?.bytes as Uint8Array)).toBe(contentId);
  expect(decodeDescription(list?.bytes as Uint8Array)).toEqual({ sizeBytes: 6, depth: 0, refs: chunks });
});

test('[V27] a content of one chunk or none needs no description', () => {
  for (const chunks of [[], [chunkOf('one')]]) {
    expect([...chunksOfJob(jobOf(chunks).job)]).toEqual(chunks);
  }
});

test('[V27] bytes that are no description are none', () => {
  const encode = (text: string) => new TextEncoder().encode(text);
  for (const bytes of [
    encode(''),
    encode('TSL1'),
    encode(`TSL1${'x'.repeat(45)}`),
    encode('TSL1 and then words'),
  ]) {
    expect(decodeDescription(bytes)).toBeNull();
  }
});
