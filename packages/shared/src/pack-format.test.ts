import { expect, test } from 'vitest';
import type { ChunkId } from './ids.ts';
import type { PackEntry } from './pack-format.ts';
import { decodePackEnd, encodePackEnd } from './pack-format.ts';

const encode = (text: string) => new TextEncoder().encode(text);
const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
const hash = 'a'.repeat(64);
const entries: PackEntry[] = [
  { chunkId: hash as ChunkId, offset: 0, storedBytes: 3, plainBytes: 3, codec: 'plain', storedSha256: hash },
];

test("[B28] the index at a pack's end is read from the pack alone", () => {
  const pack = Uint8Array.from([1, 2, 3, ...encodePackEnd(entries, encode)]);
  expect(decodePackEnd(pack, decode)).toEqual(entries);
  expect(decodePackEnd(pack.subarray(3), decode)).toEqual(entries);
});

test.each([
  ['nothing', new Uint8Array()],
  ['other bytes', encode('no pack at all, but long enough')],
  ['an index longer than the rest', encodePackEnd(entries, encode).subarray(40)],
])('[B28] %s is no pack', (_, bytes) => {
  expect(decodePackEnd(bytes, decode)).toBeNull();
});
