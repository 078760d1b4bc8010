import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import type { Device } from '../e2e/support/device.ts';
import { readTree } from '../e2e/support/tree.ts';
import { until } from '../e2e/support/waiting.ts';
import { chooseAction, downloadBy, dropFiles, shoot, useConsole } from './support/console-world.ts';

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
