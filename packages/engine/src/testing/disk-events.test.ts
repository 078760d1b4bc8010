import type { RelPath } from '@tidesync/shared/names';
import { TOP } from '@tidesync/shared/names';
import { expect, test } from 'vitest';
import type { DiskFault } from '../ports/disk.ts';
import { FakeClock } from './fake-clock.ts';
import { MemoryDisk } from './memory-disk.ts';

const at = (text: string) => text as RelPath;
const bytes = (text: string) => new TextEncoder().encode(text);
const withFault = (fault: DiskFault) => expect.objectContaining({ name: 'DiskError', fault });
const freshDisk = (sizeBytes?: number) =>
  new MemoryDisk({ clock: new FakeClock(), ...(sizeBytes === undefined ? {} : { sizeBytes }) });
const namesOn = async (disk: MemoryDisk) => (await disk.list(TOP)).map(({ name }) => name).sort();

test('a disk pulled out leaves nothing, an empty folder of another disk, or a file; and comes back', async () => {
  const disk = freshDisk();
  disk.person.write(at('a'), bytes('a'));
  const [root, handle] = [await disk.root(), await disk.openForRead(at('a'))];
  disk.unmount();
  for (const each of [disk.root(), disk.look(at('a')), disk.list(TOP), disk.makeFolder(at('f'))]) {
    await expect(each).rejects.toEqual(withFault('missing'));
  }
  expect(() => disk.person.write(at('b'), bytes(''))).toThrow(withFault('missing'));
  await expect(handle.stat()).rejects.toEqual(withFault('missing'));
  disk.unmount('file');
  await expect(disk.root()).rejects.toEqual(withFault('notFolder'));
  disk.unmount('emptyFolder');
  expect(await disk.list(TOP)).toEqual([]);
  expect((await disk.root()).device).not.toBe(root.device);
  await disk.makeFolder(at('left here'));
  disk.remount();
  expect(await disk.root()).toEqual(root);
  expect(await namesOn(disk)).toEqual(['a']);
  await expect(handle.stat()).rejects.toEqual(withFault('io'));
});

test('a root that was replaced is another folder, even with a copy of a file in it', async () => {
  const disk = freshDisk();
  disk.person.writeDeep(at('.tidesync/root.json'), bytes('mark'));
  disk.person.write(at('a'), bytes('a'));
  const { stamp, device } = await disk.root();
  disk.replaceRoot([at('.tidesync/root.json')]);
  const now = await disk.root();
  expect([now.device, await namesOn(disk)]).toEqual([device, ['.tidesync']]);
  expect(now.stamp.inode).not.toBe(stamp.inode);
  expect(disk.person.read(at('.tidesync/root.json'))).toEqual(bytes('mark'));
  disk.powerCut('ordered', (n) => n - 1);
  expect(await namesOn(disk)).toEqual(['.tidesync']);
});

test('a disk that is read-only can be read', async () => {
  const disk = freshDisk();
  disk.person.write(at('a'), bytes('a'));
  disk.isReadOnly = true;
  const changes = [
    disk.createFile(at('b')),
    disk.rename(at('a'), at('b')),
    disk.unlink(at('a')),
    disk.setAttributes(at('a'), { executable: true, mtimeMs: 1 }),
  ];
  for (const change of changes) await expect(change).rejects.toEqual(withFault('readOnly'));
  expect(() => disk.person.write(at('a'), bytes('b'))).toThrow(withFault('readOnly'));
  await (await disk.openForRead(at('a'))).close();
  disk.isReadOnly = false;
  await disk.unlink(at('a'));
});

test('a disk is full at the n-th byte; what fitted is there', async () => {
  const disk = freshDisk();
  disk.person.write(at('old'), bytes('12345'));
  disk.freeBytesLeft = 3;
  const file = await disk.createFile(at('a'));
  await expect(file.write(bytes('abcde'), 0)).rejects.toEqual(withFault('full'));
  expect(disk.person.read(at('a'))).toEqual(bytes('abc'));
  expect(() => disk.person.append(at('old'), bytes('6'))).toThrow(withFault('full'));
  disk.person.truncate(at('old'), 1);
  await file.write(bytes('de'), 3);
  expect(await disk.freeBytes()).toBe(2);
  await file.close();
});

