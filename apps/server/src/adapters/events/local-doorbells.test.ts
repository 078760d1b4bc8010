import type { LibraryId } from '@tidesync/shared/ids';
import type { Doorbell } from '@tidesync/shared/wire/sync';
import { expect, test } from 'vitest';
import { localDoorbells } from './local-doorbells.ts';

const [photos, music] = ['00000000-0000-4000-8000-000000000001', '00000000-0000-4000-8000-000000000002'].map(
  (id) => id as LibraryId,
) as [LibraryId, LibraryId];

async function take(bells: AsyncIterator<Doorbell>): Promise<Doorbell | undefined> {
  const next = await bells.next();
  return next.done === true ? undefined : next.value;
}

test('a listener hears what rings from its call on, before it asks and while it waits', async () => {
  const doorbells = localDoorbells();
  const stop = new AbortController();
  doorbells.ring({ libraryId: photos, headSeq: 1 });
  const bells = doorbells.listen(stop.signal)[Symbol.asyncIterator]();
  doorbells.ring({ libraryId: photos, headSeq: 2 });
  expect(await take(bells)).toEqual({ libraryId: photos, headSeq: 2 });
  const waiting = take(bells);
  doorbells.ring({ libraryId: music, headSeq: 7 });
  expect(await waiting).toEqual({ libraryId: music, headSeq: 7 });
  stop.abort();
});

test('a slow listener gets one bell per library, the newest', async () => {
  const doorbells = localDoorbells();
  const stop = new AbortController();
  const bells = doorbells.listen(stop.signal)[Symbol.asyncIterator]();
  for (let headSeq = 1; headSeq <= 1_000; headSeq++) doorbells.ring({ libraryId: photos, headSeq });
  doorbells.ring({ libraryId: music, headSeq: 1 });
  expect(await take(bells)).toEqual({ libraryId: photos, headSeq: 1_000 });
  expect(await take(bells)).toEqual({ libraryId: music, headSeq: 1 });
  stop.abort();
});

test('every listener hears every bell, and none after it was stopped', async () => {
  const doorbells = localDoorbells();
  const [first, second] = [new AbortController(), new AbortController()];
  const one = doorbells.listen(first.signal)[Symbol.asyncIterator]();
  const two = doorbells.listen(second.signal)[Symbol.asyncIterator]();
  const waiting = take(one);
  first.abort();
  expect(await waiting).toBeUndefined();
  doorbells.ring({ libraryId: photos, headSeq: 1 });
  expect(await take(one)).toBeUndefined();
  expect(await take(two)).toEqual({ libraryId: photos, headSeq: 1 });
  second.abort();
});

test('listening with a signal that was aborted before ends at once', async () => {
  const bells = localDoorbells().listen(AbortSignal.abort())[Symbol.asyncIterator]();
  expect(await take(bells)).toBeUndefined();
});
