import { randomUUID } from 'node:crypto';
import type { AccountId, LibraryId } from '@tidesync/shared/ids';
import { afterEach, describe, expect, test } from 'vitest';
import type { Doorbells, ListenersHere, Ring } from '../../ports/doorbells.ts';
import { RINGS_UNTAKEN_MAX } from '../../ports/doorbells.ts';

export interface OpenDoorbells {
  /** The doorbells of this server. */
  readonly here: Doorbells & ListenersHere;
  /** Of another server of the installation; the same object where there is only one. */
  readonly elsewhere: Doorbells;
  close(): Promise<void>;
}

export const freshLibrary = () => randomUUID() as LibraryId;
export const freshAccount = () => randomUUID() as AccountId;

/** Listens for some libraries, or for all while it looks (null). */
export interface Listening {
  next(): Promise<Ring | undefined>;
  stop(): void;
}
export function listenFor(
  doorbells: Doorbells,
  heads: ReadonlyMap<LibraryId, number> | null,
  accountId = freshAccount(),
): Listening {
  const stop = new AbortController();
  const rings = doorbells.listen({ accountId, heads: () => heads }, stop.signal)[Symbol.asyncIterator]();
  return {
    async next() {
      const next = await rings.next();
      return next.done === true ? undefined : next.value;
    },
    stop: () => stop.abort(),
  };
}

const bellOf = (libraryId: LibraryId, headSeq: number): Ring => ({
  kind: 'library',
  bell: { libraryId, headSeq },
});

/** The next ring that is not the word to look again, which a connection that has just come about brings. */
export async function nextRing(listening: Listening): Promise<Ring | undefined> {
  for (;;) {
    const ring = await listening.next();
    if (ring?.kind !== 'lookAgain') return ring;
  }
}

