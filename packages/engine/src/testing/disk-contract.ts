import { Buffer } from 'node:buffer';
import type { RelPath } from '@tidesync/shared/names';
import { TOP } from '@tidesync/shared/names';
import { afterEach, describe, expect, test } from 'vitest';
import type { Disk, DiskFault } from '../ports/disk.ts';
import { DiskError } from '../ports/disk.ts';

export interface DiskUnderTest {
  readonly disk: Disk;
  dispose(): void;
}

const path = (text: string) => text as RelPath;

async function makeFile(disk: Disk, at: string, content: string): Promise<void> {
  const file = await disk.createFile(path(at));
  await file.write(Buffer.from(content), 0);
  await file.close();
}
async function contentOf(disk: Disk, at: string): Promise<string> {
  const file = await disk.openForRead(path(at));
  const buffer = Buffer.alloc(1_000);
  const length = await file.read(buffer, 0);
  await file.close();
  return buffer.toString('utf8', 0, length);
}
async function faultOf(operation: Promise<unknown>): Promise<DiskFault | 'none'> {
  try {
    await operation;
    return 'none';
  } catch (error) {
    expect(error).toBeInstanceOf(DiskError);
    return (error as DiskError).fault;
  }
}
const namesIn = async (disk: Disk, folder: string) =>
  (await disk.list(path(folder))).map(({ name }) => name).sort();

