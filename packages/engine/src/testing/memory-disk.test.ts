import type { RelPath } from '@tidesync/shared/names';
import { expect, test } from 'vitest';
import type { DiskFault } from '../ports/disk.ts';
import { diskContract } from './disk-contract.ts';
import { FakeClock } from './fake-clock.ts';
import { MemoryDisk } from './memory-disk.ts';

const path = (text: string) => text as RelPath;
const withFault = (fault: DiskFault) => expect.objectContaining({ name: 'DiskError', fault });

diskContract('Memory disk', () => ({
  disk: new MemoryDisk({ clock: new FakeClock() }),
  dispose: () => undefined,
}));

test('a full disk takes what fits, and has room again when a file and its last handle go', async () => {
  const disk = new MemoryDisk({ clock: new FakeClock(), sizeBytes: 10 });
  const file = await disk.createFile(path('a'));
  await file.write(new Uint8Array(8), 0);
  await expect(file.write(new Uint8Array(3), 8)).rejects.toEqual(withFault('full'));
  expect((await file.stat()).stamp.sizeBytes).toBe(10);
  await disk.unlink(path('a'));
  expect(await disk.freeBytes()).toBe(0);
  await file.close();
  expect(await disk.freeBytes()).toBe(10);
});

test('an injected fault ends the operation it is for, before anything is done', async () => {
  const disk = new MemoryDisk({
    clock: new FakeClock(),
    faultOf: (operation, at) => (operation === 'makeFolder' && at === 'bad' ? 'io' : null),
  });
  await disk.makeFolder(path('good'));
  await expect(disk.makeFolder(path('bad'))).rejects.toEqual(withFault('io'));
  expect((await disk.list(path(''))).map(({ name }) => name)).toEqual(['good']);
});

test("times are the clock's, and no two changes have the same", async () => {
  const clock = new FakeClock(5_000);
  const disk = new MemoryDisk({ clock });
  await disk.makeFolder(path('a'));
  await disk.makeFolder(path('b'));
  const [a, b] = [await disk.look(path('a')), await disk.look(path('b'))];
  expect(a?.mtimeMs).toBe(5_000);
  expect(a?.stamp.mtimeNs).not.toBe(b?.stamp.mtimeNs);
});
