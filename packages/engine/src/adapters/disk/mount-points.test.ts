import { expect, test } from 'vitest';
import type { DiskNode } from '../../ports/disk.ts';
import { MountPoints } from './mount-points.ts';

const stamp = { inode: '1', birthtimeNs: '1', sizeBytes: 0, mtimeNs: '1', ctimeNs: '1' };
const folder: DiskNode = { kind: 'folder', stamp, mtimeMs: 0, executable: false, links: 1, device: '7' };
const table = [
  '22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw',
  '30 22 8:1 /elsewhere /home/ada/My\\040Files/a\\134b rw,relatime shared:1 - ext4 /dev/sda1 rw',
  '31 22 0:45 / /home/ada/My\\040Files\\040too rw - tmpfs tmpfs rw',
  '',
].join('\n');

test('[S50] tells what is mounted below a folder, and all that is in it, from its own device', () => {
  const mounts = new MountPoints(() => table);
  mounts.refresh('/home/ada/My Files');
  expect(mounts.isEmpty).toBe(false);
  const told = (path: string) => mounts.told(path, folder).device;
  expect(['a', 'a\\b', 'a\\b/c/d', 'a\\bc', 'x/a\\b'].map(told)).toEqual([
    ...['7', '7 at a\\b', '7 at a\\b', '7', '7'],
  ]);
  // Systems that lay folders over each other give files device numbers as they like.
  expect(mounts.told('a\\b/file', { ...folder, kind: 'file' }).device).toBe('7');
});

test('tells nothing where nothing is mounted, and where the system has no table', () => {
  const mounts = new MountPoints(() => table);
  mounts.refresh('/home/ada');
  expect(mounts.isEmpty).toBe(false);
  mounts.refresh('/home/bob');
  expect(mounts.isEmpty).toBe(true);
  const none = new MountPoints(() => {
    throw new Error('ENOENT');
  });
  none.refresh('/');
  expect([none.isEmpty, none.told('a', folder)]).toEqual([true, folder]);
});
