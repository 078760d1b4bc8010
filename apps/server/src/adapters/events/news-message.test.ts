import { randomUUID } from 'node:crypto';
import type { AccountId, LibraryId } from '@tidesync/shared/ids';
import { expect, test } from 'vitest';
import { parseNews, UntoldNews } from './news-message.ts';

const bytesOf = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
const library = () => randomUUID() as LibraryId;
const account = () => randomUUID() as AccountId;

test('what is said arrives as it was, the newest of each library', () => {
  const untold = new UntoldNews();
  const [libraryId, accountId] = [library(), account()];
  untold.addBell({ libraryId, headSeq: 1 });
  untold.addBell({ libraryId, headSeq: 2 });
  untold.addAccess(accountId);
  const message = untold.takeMessage('a server');
  expect(message).toEqual({
    from: 'a server',
    accounts: [accountId],
    bells: [{ libraryId, headSeq: 2 }],
    lookAgain: false,
  });
  expect(parseNews(bytesOf(message))).toEqual(message);
  expect(untold.isEmpty).toBe(true);
});

test('fields of a later version are passed over, everything else is no news', () => {
  const news = { from: 'x', accounts: [], bells: [], lookAgain: false };
  expect(parseNews(bytesOf({ ...news, mood: 'good' }))).toEqual(news);
  const broken = [
    {},
    { ...news, bells: [{}] },
    { ...news, accounts: ['../x'] },
    { ...news, from: 1 },
    null,
    'x',
  ];
  for (const one of broken) expect(parseNews(bytesOf(one))).toBeNull();
  expect(parseNews(Uint8Array.of(0xff, 0x00))).toBeNull();
  expect(parseNews(bytesOf({ ...news, from: 'x'.repeat(70_000) }))).toBeNull();
});

test('a full message is taken by its reader, and nothing is left out', () => {
  const untold = new UntoldNews();
  const ids = Array.from({ length: 950 }, library);
  for (const libraryId of ids) untold.addBell({ libraryId, headSeq: Number.MAX_SAFE_INTEGER });
  for (let count = 0; count < 300; count++) untold.addAccess(account());
  const heard: string[] = [];
  while (!untold.isEmpty) {
    const parsed = parseNews(bytesOf(untold.takeMessage(randomUUID())));
    heard.push(...(parsed?.bells ?? []).map(({ libraryId }) => libraryId));
  }
  expect(heard.toSorted()).toEqual(ids.toSorted());
});

test('what did not arrive is said again, but for what is newer', () => {
  const untold = new UntoldNews();
  const [first, second] = [library(), library()];
  untold.addBell({ libraryId: first, headSeq: 1 });
  untold.addBell({ libraryId: second, headSeq: 1 });
  const message = untold.takeMessage('x');
  untold.addBell({ libraryId: first, headSeq: 5 });
  untold.putBack(message);
  expect(untold.takeMessage('x').bells).toEqual([
    { libraryId: first, headSeq: 5 },
    { libraryId: second, headSeq: 1 },
  ]);
});

test('when there is too much to keep, the others are told to look for themselves', () => {
  const untold = new UntoldNews();
  for (let count = 0; count < 10_001; count++) untold.addBell({ libraryId: library(), headSeq: 1 });
  expect(untold.takeMessage('x')).toEqual({ from: 'x', accounts: [], bells: [], lookAgain: true });
});
