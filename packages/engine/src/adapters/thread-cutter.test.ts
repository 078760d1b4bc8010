import {
  appendFileSync,
  mkdtempSync,
  readdirSync,
  readlinkSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { RelPath } from '@tidesync/shared/names';
import { afterEach, expect, test } from 'vitest';
import { cutterContract } from '../testing/cutter-contract.ts';
import { nodeDisk } from './node-disk.ts';
import type { ThreadCutters } from './thread-cutter.ts';
import { threadCutters } from './thread-cutter.ts';

const folders: string[] = [];
const started: ThreadCutters[] = [];
afterEach(async () => {
  for (const each of started.splice(0)) await each.close();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});
function newFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'tidesync-cutter-'));
  folders.push(folder);
  return folder;
}
function start(): ThreadCutters {
  const cutters = threadCutters(2);
  started.push(cutters);
  return cutters;
}
const rel = (text: string) => text as RelPath;
const never = new AbortController().signal;

cutterContract('Thread cutter', () => {
  const folder = newFolder();
  return { cutter: start().cutterFor(folder), disk: nodeDisk(folder), dispose: () => Promise.resolve() };
});

test('a file that is written to while it is read has changed', async () => {
  const folder = newFolder();
  const cutter = start().cutterFor(folder);
  const file = path.join(folder, 'a');
  writeFileSync(file, new Uint8Array(64_000_000));
  let cut = false;
  const cutting = cutter.cut(rel('a'), never).finally(() => (cut = true));
  // The first turns only open the file; whichever write comes first while it is read is enough.
  while (!cut) {
    appendFileSync(file, 'more');
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(await cutting).toEqual({ is: 'changed' });
});

test('closing ends what is under way and leaves no handle open', async () => {
  const folder = newFolder();
  const cutters = threadCutters(1);
  const cutter = cutters.cutterFor(folder);
  writeFileSync(path.join(folder, 'a'), new Uint8Array(64_000_000));
  const openFiles = () => readdirSync('/proc/self/fd').length;
  await cutter.cut(rel('a'), never);
  const handles = openFiles();
  const cutting = [1, 2, 3].map(() => cutter.cut(rel('a'), never));
  const settled = Promise.allSettled(cutting);
  await cutters.close();
  for (const outcome of await settled) {
    expect(outcome).toMatchObject({ status: 'rejected', reason: { name: 'AbortError' } });
  }
  expect(openFiles()).toBeLessThanOrEqual(handles);
});

test('[S69] of very many files that are to be cut at once only a few are open', async () => {
  const [folder, sizes] = [newFolder(), { small: 100_000, large: 200_000 }];
  const [smallMax, threads, each] = [16, 2, 300];
  const cutter = start().cutterFor(folder);
  const names = Object.entries(sizes).flatMap(([kind, sizeBytes]) =>
    Array.from({ length: each }, (_, n) => {
      writeFileSync(path.join(folder, `${kind}${n}`), new Uint8Array(sizeBytes));
      return `${kind}${n}`;
    }),
  );
  let cut = 0;
  const cutting = Promise.all(names.map((name) => cutter.cut(rel(name), never).finally(() => cut++)));
  let openMax = 0;
  while (cut < names.length) {
    openMax = Math.max(openMax, openBelow(folder));
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect((await cutting).filter((one) => one.is === 'cut')).toHaveLength(names.length);
  expect(openMax).toBeGreaterThan(0);
  expect(openMax).toBeLessThanOrEqual(smallMax + threads);
});

test('[S69] a small file waits for no large ones', async () => {
  const folder = newFolder();
  const cutter = start().cutterFor(folder);
  for (let n = 0; n < 20; n++) {
    writeFileSync(path.join(folder, `large${n}`), '');
    truncateSync(path.join(folder, `large${n}`), 200_000_000_000);
  }
  writeFileSync(path.join(folder, 'small'), 'small');
  const controller = new AbortController();
  let ends: Promise<unknown> = Promise.resolve();
  const large: Promise<unknown>[] = [];
  await new Promise<void>((isRead) => {
    for (let n = 0; n < 20; n++) large.push(cutter.cut(rel(`large${n}`), controller.signal, () => isRead()));
    ends = Promise.allSettled(large);
  });
  expect(await cutter.cut(rel('small'), never)).toMatchObject({ is: 'cut' });
  const reason = new Error('no longer wanted');
  controller.abort(reason);
  expect(await ends).toEqual(large.map(() => ({ status: 'rejected', reason })));
});

/** Files of that folder that this process has open. */
function openBelow(folder: string): number {
  const handles = readdirSync('/proc/self/fd').flatMap((fd) => {
    try {
      return [readlinkSync(`/proc/self/fd/${fd}`)];
    } catch {
      return []; // closed meanwhile
    }
  });
  return handles.filter((one) => one.startsWith(`${folder}/`)).length;
}