test('an inode that is damaged ends reads in io, under all its names', async () => {
  const disk = freshDisk();
  disk.person.write(at('a'), bytes('a'));
  await disk.link(at('a'), at('b'));
  disk.damage(at('a'), 'read');
  const handle = await disk.openForRead(at('b'));
  await expect(handle.read(new Uint8Array(1), 0)).rejects.toEqual(withFault('io'));
  await handle.close();
  disk.damage(TOP, 'read');
  await expect(disk.list(TOP)).rejects.toEqual(withFault('io'));
  expect(await disk.look(at('a'))).toMatchObject({ kind: 'file', links: 2 });
});

test('a program goes on writing into its file, wherever that goes', async () => {
  const disk = freshDisk();
  const theirs = disk.person.open(at('a'));
  theirs.append(bytes('one'));
  await disk.rename(at('a'), at('aside'));
  theirs.append(bytes(' two'));
  expect(disk.person.read(at('aside'))).toEqual(bytes('one two'));
  await disk.unlink(at('aside'));
  theirs.writeAt(bytes('ONE'), 0);
  theirs.truncate(5);
  expect(theirs.read()).toEqual(bytes('ONE t'));
  const { length } = theirs.read();
  const before = await disk.freeBytes();
  theirs.close();
  expect((await disk.freeBytes()) - before).toBe(length);
});

test('what may not be read is denied, and all below it unknown', async () => {
  const disk = freshDisk();
  disk.person.writeDeep(at('f/a'), bytes('a'));
  disk.person.deny(at('f'), true);
  for (const each of [disk.list(at('f')), disk.look(at('f/a')), disk.openForRead(at('f/a'))]) {
    await expect(each).rejects.toEqual(withFault('denied'));
  }
  expect(await disk.look(at('f'))).toMatchObject({ kind: 'folder' });
  disk.person.deny(at('f'), false);
  disk.person.deny(at('f/a'), true);
  expect(await disk.look(at('f/a'))).toMatchObject({ kind: 'file' });
  await expect(disk.openForRead(at('f/a'))).rejects.toEqual(withFault('denied'));
});

test('a mount inside is of another device: nothing moves or links across it, and it stays where it is', async () => {
  const disk = freshDisk();
  disk.person.writeDeep(at('f/covered'), bytes('a'));
  disk.person.write(at('a'), bytes('a'));
  disk.writeBack();
  const unmount = disk.person.mount(at('f'), '7');
  expect((await disk.look(at('f')))?.device).toBe('7');
  expect(await disk.list(at('f'))).toEqual([]);
  await expect(disk.rename(at('a'), at('f/a'))).rejects.toEqual(withFault('otherVolume'));
  await expect(disk.link(at('a'), at('f/a'))).rejects.toEqual(withFault('otherVolume'));
  await expect(disk.rename(at('f'), at('g'))).rejects.toEqual(withFault('busy'));
  await expect(disk.removeFolder(at('f'))).rejects.toEqual(withFault('busy'));
  disk.person.write(at('f/b'), bytes('b'));
  expect((await disk.look(at('f/b')))?.device).toBe('7');
  disk.powerCut('strict', (n) => n - 1);
  unmount();
  expect(disk.person.read(at('f/covered'))).toEqual(bytes('a'));
});

test('sockets and fifos are seen and not opened; names that are no UTF-8 are listed without one', async () => {
  const disk = freshDisk();
  disk.person.makeOther(at('fifo'));
  disk.person.writeUnnamed(TOP, 'a\ufffd', bytes('x'));
  await expect(disk.openForRead(at('fifo'))).rejects.toEqual(withFault('wrongKind'));
  expect((await disk.list(TOP)).map(({ name, shown, node }) => [name, shown, node.kind])).toEqual([
    ['fifo', 'fifo', 'other'],
    [null, 'a\ufffd', 'file'],
  ]);
  expect(await disk.look(at('a\ufffd'))).toBeNull();
});