/** What every Disk must do; each test begins with an empty root folder. */
export function diskContract(subject: string, make: () => DiskUnderTest): void {
  describe(`${subject} keeps the disk's contract`, () => {
    const made: DiskUnderTest[] = [];
    afterEach(() => {
      for (const each of made.splice(0)) each.dispose();
    });
    const fresh = (): Disk => {
      const each = make();
      made.push(each);
      return each.disk;
    };

    test('the root is a folder, and empty', async () => {
      const disk = fresh();
      expect((await disk.root()).kind).toBe('folder');
      expect(await disk.look(TOP)).toEqual(await disk.root());
      expect(await disk.list(TOP)).toEqual([]);
    });

    test('a file written is read back, from any position', async () => {
      const disk = fresh();
      const file = await disk.createFile(path('a.txt'));
      await file.write(Buffer.from('world'), 6);
      await file.write(Buffer.from('hello '), 0);
      await file.sync();
      expect((await file.stat()).stamp.sizeBytes).toBe(11);
      await file.close();
      await disk.syncFolder(TOP);
      expect(await contentOf(disk, 'a.txt')).toBe('hello world');
      const reader = await disk.openForRead(path('a.txt'));
      const buffer = new Uint8Array(4);
      expect(await reader.read(buffer, 9)).toBe(2);
      expect(await reader.read(buffer, 11)).toBe(0);
      expect(await reader.stat()).toEqual(await disk.look(path('a.txt')));
      await reader.close();
    });

    test('a new file never takes the place of anything', async () => {
      const disk = fresh();
      await makeFile(disk, 'a', 'old');
      await disk.makeSymlink(path('dangling'), 'nowhere');
      await disk.makeFolder(path('folder'));
      for (const taken of ['a', 'dangling', 'folder']) {
        expect(await faultOf(disk.createFile(path(taken)))).toBe('exists');
        expect(await faultOf(disk.makeFolder(path(taken)))).toBe('exists');
        expect(await faultOf(disk.makeSymlink(path(taken), 'x'))).toBe('exists');
        expect(await faultOf(disk.link(path('a'), path(taken)))).toBe('exists');
      }
      expect(await contentOf(disk, 'a')).toBe('old');
    });

    test.each([-1, 0, 999, 1_700_000_000_123, 1_699_999_999_999, -86_400_123, 4_102_444_800_001])(
      'the modification time %d ms comes back exactly',
      async (mtimeMs) => {
        const disk = fresh();
        const file = await disk.createFile(path('a'));
        await file.setAttributes({ executable: true, mtimeMs });
        await file.close();
        expect(await disk.look(path('a'))).toMatchObject({ kind: 'file', executable: true, mtimeMs });
        await disk.setAttributes(path('a'), { executable: false, mtimeMs: mtimeMs + 7 });
        expect(await disk.look(path('a'))).toMatchObject({ executable: false, mtimeMs: mtimeMs + 7 });
      },
    );

    test('a folder lists what is in it and nothing else', async () => {
      const disk = fresh();
      await disk.makeFolder(path('f'));
      await disk.makeFolder(path('f/sub'));
      await makeFile(disk, 'f/sub/deep', 'x');
      await makeFile(disk, 'f/ü🌊\n.txt', 'xyz');
      await disk.makeSymlink(path('f/link'), '../f');
      const listed = await disk.list(path('f'));
      expect(listed.map(({ name, shown, node }) => [name, shown, node.kind]).sort()).toEqual([
        ['link', 'link', 'symlink'],
        ['sub', 'sub', 'folder'],
        ['ü🌊\n.txt', 'ü🌊\n.txt', 'file'],
      ]);
      for (const { name, node } of listed) expect(await disk.look(path(`f/${name}`))).toEqual(node);
      expect(await faultOf(disk.list(path('f/link')))).toBe('linkedParent');
      expect(await faultOf(disk.list(path('f/ü🌊\n.txt')))).toBe('notFolder');
      expect(await faultOf(disk.list(path('gone')))).toBe('missing');
    });

    test('look answers null for what is not there', async () => {
      const disk = fresh();
      await makeFile(disk, 'file', '');
      for (const absent of ['a', 'no/such/folder', 'file/below']) {
        expect(await disk.look(path(absent))).toBeNull();
      }
    });

    test('nothing is reached through a symlink, neither read nor written', async () => {
      const disk = fresh();
      await disk.makeFolder(path('real'));
      await disk.makeFolder(path('real/in'));
      await makeFile(disk, 'real/secret', 'secret');
      await disk.makeSymlink(path('inside'), 'real');
      await disk.makeSymlink(path('outside'), '/');
      await disk.makeSymlink(path('up'), '..');
      await disk.makeSymlink(path('dangling'), 'nowhere');
      await disk.makeSymlink(path('round'), 'round');
      await makeFile(disk, 'own', 'own');
      const attributes = { executable: true, mtimeMs: 1 };
      for (const link of ['inside', 'outside', 'up', 'dangling', 'round']) {
        const below = path(`${link}/secret`);
        const refused = [
          () => disk.look(below),
          () => disk.list(path(link)),
          () => disk.list(path(`${link}/in`)),
          () => disk.openForRead(below),
          () => disk.createFile(path(`${link}/new`)),
          () => disk.makeFolder(path(`${link}/new`)),
          () => disk.makeSymlink(path(`${link}/new`), 'x'),
          () => disk.readLink(below),
          () => disk.link(path('own'), path(`${link}/new`)),
          () => disk.link(below, path('new')),
          () => disk.rename(path('own'), path(`${link}/new`)),
          () => disk.rename(below, path('new')),
          () => disk.unlink(below),
          () => disk.removeFolder(path(`${link}/in`)),
          () => disk.setAttributes(below, attributes),
          () => disk.syncFolder(path(link)),
        ];
        for (const each of refused) expect(await faultOf(each())).toBe('linkedParent');
      }
      expect(await namesIn(disk, 'real')).toEqual(['in', 'secret']);
      expect(await contentOf(disk, 'real/secret')).toBe('secret');
    });

    test('a symlink itself can be read, linked, moved and removed, and keeps its target', async () => {
      const disk = fresh();
      await disk.makeSymlink(path('link'), 'not/there ü');
      expect(await disk.readLink(path('link'))).toBe('not/there ü');
      expect((await disk.look(path('link')))?.kind).toBe('symlink');
      await disk.link(path('link'), path('twin'));
      expect(await disk.readLink(path('twin'))).toBe('not/there ü');
      await disk.rename(path('link'), path('moved'));
      await disk.unlink(path('twin'));
      expect(await namesIn(disk, '')).toEqual(['moved']);
    });

    test('what is no plain file is not opened as one', async () => {
      const disk = fresh();
      await disk.makeFolder(path('folder'));
      await makeFile(disk, 'file', '');
      await disk.makeSymlink(path('link'), 'file');
      expect(await faultOf(disk.openForRead(path('folder')))).toBe('isFolder');
      expect(await faultOf(disk.openForRead(path('link')))).toBe('wrongKind');
      expect(await faultOf(disk.openForRead(path('gone')))).toBe('missing');
      expect(await faultOf(disk.readLink(path('file')))).toBe('wrongKind');
      expect(await faultOf(disk.setAttributes(path('link'), { executable: true, mtimeMs: 1 }))).toBe(
        'wrongKind',
      );
    });

    test('hard links are one file, counted', async () => {
      const disk = fresh();
      await makeFile(disk, 'a', 'x');
      await disk.link(path('a'), path('b'));
      const [a, b] = [await disk.look(path('a')), await disk.look(path('b'))];
      expect(a?.links).toBe(2);
      expect(a).toEqual(b);
      await disk.unlink(path('a'));
      expect((await disk.look(path('b')))?.links).toBe(1);
      expect(await contentOf(disk, 'b')).toBe('x');
    });

    test('an open file stays whole when its name goes or is taken', async () => {
      const disk = fresh();
      await makeFile(disk, 'a', 'old');
      await makeFile(disk, 'b', 'new');
      const reader = await disk.openForRead(path('a'));
      await disk.rename(path('b'), path('a'));
      await disk.unlink(path('a'));
      const buffer = Buffer.alloc(3);
      expect(await reader.read(buffer, 0)).toBe(3);
      expect(buffer.toString()).toBe('old');
      expect((await reader.stat()).links).toBe(0);
      await reader.close();
    });

    test('a file that is given the name it has stays as it is', async () => {
      const disk = fresh();
      await makeFile(disk, 'a', 'one');
      const before = await disk.look(path('a'));
      await disk.rename(path('a'), path('a'));
      expect(await disk.look(path('a'))).toEqual(before);
    });

    test('rename keeps inode and birth, replaces a file, and refuses to bury folders', async () => {
      const disk = fresh();
      await disk.makeFolder(path('f'));
      await makeFile(disk, 'f/in', 'x');
      await makeFile(disk, 'a', 'a');
      await makeFile(disk, 'b', 'b');
      const before = await disk.look(path('a'));
      await disk.rename(path('a'), path('b'));
      const after = await disk.look(path('b'));
      expect(after?.stamp.inode).toBe(before?.stamp.inode);
      expect(after?.stamp.birthtimeNs).toBe(before?.stamp.birthtimeNs);
      expect(await contentOf(disk, 'b')).toBe('a');
      await disk.makeFolder(path('g'));
      expect(await faultOf(disk.rename(path('g'), path('f')))).toBe('notEmpty');
      expect(await faultOf(disk.rename(path('b'), path('f')))).toBe('isFolder');
      expect(await faultOf(disk.rename(path('f'), path('b')))).toBe('notFolder');
      expect(await faultOf(disk.rename(path('gone'), path('x')))).toBe('missing');
      expect(await faultOf(disk.rename(path('b'), path('no/x')))).toBe('missing');
      expect(await faultOf(disk.rename(path('f'), path('f/in2')))).toBe('nameRefused');
      await disk.rename(path('f'), path('g'));
      expect(await contentOf(disk, 'g/in')).toBe('x');
    });

    test('removing asks for the right kind', async () => {
      const disk = fresh();
      await disk.makeFolder(path('f'));
      await makeFile(disk, 'f/in', 'x');
      expect(await faultOf(disk.removeFolder(path('f')))).toBe('notEmpty');
      expect(await faultOf(disk.removeFolder(path('f/in')))).toBe('notFolder');
      expect(await faultOf(disk.unlink(path('f')))).toBe('isFolder');
      expect(await faultOf(disk.unlink(path('gone')))).toBe('missing');
      expect(await faultOf(disk.removeFolder(path('gone')))).toBe('missing');
      await disk.unlink(path('f/in'));
      await disk.removeFolder(path('f'));
      expect(await disk.list(TOP)).toEqual([]);
    });

    test('parents must be there', async () => {
      const disk = fresh();
      await makeFile(disk, 'file', '');
      expect(await faultOf(disk.createFile(path('no/x')))).toBe('missing');
      expect(await faultOf(disk.makeFolder(path('no/x')))).toBe('missing');
      expect(await faultOf(disk.createFile(path('file/x')))).toBe('notFolder');
    });

    test('a name of 255 bytes works, a longer one is refused', async () => {
      const disk = fresh();
      await makeFile(disk, 'ü'.repeat(127), 'x');
      expect(await contentOf(disk, 'ü'.repeat(127))).toBe('x');
      expect(await faultOf(disk.createFile(path('ü'.repeat(128))))).toBe('nameTooLong');
      expect(await faultOf(disk.look(path('x'.repeat(256))))).toBe('nameTooLong');
    });

    test('a change of content or attributes shows in the stamp', async () => {
      const disk = fresh();
      await makeFile(disk, 'a', 'x');
      const before = await disk.look(path('a'));
      await disk.setAttributes(path('a'), { executable: true, mtimeMs: 5 });
      const after = await disk.look(path('a'));
      expect(after?.stamp.mtimeNs).not.toBe(before?.stamp.mtimeNs);
      expect(after?.stamp.ctimeNs).not.toBe(before?.stamp.ctimeNs);
    });

    test('free room is told in bytes', async () => {
      expect(await fresh().freeBytes()).toBeGreaterThan(1_000_000);
    });
  });
}
