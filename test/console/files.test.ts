import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import type { Device } from '../e2e/support/device.ts';
import { readTree } from '../e2e/support/tree.ts';
import { until } from '../e2e/support/waiting.ts';
import { chooseAction, downloadBy, dropFiles, shoot, useConsole } from './support/console-world.ts';
import { readZip } from './support/read-zip.ts';

const { world, signedIn } = useConsole();
let ada: Device;
let folder: string;
let library: string;

const hashOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
/** A folder of files to choose from, outside what is synced. */
const chosenDir = () => path.join(world.top, 'chosen');

beforeAll(async () => {
  ada = await world.device('ada');
  library = world.newLibrary();
  folder = await ada.bind(library, library);
  await mkdir(path.join(folder, 'notes', 'deeper'), { recursive: true });
  await writeFile(path.join(folder, 'hello.txt'), 'Hello from a device\n');
  await writeFile(path.join(folder, 'large.bin'), randomBytes(9_000_000));
  await writeFile(path.join(folder, 'notes', 'todo.md'), '# To do\n');
  await writeFile(path.join(folder, 'notes', 'deeper', 'empty'), '');
  await ada.settle();
  await mkdir(chosenDir(), { recursive: true });
});

async function openLibrary(page: Page): Promise<void> {
  await page.getByRole('link', { name: library, exact: true }).click();
  await page.getByRole('button', { name: 'hello.txt', exact: true }).waitFor();
}

test('[P6] what a device sent is listed, shown and downloaded byte for byte', async () => {
  const page = await signedIn();
  await shoot(page, 'libraries');
  await openLibrary(page);
  await shoot(page, 'files');
  await page.getByRole('button', { name: 'hello.txt', exact: true }).click();
  await page.getByText('Hello from a device').waitFor();
  await shoot(page, 'preview-text');
  await page.keyboard.press('Escape');
  const got = await downloadBy(page, () => chooseAction(page, 'large.bin', 'Download'));
  expect(hashOf(got)).toBe(hashOf(await readFile(path.join(folder, 'large.bin'))));
});

test('[P7] what is dropped into a folder is on every device, byte for byte', async () => {
  const page = await signedIn();
  await openLibrary(page);
  const dropped = path.join(chosenDir(), 'dropped');
  await mkdir(path.join(dropped, 'inner', 'none in it'), { recursive: true });
  await writeFile(path.join(dropped, 'a.txt'), 'a');
  await writeFile(path.join(dropped, 'inner', 'b.bin'), randomBytes(300_000));
  const large = path.join(chosenDir(), 'film.bin');
  await writeFile(large, randomBytes(20_000_000));
  await dropFiles(page, [large, dropped]);
  await page.getByText('Done', { exact: true }).waitFor({ timeout: 60_000 });
  await shoot(page, 'uploaded');
  await page.getByRole('button', { name: 'film.bin', exact: true }).waitFor();
  await ada.settle();
  expect(hashOf(await readFile(path.join(folder, 'film.bin')))).toBe(hashOf(await readFile(large)));
  const names = async (of: string) => [...(await readTree(of)).keys()].sort();
  expect(await names(path.join(folder, 'dropped'))).toEqual(await names(dropped));
  const inner = ['inner', 'b.bin'] as const;
  const there = await readFile(path.join(folder, 'dropped', ...inner));
  expect(hashOf(there)).toBe(hashOf(await readFile(path.join(dropped, ...inner))));
});

test('[P6] what a device changes shows by itself', async () => {
  const page = await signedIn();
  await openLibrary(page);
  await writeFile(path.join(folder, 'news.txt'), 'new');
  await page.getByRole('button', { name: 'news.txt', exact: true }).waitFor({ timeout: 60_000 });
  expect(await until('it is listed', () => page.getByText('news.txt').count())).toBeGreaterThan(0);
});

test('[P6] a folder is saved as one archive with all that is in it', async () => {
  const page = await signedIn();
  await openLibrary(page);
  const zip = readZip(await downloadBy(page, () => chooseAction(page, 'notes', 'Download as zip')));
  expect([...zip.keys()].sort()).toEqual(['notes/', 'notes/deeper/', 'notes/deeper/empty', 'notes/todo.md']);
  expect(zip.get('notes/todo.md')?.toString()).toBe('# To do\n');
});

test('[P9] an upload under a name that is taken keeps both, and the same file again is no second one', async () => {
  const page = await signedIn();
  await openLibrary(page);
  const mine = path.join(chosenDir(), 'hello.txt');
  await writeFile(mine, 'another hello');
  const upload = async () => {
    const [chooser] = await Promise.all([
      page.waitForEvent('filechooser'),
      page.getByRole('button', { name: 'Upload files' }).click(),
    ]);
    await chooser.setFiles(mine);
    await page.getByText('Done', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Take off this list' }).click();
  };
  await upload();
  await page.getByRole('button', { name: 'hello (2).txt', exact: true }).waitFor();
  await upload();
  await ada.settle();
  const names = [...(await readTree(folder)).keys()].filter((name) => name.startsWith('hello')).sort();
  // The second time `hello.txt` is taken again, and `hello (2).txt` has just this content.
  expect(names).toEqual(['hello (2).txt', 'hello.txt']);
  expect(await readFile(path.join(folder, 'hello.txt'), 'utf8')).toBe('Hello from a device\n');
});

test('[P7] an upload that the server was away for goes on when it is tried again', async () => {
  const page = await signedIn();
  await openLibrary(page);
  const late = path.join(chosenDir(), 'late.bin');
  await writeFile(late, randomBytes(3_000_000));
  await world.server.kill();
  await dropFiles(page, [late]);
  await page.getByText('cannot be reached').waitFor();
  await shoot(page, 'upload-failed');
  await world.server.start();
  await page.getByRole('button', { name: 'Try again' }).first().click();
  await page.getByText('Done', { exact: true }).waitFor({ timeout: 60_000 });
  const arrived = path.join(folder, 'late.bin');
  await until('the device has it', () => readFile(arrived));
  expect(hashOf(await readFile(arrived))).toBe(hashOf(await readFile(late)));
});

test('a search finds what lies deep, and shows where', async () => {
  const page = await signedIn();
  await openLibrary(page);
  await page.getByRole('textbox', { name: 'Search in this library' }).fill('TODO');
  await page.getByText('notes/todo.md').waitFor();
  await page.getByText('1 found').waitFor();
  await shoot(page, 'search');
});
