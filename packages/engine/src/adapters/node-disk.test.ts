import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { RelPath } from '@tidesync/shared/names';
import { TOP } from '@tidesync/shared/names';
import { afterEach, describe, expect, test } from 'vitest';
import type { DiskFault } from '../ports/disk.ts';
import { diskContract } from '../testing/disk-contract.ts';
import { nodeDisk } from './node-disk.ts';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) execFileSync('rm', ['-rf', folder]);
});
function newFolder(): string {
  const folder = mkdtempSync(path.join(realpathSync(tmpdir()), 'tidesync-disk-'));
  folders.push(folder);
  return folder;
}
const rel = (text: string) => text as RelPath;
const withFault = (fault: DiskFault) => expect.objectContaining({ name: 'DiskError', fault });
const openHandles = () => readdirSync('/proc/self/fd').length;

diskContract('Node disk', () => ({ disk: nodeDisk(newFolder()), dispose: () => undefined }));
diskContract('Node disk without folder handles', () => ({
  disk: nodeDisk(newFolder(), { byHandle: false }),
  dispose: () => undefined,
}));

describe('Node disk', () => {
  test('a root below a symlink works; a symlink put in place of the root later is a change of root', async () => {
    const folder = newFolder();
    mkdirSync(`${folder}/real/root`, { recursive: true });
    symlinkSync('real', `${folder}/way`);
    const disk = nodeDisk(`${folder}/way/root`);
    const first = await disk.root();
    await (await disk.createFile(rel('a'))).close();
    expect(readdirSync(`${folder}/real/root`)).toEqual(['a']);
    renameSync(`${folder}/real/root`, `${folder}/real/old`);
    mkdirSync(`${folder}/real/root`);
    expect((await disk.root()).stamp.inode).not.toBe(first.stamp.inode);
  });

  test('a root that is gone is missing, and nothing in it is called absent', async () => {
    const folder = newFolder();
    mkdirSync(`${folder}/root`);
    const disk = nodeDisk(`${folder}/root`);
    expect(await disk.look(rel('a'))).toBeNull();
    rmSync(`${folder}/root`, { recursive: true });
    await expect(disk.root()).rejects.toEqual(withFault('missing'));
    await expect(disk.look(rel('a'))).rejects.toEqual(withFault('missing'));
    await expect(disk.list(TOP)).rejects.toEqual(withFault('missing'));
    writeFileSync(`${folder}/root`, '');
    await expect(disk.root()).rejects.toEqual(withFault('notFolder'));
    await expect(disk.look(rel('a'))).rejects.toEqual(withFault('notFolder'));
  });

  test('a name that is no UTF-8 is listed, with no name to use', async () => {
    const folder = newFolder();
    writeFileSync(Buffer.concat([Buffer.from(`${folder}/`), Buffer.from([0x61, 0xff])]), 'x');
    const [listed] = await nodeDisk(folder).list(TOP);
    expect(listed).toMatchObject({ name: null, shown: 'a\ufffd', node: { kind: 'file' } });
  });

  test('a link target that is no UTF-8 is refused', async () => {
    const folder = newFolder();
    symlinkSync(Buffer.from([0x61, 0xff]), `${folder}/link`);
    await expect(nodeDisk(folder).readLink(rel('link'))).rejects.toEqual(withFault('nameRefused'));
  });

  test('a fifo is seen and never waited for', async () => {
    const folder = newFolder();
    execFileSync('mkfifo', [`${folder}/fifo`]);
    const disk = nodeDisk(folder);
    expect(await disk.look(rel('fifo'))).toMatchObject({ kind: 'other', executable: false });
    await expect(disk.openForRead(rel('fifo'))).rejects.toEqual(withFault('wrongKind'));
  });

  test('paths far beyond what the system takes in one call work', async () => {
    const disk = nodeDisk(newFolder());
    const part = 'x'.repeat(250);
    let deep = '';
    for (let depth = 0; depth < 20; depth++) {
      deep = deep === '' ? part : `${deep}/${part}`;
      await disk.makeFolder(rel(deep));
    }
    expect(deep.length).toBeGreaterThan(5_000);
    const file = await disk.createFile(rel(`${deep}/file`));
    await file.write(Buffer.from('deep'), 0);
    await file.close();
    expect((await disk.list(rel(deep))).map(({ name }) => name)).toEqual(['file']);
    await disk.rename(rel(`${deep}/file`), rel('top'));
    expect((await disk.look(rel('top')))?.stamp.sizeBytes).toBe(4);
    await disk.makeSymlink(rel(`${deep}/link`), '/');
    await expect(disk.look(rel(`${deep}/link/etc`))).rejects.toEqual(withFault('linkedParent'));
  });

  test('without folder handles such a path is refused in a clear word', async () => {
    const disk = nodeDisk(newFolder(), { byHandle: false });
    const make = async (): Promise<void> => {
      for (let deep = 'x'.repeat(250); deep.length < 6_000; deep += `/${'x'.repeat(250)}`) {
        await disk.makeFolder(rel(deep));
      }
    };
    await expect(make()).rejects.toEqual(withFault('nameTooLong'));
  });

  test("new files are their owner's until they get their mode; the umask is kept", async () => {
    const folder = newFolder();
    const disk = nodeDisk(folder, { umask: 0o027 });
    const file = await disk.createFile(rel('a'));
    expect(statSync(`${folder}/a`).mode & 0o777).toBe(0o600);
    await file.setAttributes({ executable: true, mtimeMs: 1 });
    expect(statSync(`${folder}/a`).mode & 0o777).toBe(0o750);
    await file.setAttributes({ executable: false, mtimeMs: 1 });
    expect(statSync(`${folder}/a`).mode & 0o777).toBe(0o640);
    await file.close();
  });

  test.each([
    [0o600, true, 0o700],
    [0o644, true, 0o755],
    [0o640, true, 0o750],
    [0o755, false, 0o644],
    [0o711, true, 0o711],
    [0o604, false, 0o604],
  ])(
    'attributes of a file with mode %o made executable=%s leave mode %o',
    async (mode, executable, expected) => {
      const folder = newFolder();
      writeFileSync(`${folder}/a`, '');
      chmodSync(`${folder}/a`, mode);
      await nodeDisk(folder, { umask: 0o022 }).setAttributes(rel('a'), { executable, mtimeMs: 1 });
      expect(statSync(`${folder}/a`).mode & 0o777).toBe(expected);
    },
  );

  test('a folder swapped for a symlink again and again never lets a write escape', async () => {
    const folder = newFolder();
    for (const name of ['root/f', 'outside']) mkdirSync(`${folder}/${name}`, { recursive: true });
    const disk = nodeDisk(`${folder}/root`);
    let swapping = true;
    const swap = async () => {
      while (swapping) {
        renameSync(`${folder}/root/f`, `${folder}/root/f-aside`);
        symlinkSync(`${folder}/outside`, `${folder}/root/f`);
        await new Promise((resolve) => setImmediate(resolve));
        rmSync(`${folder}/root/f`);
        renameSync(`${folder}/root/f-aside`, `${folder}/root/f`);
        await new Promise((resolve) => setImmediate(resolve));
      }
    };
    const swapped = swap();
    const write = async (n: number) => (await disk.createFile(rel(`f/${n}`))).close();
    const outcomes = await Promise.allSettled(Array.from({ length: 300 }, (_, n) => write(n)));
    swapping = false;
    await swapped;
    expect(readdirSync(`${folder}/outside`)).toEqual([]);
    const made = outcomes.filter(({ status }) => status === 'fulfilled').length;
    expect(readdirSync(`${folder}/root/f`)).toHaveLength(made);
  });

  test('no handle is left open, whatever happened', async () => {
    const folder = newFolder();
    const disk = nodeDisk(folder);
    await disk.makeFolder(rel('f'));
    await disk.makeSymlink(rel('link'), 'f');
    const before = openHandles();
    await Promise.allSettled([
      disk.list(rel('f')),
      disk.list(rel('link')),
      disk.look(rel('gone/x')),
      disk.openForRead(rel('f')),
      disk.openForRead(rel('link')),
      disk.openForRead(rel('link/x')),
      disk.createFile(rel('link')),
      disk.syncFolder(rel('f')),
    ]);
    expect(openHandles()).toBe(before);
  });

  test('a file written and synced is there for others', async () => {
    const folder = newFolder();
    const file = await nodeDisk(folder).createFile(rel('a'));
    await file.write(Buffer.from('abc'), 0);
    await file.sync();
    expect(readFileSync(`${folder}/a`, 'utf8')).toBe('abc');
    await file.close();
  });
});