/** What `ports/doorbells.ts` promises, held against doorbells; every adapter runs it. */
export function doorbellsContract(name: string, open: () => Promise<OpenDoorbells>): void {
  describe(`${name} keeps the contract of doorbells:`, () => {
    const opened: OpenDoorbells[] = [];
    const openOne = async () => {
      const one = await open();
      opened.push(one);
      return one;
    };
    afterEach(async () => {
      for (const one of opened.splice(0)) await one.close();
    });

    test('a listener hears what rings here from its call on, before it asks and while it waits', async () => {
      const { here } = await openOne();
      const [photos, music] = [freshLibrary(), freshLibrary()];
      here.ring({ libraryId: photos, headSeq: 1 });
      const listening = listenFor(here, null);
      here.ring({ libraryId: photos, headSeq: 2 });
      expect(await nextRing(listening)).toEqual(bellOf(photos, 2));
      const waiting = nextRing(listening);
      here.ring({ libraryId: music, headSeq: 7 });
      expect(await waiting).toEqual(bellOf(music, 7));
      listening.stop();
    });

    test('what rings on another server is heard here, and once', async () => {
      const { here, elsewhere } = await openOne();
      const [photos, music] = [freshLibrary(), freshLibrary()];
      const listening = listenFor(here, new Map([photos, music].map((id) => [id, 0])));
      elsewhere.ring({ libraryId: photos, headSeq: 3 });
      expect(await nextRing(listening)).toEqual(bellOf(photos, 3));
      elsewhere.ring({ libraryId: music, headSeq: 4 });
      expect(await nextRing(listening)).toEqual(bellOf(music, 4));
      listening.stop();
    });

    test('what rings here comes back from nowhere', async () => {
      const { here, elsewhere } = await openOne();
      const [photos, music] = [freshLibrary(), freshLibrary()];
      const listening = listenFor(here, new Map([photos, music].map((id) => [id, 0])));
      here.ring({ libraryId: photos, headSeq: 1 });
      expect(await nextRing(listening)).toEqual(bellOf(photos, 1));
      // The other server hears of it before it rings itself, so an echo would have come before its bell.
      elsewhere.ring({ libraryId: music, headSeq: 1 });
      expect(await nextRing(listening)).toEqual(bellOf(music, 1));
      listening.stop();
    });

    test('a listener hears of its own libraries, and of all while it looks which these are', async () => {
      const { here, elsewhere } = await openOne();
      const [mine, other] = [freshLibrary(), freshLibrary()];
      const [knowing, looking] = [listenFor(here, new Map([[mine, 0]])), listenFor(here, null)];
      elsewhere.ring({ libraryId: other, headSeq: 1 });
      expect(await nextRing(looking)).toEqual(bellOf(other, 1));
      elsewhere.ring({ libraryId: mine, headSeq: 1 });
      expect(await nextRing(knowing)).toEqual(bellOf(mine, 1));
      for (const one of [knowing, looking]) one.stop();
    });

    test('that access has changed is heard by the listeners of that account, here and elsewhere', async () => {
      const { here, elsewhere } = await openOne();
      const [ann, bob, library] = [freshAccount(), freshAccount(), freshLibrary()];
      const heads = new Map([[library, 0]]);
      const [hers, his] = [listenFor(here, heads, ann), listenFor(here, heads, bob)];
      elsewhere.ringAccess(ann);
      expect(await nextRing(hers)).toEqual({ kind: 'access' });
      here.ringAccess(ann);
      expect(await nextRing(hers)).toEqual({ kind: 'access' });
      here.ring({ libraryId: library, headSeq: 1 });
      expect(await nextRing(his)).toEqual(bellOf(library, 1));
      for (const one of [hers, his]) one.stop();
    });

    test('a slow listener gets one bell per library, the newest', async () => {
      const { here, elsewhere } = await openOne();
      const [photos, music] = [freshLibrary(), freshLibrary()];
      const [slow, quick] = [listenFor(here, null), listenFor(here, new Map([[music, 0]]))];
      for (let headSeq = 1; headSeq <= 1_000; headSeq++) elsewhere.ring({ libraryId: photos, headSeq });
      elsewhere.ring({ libraryId: music, headSeq: 1 });
      await nextRing(quick);
      expect(await nextRing(slow)).toEqual(bellOf(photos, 1_000));
      expect(await nextRing(slow)).toEqual(bellOf(music, 1));
      for (const one of [slow, quick]) one.stop();
    });

    test('a listener that has too much to hear looks for itself instead', async () => {
      const { here } = await openOne();
      const listening = listenFor(here, null);
      for (let count = 0; count <= RINGS_UNTAKEN_MAX; count++)
        here.ring({ libraryId: freshLibrary(), headSeq: 1 });
      const last = freshLibrary();
      here.ring({ libraryId: last, headSeq: 1 });
      expect(await listening.next()).toEqual({ kind: 'lookAgain' });
      expect(await nextRing(listening)).toEqual(bellOf(last, 1));
      listening.stop();
    });

    test('every listener hears every bell, and none after it was stopped', async () => {
      const { here } = await openOne();
      const photos = freshLibrary();
      const [one, two] = [listenFor(here, null), listenFor(here, null)];
      const waiting = nextRing(one);
      one.stop();
      expect(await waiting).toBeUndefined();
      here.ring({ libraryId: photos, headSeq: 1 });
      expect(await one.next()).toBeUndefined();
      expect(await nextRing(two)).toEqual(bellOf(photos, 1));
      two.stop();
    });

    test('listening with a signal that was aborted before ends at once', async () => {
      const { here } = await openOne();
      const interest = { accountId: freshAccount(), heads: () => null };
      const rings = here.listen(interest, AbortSignal.abort())[Symbol.asyncIterator]();
      expect((await rings.next()).done).toBe(true);
    });

    test('the libraries that are listened for are known with their lowest heads, while someone does', async () => {
      const { here } = await openOne();
      const [photos, music] = [freshLibrary(), freshLibrary()];
      const first = listenFor(here, new Map([[photos, 3]]));
      const second = listenFor(here, new Map(Object.entries({ [photos]: 2, [music]: 0 })) as never);
      const third = listenFor(here, null);
      const all = new Map([
        [photos, 2],
        [music, 0],
      ]);
      expect(here.watchedHeads()).toEqual(all);
      second.stop();
      expect(here.watchedHeads()).toEqual(new Map([[photos, 3]]));
      for (const one of [first, third]) one.stop();
      expect(here.watchedHeads()).toEqual(new Map());
    });
  });
}
