import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sha256Of, sha256Stream } from './sha256.ts';

const hashOfNode = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const made = (length: number) => Uint8Array.from({ length }, (_, index) => (index * 131 + 7) & 0xff);

test('agrees with the published examples', () => {
  const text = (words: string) => sha256Of(new TextEncoder().encode(words));
  expect(text('')).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  expect(text('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
});

test('agrees with Node for every length around the blocks', () => {
  for (let length = 0; length <= 260; length++) {
    expect(sha256Of(made(length)), `${length} bytes`).toBe(hashOfNode(made(length)));
  }
});

test('agrees with Node for any bytes, in whatever parts they come', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 8 }), (parts) => {
      const stream = sha256Stream();
      for (const part of parts) stream.update(part);
      expect(stream.digest()).toBe(hashOfNode(Buffer.concat(parts)));
    }),
  );
});
