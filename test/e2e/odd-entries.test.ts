// What lies on real disks and is no plain file, or has a name that no program likes.

import { execFileSync } from 'node:child_process';
import { link, lstat, mkdir, readFile, rename, rm, symlink, unlink, writeFile } from 'node:fs/promises';
import type { Server } from 'node:net';
import { createServer } from 'node:net';
import path from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import type { Device } from './support/device.ts';
import { readTree } from './support/tree.ts';
import { useWorld } from './support/use-world.ts';
import { until } from './support/waiting.ts';
import { sameTrees, settleAll } from './support/world.ts';

const world = useWorld();
let [ada, bob] = [] as unknown as [Device, Device];
beforeAll(async () => {
  ada = await world.device('ada');
  bob = await world.device('bob');
});

const at = (folder: string, ...names: string[]) => path.join(folder, ...names);
const DEPTH = 100;

interface Trouble {
  readonly path: string;
  readonly code: string;
}
async function troublesOf(device: Device): Promise<Trouble[]> {
  const { out } = await device.run('sync', '--json', '--timeout', '60');
  return (JSON.parse(out) as { troubles: Trouble[] }).troubles;
}

function openSocket(place: string): Promise<Server> {
  return new Promise((resolve) => {
    const server = createServer();
    server.listen(place, () => resolve(server));
  });
}

test('[S35] sockets, pipes and devices are shown and left alone, and all beside them is synced', async () => {
  const [here, there] = await world.share(ada, bob);
  // The name of a socket may be short only, so it is made elsewhere and moved.
  const shortPlace = `/tmp/tidesync-${process.pid}.sock`;
  const socket = await openSocket(shortPlace);
  try {
    await rename(shortPlace, at(here, 'socket')).catch(() => undefined);
    execFileSync('mkfifo', [at(here, 'pipe')]);
    const codes: [string, string][] = [['pipe', 'specialFile']];
    if (process.getuid?.() === 0) {
      execFileSync('mknod', [at(here, 'device'), 'c', '1', '3']);
      codes.push(['device', 'specialFile']);
    }
    if ((await lstat(at(here, 'socket')).catch(() => null)) !== null) codes.push(['socket', 'specialFile']);
    await writeFile(at(here, 'plain'), 'plain');
    await until('the plain file is there', async () => (await readTree(there)).has('plain'));
    const troubles = (await troublesOf(ada)).map(({ path: name, code }) => [name, code]);
    expect(troubles.sort()).toEqual(codes.sort());
    expect([...(await readTree(there)).keys()]).toEqual(['plain']);
    // One that takes the place of a synced file is no delete.
    await rename(at(here, 'plain'), at(here, '..', 'plain elsewhere'));
    execFileSync('mkfifo', [at(here, 'plain')]);
    await settleAll(ada, bob);
    expect((await troublesOf(ada)).map(({ path: name }) => name)).toContain('plain');
    await unlink(at(here, 'plain'));
    await rename(at(here, '..', 'plain elsewhere'), at(here, 'plain'));
    await until('the plain file is there still', async () => {
      await settleAll(ada, bob);
      return (await readFile(at(there, 'plain'), 'utf8')) === 'plain';
    });
  } finally {
    socket.close();
    await rm(shortPlace, { force: true });
  }
});

test('[S35] a name that is no UTF-8 stays as it is, is shown, and is deleted or renamed nowhere', async () => {
  const [here, there] = await world.share(ada, bob);
  const odd = Buffer.concat([Buffer.from(`${here}/caf`), Buffer.from([0xe9]), Buffer.from('.txt')]);
  const oddFolder = Buffer.concat([Buffer.from(`${here}/`), Buffer.from([0xff, 0xfe])]);
  await mkdir(oddFolder);
  await writeFile(Buffer.concat([oddFolder, Buffer.from('/inside')]), 'inside');
  await writeFile(odd, 'latin one');
  await writeFile(at(here, 'plain'), 'plain');
  await until('the plain file is there', async () => (await readTree(there)).has('plain'));
  await settleAll(ada, bob);
  const odds = (await troublesOf(ada)).filter(({ code }) => code === 'notUnicode');
  expect(odds.map(({ path: name }) => name).sort()).toEqual(['caf\ufffd.txt', '\ufffd\ufffd']);
  expect([...(await readTree(there)).keys()]).toEqual(['plain']);
  expect(await readFile(odd, 'utf8')).toBe('latin one');
  expect((await ada.root(here)).state).toBe('attention');
  // With another name it is synced, and nothing is left to tell.
  await rename(odd, at(here, 'coffee.txt'));
  await rename(oddFolder, at(here, 'folder'));
  await until('both are there', async () => (await sameTrees([here, there])).size === 4);
  expect(await readFile(at(there, 'coffee.txt'), 'utf8')).toBe('latin one');
  await settleAll(ada);
  expect(await ada.root(here)).toMatchObject({ state: 'upToDate', troubles: 0 });
});

