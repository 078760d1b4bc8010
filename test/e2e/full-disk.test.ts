// A device whose disk is full to the last block, while people work on both sides: a tmpfs where one may be mounted.

import { chmod, open, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import Sqlite from 'better-sqlite3';
import { afterEach, beforeAll, expect, test } from 'vitest';
import type { SmallDisk } from '../faults/small-disk.ts';
import { mountSmallDisk } from '../faults/small-disk.ts';
import { Device } from './support/device.ts';
import { textsIn } from './support/random-work.ts';
import { readTree } from './support/tree.ts';
import { useWorldOfOneServer } from './support/use-world.ts';
import { until } from './support/waiting.ts';
import { OWNER, sameTrees, settleAll } from './support/world.ts';

/** Above what the engine leaves free, so that small files arrive before it is full. */
const DISK_MIB = 96;
const RECOVERY_MS = 90_000;

const world = useWorldOfOneServer();
let ada: Device;
beforeAll(async () => {
  ada = await world.device('ada');
});

let disk: SmallDisk | null = null;
let bob: Device | null = null;
afterEach(async () => {
  await bob?.kill();
  await disk?.remove();
  [bob, disk] = [null, null];
});

/** Takes every block there is; where nothing may be mounted, the folder cannot be written to instead. */
async function fillUp(folder: string): Promise<() => Promise<void>> {
  if (disk === null) {
    await chmod(folder, 0o555);
    return () => chmod(folder, 0o755);
  }
  const filler = path.join(disk.path, 'filler');
  const handle = await open(filler, 'w');
  for (let blockBytes = 1024 * 1024; blockBytes >= 1; blockBytes = Math.floor(blockBytes / 16)) {
    while (await writes(handle, blockBytes));
  }
  await handle.close();
  return () => rm(filler);
}

async function writes(handle: Awaited<ReturnType<typeof open>>, sizeBytes: number): Promise<boolean> {
  try {
    return (await handle.write(Buffer.alloc(sizeBytes, 1))).bytesWritten === sizeBytes;
  } catch (error) {
    expect((error as NodeJS.ErrnoException).code).toBe('ENOSPC');
    return false;
  }
}

test.each([
  ['its folder', false],
  ['its folder and its own database', true],
])(
  'the disk of %s is full: nothing is deleted or half written, and all goes on when there is room',
  { timeout: 300_000 },
  async (_what, isHomeFull) => {
    disk = await mountSmallDisk(DISK_MIB);
    const place = disk?.path ?? world.top;
    bob = new Device('bob', path.join(isHomeFull ? place : world.top, `home ${isHomeFull}`));
    world.devices.push(bob);
    await bob.start();
    await bob.login(world.server.url, OWNER);
    const library = world.newLibrary();
    const here = await ada.bind(library, library);
    const there = path.join(isHomeFull ? bob.home : place, 'synced');
    await bob.ask('folder', 'add', there, '--library', library);
    for (const name of ['edited', 'gone', 'kept', 'mine'])
      await writeFile(path.join(here, name), `${name} at first`);
    await settleAll(ada, bob);
    await sameTrees([here, there]);

    const makeRoom = await fillUp(there);
    const edited = 'edited by ada, and longer than before. '.repeat(2_000);
    await writeFile(path.join(here, 'edited'), edited);
    await writeFile(path.join(here, 'large'), Buffer.alloc(5_000_000, 'large '));
    await rm(path.join(here, 'gone'));
    if (disk !== null) await rename(path.join(there, 'kept'), path.join(there, 'kept on'));
    await settleAll(ada);
    const device = bob;
    await until('bob says that not all is here', async () => {
      await device.settle();
      const { state, sentence, troubles } = await device.root(there);
      return (
        state !== 'upToDate' && (isHomeFull && disk !== null ? sentence.includes('own data') : troubles > 0)
      );
    });
    if (!isHomeFull) {
      const { code } = await device.why(path.join(there, 'large'));
      expect(code).toBe(disk === null ? 'unwritable' : 'diskFull');
      if (disk !== null)
        await until('what bob did is there', async () => (await readTree(here)).has('kept on'));
    }
    // Whatever of it has come: whole, old or new.
    for (const text of await textsIn(there))
      expect(text === edited || text.endsWith(' at first') || text.startsWith('large')).toBe(true);
    expect([...(await readTree(here)).keys()]).toEqual(expect.arrayContaining(['edited', 'large', 'mine']));

    await makeRoom();
    await until(
      'all is here',
      async () => {
        const tree = await readTree(there);
        return tree.has('large') && !tree.has('gone') && (await sameTrees([here, there]));
      },
      RECOVERY_MS,
    );
    await settleAll(ada, bob);
    const kept = disk === null ? 'kept' : 'kept on';
    expect([...(await sameTrees([here, there])).keys()].sort()).toEqual(
      ['edited', kept, 'large', 'mine'].sort(),
    );
    expect(await bob.root(there)).toMatchObject({ state: 'upToDate', troubles: 0, conflicts: 0 });
    await bob.stop();
    const journal = new Sqlite(path.join(bob.home, 'device', 'journal.db'), { readonly: true });
    expect(journal.pragma('quick_check', { simple: true })).toBe('ok');
    journal.close();
  },
);
