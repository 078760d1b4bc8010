import { mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { FileVersion } from '@tidesync/shared/wire/retention';
import { beforeAll, expect, test } from 'vitest';
import type { Device } from './support/device.ts';
import { useWorld } from './support/use-world.ts';
import { until } from './support/waiting.ts';

const world = useWorld();
let ada: Device;
let folder: string;
beforeAll(async () => {
  ada = await world.device('ada');
  [folder] = await world.share(ada);
});

test('an earlier version is written elsewhere as a new file, over nothing', async () => {
  const file = path.join(folder, 'report.txt');
  for (const text of ['first', 'second one', '']) {
    await writeFile(file, text);
    await ada.settle();
  }
  const elsewhere = path.join(ada.home, 'elsewhere');
  const saved = (...args: string[]) => ada.ask<{ savedAs: string }>('restore', file, '--to', ...args);
  expect(await saved(elsewhere)).toMatchObject({
    savedAs: path.join(elsewhere, 'report.txt'),
    sizeBytes: 10,
  });
  const { versions } = await ada.ask<{ versions: FileVersion[] }>('versions', file);
  const [current, , first] = versions;
  await saved(elsewhere, '--number', String(first?.seq));
  await saved(elsewhere, '--number', String(current?.seq));
  const names = (await readdir(elsewhere)).sort();
  expect(names).toEqual(['report (2).txt', 'report (3).txt', 'report.txt']);
  const texts = await Promise.all(names.map((name) => readFile(path.join(elsewhere, name), 'utf8')));
  expect(texts).toEqual(['first', '', 'second one']);
  const { mtimeMs } = await stat(path.join(elsewhere, 'report (2).txt'));
  expect(Math.floor(mtimeMs)).toBe(first?.mtimeMs);
  expect(await readFile(file, 'utf8')).toBe('');
  expect((await ada.ask<{ versions: unknown[] }>('versions', file)).versions).toHaveLength(3);
});

test('one of many pieces comes whole, and into a synced folder by itself alone', async () => {
  const file = path.join(folder, 'large.bin');
  const bytes = new Uint8Array(9_000_000).map((_, index) => (index * 7919) >> 5);
  await writeFile(file, bytes);
  await ada.settle();
  await writeFile(file, 'small now');
  await ada.settle();
  await symlink(folder, path.join(ada.home, 'way'));
  await ada.ask('restore', path.join(ada.home, 'way', 'large.bin'), '--to', folder);
  const copy = path.join(folder, 'large (2).bin');
  expect((await readFile(copy)).equals(bytes)).toBe(true);
  await ada.settle();
  expect(await ada.why(copy)).toMatchObject({ state: 'synced' });
  const { items } = await ada.ask<{ items: unknown[] }>('trash', 'list');
  expect(items).toEqual([]);
});

test('what cannot be written elsewhere says why, and leaves nothing', async () => {
  const file = path.join(folder, 'report.txt');
  const notFolder = await ada.run('restore', file, '--to', file);
  expect([notFolder.exitCode, notFolder.err]).toEqual([1, expect.stringMatching(/no folder/)]);
  const deep = await ada.run('restore', file, '--to', path.join(ada.home, 'not', 'there'));
  expect([deep.exitCode, deep.err]).toEqual([1, expect.stringMatching(/folder above it does not exist/)]);
  const missing = await ada.run('restore', path.join(folder, 'nothing'), '--to', path.join(ada.home, 'none'));
  expect(missing.exitCode).toBe(1);
  expect(await readdir(ada.home)).not.toContain('none');
});

test('names are searched on the server, with where they are here', async () => {
  await mkdir(path.join(folder, 'Invoices 2026'));
  await writeFile(path.join(folder, 'Invoices 2026', 'Rechnung März.pdf'), 'x');
  await ada.settle();
  interface Answer {
    readonly items: { path: string; kind: string; localPath: string | null }[];
    readonly more: boolean;
  }
  const search = (...args: string[]) => ada.ask<Answer>('search', ...args);
  const found = await search('märz', 'RECH');
  expect(found).toMatchObject({
    items: [{ path: 'Invoices 2026/Rechnung März.pdf', kind: 'file', sizeBytes: 1 }],
    more: false,
  });
  expect(found.items[0]?.localPath).toBe(path.join(folder, 'Invoices 2026', 'Rechnung März.pdf'));
  expect((await search('invoices')).items).toMatchObject([{ kind: 'folder', sizeBytes: null }]);
  expect(await search('nowhere at all')).toEqual({ items: [], more: false });
  expect(await search('r', '--limit', '1')).toMatchObject({ items: [{}], more: true });
  const { out } = await ada.run('search', 'invoices');
  expect(out).toMatch(/Invoices 2026\/$/m);
  expect((await ada.run('search', 'a', '--library', 'none of mine')).exitCode).toBe(1);
});

test('what would come of adding a folder is said before, and nothing is made', async () => {
  const fresh = path.join(ada.home, 'fresh');
  const add = (place: string, library: string) =>
    ada.run('folder', 'add', place, '--library', library, '--dry-run', '--json');
  const made = await add(fresh, 'Nowhere yet');
  expect(made.exitCode).toBe(0);
  expect(JSON.parse(made.out)).toMatchObject({
    ...{ path: fresh, exists: false, libraryIs: 'new', canBeAdded: true, findings: [] },
  });
  const inside = await add(path.join(folder, 'Invoices 2026'), 'Nowhere yet');
  expect(inside.exitCode).toBe(3);
  expect(JSON.parse(inside.out)).toMatchObject({
    canBeAdded: false,
    findings: [{ finding: { is: 'overlaps', other: folder }, blocks: true }],
  });
  const { out } = await ada.run('folder', 'add', fresh, '--library', 'Nowhere yet', '--dry-run');
  expect(out).toMatch(/which would be made[\s\S]*a new library would be made/);
  expect(await readdir(ada.home)).not.toContain('fresh');
  const { libraries } = await ada.ask<{ libraries: { name: string }[] }>('library', 'list');
  expect(libraries.map(({ name }) => name)).not.toContain('Nowhere yet');
});

test('settings are listed, read and changed, and the engine has them', async () => {
  const list = await ada.ask('config', 'list');
  expect(list).toEqual({
    settings: [
      { key: 'upload-limit', value: null, folder: null },
      { key: 'download-limit', value: null, folder: null },
      { key: 'on-metered', value: 'sync', folder: null },
      { key: 'on-battery', value: 'sync', folder: null },
      { key: 'secrets', value: expect.stringMatching(/^(file|keyring)$/), folder: null },
      { key: 'mass-delete-files', value: 200, folder },
      { key: 'mass-delete-percent', value: 25, folder },
    ],
  });
  await ada.ask('config', 'set', 'mass-delete-files', '1');
  const get = await ada.run(
    'config',
    'get',
    'mass-delete-files',
    '--folder',
    path.join(folder, 'report.txt'),
  );
  expect([get.exitCode, get.out]).toEqual([0, '1\n']);
  expect(await ada.ask('folder', 'set', folder)).toMatchObject({ massDelete: { files: 1, percent: 25 } });
  const off = await ada.ask('config', 'set', 'mass-delete-percent', 'off', '--folder', folder);
  expect(off).toEqual({ key: 'mass-delete-percent', value: null, folder });
  await ada.bind('second', 'Second');
  const which = await ada.run('config', 'set', 'mass-delete-files', '9');
  expect([which.exitCode, which.err]).toEqual([2, expect.stringMatching(/--folder/)]);
  const set = await ada.ask<{ settings: unknown[] }>('config', 'get', 'mass-delete-percent');
  expect(set.settings).toMatchObject([{ value: null }, { value: 25 }]);
});

test('problems are listed by their cause, with 3 while there is any, and tried again', async () => {
  expect(await ada.ask('problems')).toEqual({ halted: [], groups: [] });
  const names = ['b', 'c', 'd', 'e', 'f', 'g'].map((letter) => Buffer.from([letter.charCodeAt(0), 0xff]));
  for (const name of names) await writeFile(Buffer.concat([Buffer.from(`${folder}/`), name]), 'x');
  await until('all are noticed', async () => (await ada.root(folder)).troubles === names.length);
  const listed = await ada.run('problems', 'list', '--json');
  expect(listed.exitCode).toBe(3);
  const { groups } = JSON.parse(listed.out) as { groups: { paths: unknown[] }[] };
  expect(groups).toMatchObject([{ cause: 'notUnicode', code: 'notUnicode', count: 6 }]);
  expect(groups[0]?.paths).toHaveLength(6);
  expect((await ada.run('problems')).out).toMatch(/^notUnicode \(6 paths\)[\s\S]*and 1 more: --all/);
  expect((await ada.run('problems', '--all')).out).not.toMatch(/more/);
  expect(await ada.ask('problems', 'retry', folder)).toEqual({ path: folder, retry: 'begun' });
  expect(await ada.ask('problems', 'retry')).toEqual({ path: 'all', retry: 'begun' });
  expect((await ada.run('problems', 'retry', '/nowhere')).exitCode).toBe(1);
});

test('the owner says how long a library keeps versions and trash; a member reads it', async () => {
  await world.server.makeAccount('bob@example.org');
  const bob = await world.stoppedDevice('bob', 'bob@example.org');
  await ada.bind('kept', 'Kept');
  const first = await ada.ask('library', 'retention', 'Kept');
  expect(first).toMatchObject({ versions: 30, trash: 30, own: { versions: null, trash: null } });
  await ada.ask('library', 'retention', 'Kept', '--versions', '365', '--trash', 'forever');
  await ada.ask('library', 'members', 'set', 'Kept', 'bob@example.org', 'editor');
  const shared = `ada@example.org/Kept`;
  expect((await bob.run('library', 'retention', shared)).out).toBe(
    'Earlier versions: 365 days\nTrash: forever\n',
  );
  const refused = await bob.run('library', 'retention', shared, '--trash', '1');
  expect([refused.exitCode, refused.err]).toEqual([1, expect.stringMatching(/owner/)]);
  expect((await ada.run('library', 'retention', 'Kept', '--trash', '0')).exitCode).toBe(2);
  const back = await ada.ask('library', 'retention', 'Kept', '--trash', 'default');
  expect(back).toMatchObject({ versions: 365, trash: 30, own: { versions: 365, trash: null } });
});