test('[S5] names of a hard link are files of their own: an edit through one never writes into the other there', async () => {
  const [here, there] = await world.share(ada, bob);
  await writeFile(at(here, 'first'), 'one text');
  await link(at(here, 'first'), at(here, 'second'));
  await settleAll(ada, bob);
  expect([...(await sameTrees([here, there])).keys()].sort()).toEqual(['first', 'second']);
  expect((await lstat(at(there, 'first'))).nlink).toBe(1);
  await writeFile(at(there, 'first'), 'edited there');
  await until('the edit is here', async () => (await readFile(at(here, 'first'), 'utf8')) === 'edited there');
  expect(await readFile(at(here, 'second'), 'utf8')).toBe('one text');
  await settleAll(ada, bob);
  expect((await lstat(at(here, 'second'))).nlink).toBe(1 + 1); // the old text lies in the trash under its other name
});

test('[S35] links that lead outside are links on all devices, and nothing behind them is read or written', async () => {
  const [here, there] = await world.share(ada, bob);
  const outside = path.join(world.top, 'outside');
  await mkdir(outside);
  await writeFile(at(outside, 'secret'), 'secret');
  await symlink(outside, at(here, 'door'));
  await symlink('../../../../../../etc', at(here, 'upwards'));
  await symlink('loop', at(here, 'loop'));
  await settleAll(ada, bob);
  const tree = await sameTrees([here, there]);
  expect([...tree.keys()].sort()).toEqual(['door', 'loop', 'upwards']);
  // Written through the link by a person: not in the library.
  await writeFile(at(there, 'door', 'of bob'), 'of bob');
  await settleAll(ada, bob);
  expect((await sameTrees([here, there])).size).toBe(3);
  // The link becomes a folder there: nothing is put through the link here.
  await unlink(at(there, 'door'));
  await mkdir(at(there, 'door'));
  await writeFile(at(there, 'door', 'secret'), 'another one');
  await until('the folder is here', async () => (await readTree(here)).has('door/secret'));
  expect((await lstat(at(here, 'door'))).isDirectory()).toBe(true);
  expect(await readFile(at(outside, 'secret'), 'utf8')).toBe('secret');
});

test('[S13] names that Windows refuses, and longest ones, are as good as others here', async () => {
  const [here, there] = await world.share(ada, bob);
  const names = ['CON', 'aux.txt', 'dot.', 'space ', 'a:b', 'back\\slash', '...', ' ', 'n'.repeat(255)];
  names.push(
    '\u00fc'.repeat(127),
    'Stra\u00dfe',
    'STRASSE',
    'I\u0307',
    '\u0131',
    'i',
    'A.txt',
    'a.txt',
    'caf\u00e9',
    'cafe\u0301',
  );
  for (const name of names) await writeFile(at(here, name), `text of ${name}`);
  await settleAll(ada, bob);
  const tree = await sameTrees([here, there]);
  expect(tree.size).toBe(names.length);
  for (const name of names) expect(await readFile(at(there, name), 'utf8')).toBe(`text of ${name}`);
  await rename(at(there, 'A.txt'), at(there, 'B.txt'));
  await rename(at(there, 'a.txt'), at(there, 'A.txt'));
  await rename(at(there, 'B.txt'), at(there, 'a.txt'));
  await until('they have changed places here', async () => {
    await sameTrees([here, there]);
    return (await readFile(at(here, 'a.txt'), 'utf8')) === 'text of A.txt';
  });
  expect(await ada.root(here)).toMatchObject({ conflicts: 0 });
});

test(`[S14] a tree ${DEPTH} deep arrives, moves as a whole, and goes`, async () => {
  const [here, there] = await world.share(ada, bob);
  const deep = Array.from({ length: DEPTH }, (_, depth) => `folder ${depth}`);
  await mkdir(at(here, ...deep), { recursive: true });
  await writeFile(at(here, ...deep, 'bottom'), 'bottom');
  await until('the bottom is there', async () => (await readTree(there)).size === DEPTH + 1);
  expect(await readFile(at(there, ...deep, 'bottom'), 'utf8')).toBe('bottom');
  await rename(at(there, 'folder 0'), at(there, 'renamed'));
  await until('it is renamed here', async () => (await readTree(here)).has('renamed'));
  expect((await sameTrees([here, there])).size).toBe(DEPTH + 1);
  await rm(at(here, 'renamed'), { recursive: true });
  await until('it is gone there', async () => (await readTree(there)).size === 0);
});
