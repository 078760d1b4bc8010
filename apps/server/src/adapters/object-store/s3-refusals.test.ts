import { expect, test } from 'vitest';
import { isFull } from './s3-refusals.ts';

const answer = (status: number, code: string, message: string) => ({
  status,
  headers: {},
  body: Buffer.from(`<Error><Code>${code}</Code><Message>${message}</Message></Error>`),
});

test.each([
  [507, 'XMinioStorageFull', 'Storage backend has reached its minimum free drive threshold.', true],
  [507, 'InsufficientStorage', 'No space left on device.', true],
  // What MinIO says in the second in which it has not noticed yet.
  [500, 'InternalError', 'We encountered an internal error: cause(no space left on device)', true],
  [500, 'InternalError', 'We encountered an internal error: cause(disk not found)', false],
  [503, 'SlowDown', 'Please reduce your request rate.', false],
])('a store that answers %i %s (%s) is full: %s', (status, code, message, full) => {
  expect(isFull(answer(status, code, message))).toBe(full);
});
