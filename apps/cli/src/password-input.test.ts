import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { UsageError } from './exit-codes.ts';
import { readPiped } from './password-input.ts';

const piped = (...parts: string[]) => readPiped(Readable.from(parts.map((part) => Buffer.from(part))));

test('exactly one newline is taken off', async () => {
  expect(await piped('secret\n')).toBe('secret');
  expect(await piped('secret')).toBe('secret');
  expect(await piped('secret\n\n')).toBe('secret\n');
  expect(await piped('secret\r\n')).toBe('secret');
  expect(await piped(' se', 'cret \n')).toBe(' secret ');
  expect(await piped('\n')).toBe('');
  expect(await piped()).toBe('');
});

test('a character may be cut between two parts', async () => {
  const bytes = Buffer.from('pässwörd\n');
  expect(await readPiped(Readable.from([bytes.subarray(0, 2), bytes.subarray(2)]))).toBe('pässwörd');
});

test('a wrong pipe does not fill the memory', async () => {
  await expect(piped('x'.repeat(100_000))).rejects.toThrow(UsageError);
});
