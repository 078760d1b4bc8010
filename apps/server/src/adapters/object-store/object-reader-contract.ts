import { randomBytes, randomUUID } from 'node:crypto';
import type { LibraryId, PackId } from '@tidesync/shared/ids';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ObjectReader } from '../../ports/object-reader.ts';
import type { ObjectKey, ObjectStore } from '../../ports/object-store.ts';
import { objectKeyOf } from '../../ports/object-store.ts';

export interface ReaderUnderTest {
  readonly reader: ObjectReader;
  /** Of the same objects. */
  readonly store: Pick<ObjectStore, 'write'>;
  readonly close: () => Promise<void>;
}

/** More than a store lists in one answer of ours. */
const MANY = 450;

/** Every store is read by checks and rescues in the same way. */
export function objectReaderContract(name: string, open: () => Promise<ReaderUnderTest>): void {
  describe(`objects read: ${name}`, () => {
    let t: ReaderUnderTest;
    beforeAll(async () => {
      t = await open();
    });
    afterAll(() => t.close());
    const newKey = (library: string = randomUUID()) =>
      objectKeyOf(library as LibraryId, randomUUID() as PackId);

    test('an object has its size and its bytes, and one that is not there has none', async () => {
      const [key, bytes] = [newKey(), randomBytes(100_000)];
      expect([await t.reader.sizeOf(key), await t.reader.read(key)]).toEqual([null, null]);
      await t.store.write(key, bytes);
      expect(await t.reader.sizeOf(key)).toBe(100_000);
      expect(Buffer.from((await t.reader.read(key)) ?? []).equals(bytes)).toBe(true);
    });

    test('all keys are listed in order, by pages of any size', async () => {
      const library = `00000000${randomUUID().slice(8)}`;
      const made = Array.from({ length: MANY }, () => newKey(library)).toSorted();
      await Promise.all(made.map((key) => t.store.write(key, Buffer.from('x'))));
      const listed: ObjectKey[] = [];
      for (let after = `${library}/` as ObjectKey; ; ) {
        const page = await t.reader.list({ after, limit: 200 });
        listed.push(...page.filter((key) => key.startsWith(library)));
        const last = page.at(-1);
        if (last === undefined || page.length < 200) break;
        after = last;
      }
      expect(listed).toEqual(made);
      expect(await t.reader.list({ after: null, limit: 1 })).toHaveLength(1);
      expect(await t.reader.list({ after: 'g/' as ObjectKey, limit: 9 })).toEqual([]);
    });
  });
}
