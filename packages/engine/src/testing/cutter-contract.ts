import { createHash } from 'node:crypto';
import { limits } from '@tidesync/shared/limits';
import type { RelPath } from '@tidesync/shared/names';
import { afterEach, describe, expect, test } from 'vitest';
import { createCuts } from '../core/cut.ts';
import type { CutResult, Cutter } from '../ports/cutter.ts';
import type { Disk } from '../ports/disk.ts';
import { seededRandom } from './seeded-random.ts';

export interface CutterUnderTest {
  readonly cutter: Cutter;
  /** The disk whose files it cuts. */
  readonly disk: Disk;
  dispose(): Promise<void>;
}

const path = (text: string) => text as RelPath;
const never = new AbortController().signal;
const withFault = (fault: string) => expect.objectContaining({ name: 'DiskError', fault });

async function makeFile(disk: Disk, at: string, content: Uint8Array): Promise<void> {
  const file = await disk.createFile(path(at));
  await file.write(content, 0);
  await file.close();
}

function expectedChunks(content: Uint8Array) {
  const cuts = createCuts();
  const ends = cuts.feed(content);
  if (cuts.finish() > 0) ends.push(content.length);
  return ends.map((end, index) => {
    const chunk = content.subarray(ends[index - 1] ?? 0, end);
    return { id: createHash('sha256').update(chunk).digest('hex'), sizeBytes: chunk.length };
  });
}

/** What every Cutter must do. */
export function cutterContract(subject: string, make: () => CutterUnderTest): void {
  describe(`${subject} keeps the cutter's contract`, () => {
    const made: CutterUnderTest[] = [];
    afterEach(async () => {
      for (const each of made.splice(0)) await each.dispose();
    });
    const fresh = (): CutterUnderTest => {
      const each = make();
      made.push(each);
      return each;
    };

    test.each([
      0,
      1,
      100_000,
      131_072,
      131_073,
      limits.chunkBytesMin - 1,
      limits.chunkBytesMin,
      limits.chunkBytesMin + 1,
      9_000_000,
    ])('a file of %d bytes is cut and hashed as the pure cutter says', async (sizeBytes) => {
      const { cutter, disk } = fresh();
      const content = seededRandom(sizeBytes).bytes(sizeBytes);
      await disk.makeFolder(path('f'));
      await makeFile(disk, 'f/file', content);
      const result = await cutter.cut(path('f/file'), never);
      expect(result).toEqual({
        is: 'cut',
        node: await disk.look(path('f/file')),
        chunks: expectedChunks(content),
      });
    });

    test('many files at once each get their own answer', async () => {
      const { cutter, disk } = fresh();
      const random = seededRandom(1);
      const contents = Array.from({ length: 12 }, (_, n) => random.bytes(n % 2 === 0 ? 1_000 : 1_500_000));
      await Promise.all(contents.map((content, n) => makeFile(disk, `file${n}`, content)));
      const results = await Promise.all(contents.map((_, n) => cutter.cut(path(`file${n}`), never)));
      for (const [n, content] of contents.entries()) {
        expect(results[n]).toMatchObject({ is: 'cut', chunks: expectedChunks(content) });
      }
    });

    test('what is no plain file in the root is refused', async () => {
      const { cutter, disk } = fresh();
      await disk.makeFolder(path('folder'));
      await makeFile(disk, 'folder/file', new Uint8Array(10));
      await disk.makeSymlink(path('link'), 'folder/file');
      await disk.makeSymlink(path('way'), 'folder');
      const cut = (at: string): Promise<CutResult> => cutter.cut(path(at), never);
      await expect(cut('gone')).rejects.toEqual(withFault('missing'));
      await expect(cut('folder')).rejects.toEqual(withFault('isFolder'));
      await expect(cut('link')).rejects.toEqual(withFault('wrongKind'));
      await expect(cut('way/file')).rejects.toEqual(withFault('linkedParent'));
    });

    test.each([10, 8_000_000])(
      'a file of %d bytes that changes while it is read is never given out torn',
      async (sizeBytes) => {
        const { cutter, disk } = fresh();
        const [before, after] = [new Uint8Array(sizeBytes).fill(1), new Uint8Array(sizeBytes + 1).fill(2)];
        await makeFile(disk, 'a', before);
        await makeFile(disk, 'b', after);
        const cutting = cutter.cut(path('a'), never);
        await disk.rename(path('b'), path('a'));
        const result = await cutting;
        if (result.is === 'changed') return;
        expect([expectedChunks(before), expectedChunks(after)]).toContainEqual(result.chunks);
      },
    );

    test('says how far it has read, never back and never beyond the file', async () => {
      const { cutter, disk } = fresh();
      const sizeBytes = 1_000_000_000;
      const file = await disk.createFile(path('large'));
      await file.write(new Uint8Array(1), sizeBytes - 1); // sparse
      await file.close();
      const told: number[] = [];
      await cutter.cut(path('large'), never, (readBytes) => told.push(readBytes));
      expect(told.length).toBeGreaterThan(1);
      expect(told).toEqual(told.toSorted((a, b) => a - b));
      expect(told.at(-1)).toBeLessThanOrEqual(sizeBytes);
    });

    test('an aborted cut rejects with the reason, before and while it works', async () => {
      const { cutter, disk } = fresh();
      await makeFile(disk, 'a', new Uint8Array(20_000_000));
      const reason = new Error('no longer wanted');
      await expect(cutter.cut(path('a'), AbortSignal.abort(reason))).rejects.toBe(reason);
      const controller = new AbortController();
      const cutting = [1, 2, 3, 4].map(() => cutter.cut(path('a'), controller.signal));
      controller.abort(reason);
      const ends = await Promise.allSettled(cutting);
      expect(ends).toEqual(cutting.map(() => ({ status: 'rejected', reason })));
      expect(await cutter.cut(path('a'), never)).toMatchObject({ is: 'cut' });
    });
  });
}
