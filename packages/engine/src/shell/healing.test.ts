import { afterEach, beforeEach, expect, test } from 'vitest';
import type { LocalPresent } from '../core/entry.ts';
import { contentIdOf } from '../testing/memory-library.ts';
import { at, ShellBench } from '../testing/shell-bench.ts';

let bench: ShellBench;

beforeEach(async () => {
  bench = await ShellBench.open();
});
afterEach(() => bench.stop());

const MINUTE_MS = 60_000;
const THESIS = 'the only copy of a thesis';
/** The next polls. */
const polls = () => bench.pass(3 * MINUTE_MS);

async function synced(files: Record<string, string>): Promise<void> {
  bench.start();
  for (const [path, text] of Object.entries(files)) await bench.write(path, text);
  await bench.settle();
}

test('[H8] what the server has lost is sent again by itself, and no version is made of it', async () => {
  await synced({ 'thesis.txt': THESIS, 'other.txt': 'something else' });
  const headSeq = bench.library.headSeq;
  bench.library.lose(THESIS);
  await polls();
  expect(bench.library.wanted()).toEqual([]);
  expect([bench.library.headSeq, await bench.isSynced()]).toEqual([headSeq, true]);
  expect(bench.log.filter((line) => line.includes('sent again'))).toHaveLength(1);
});

test('[H8] a file that came from another device is cut here and sent', async () => {
  bench.start();
  await bench.pass(7); // a time in whole seconds would have the file read once it is there (S36)
  await bench.library.make('thesis.txt', { text: THESIS });
  await bench.settle();
  expect(bench.journal.chunksOf(contentIdOf(THESIS))).toBeNull();
  bench.library.lose(THESIS);
  await polls();
  expect(bench.library.wanted()).toEqual([]);
});

test('[H8] of several files with that content one that still has it is sent', async () => {
  await synced({ 'a.txt': THESIS, 'b.txt': THESIS });
  for (const name of ['a.txt', 'b.txt']) {
    const others = name === 'a.txt' ? 'b.txt' : 'a.txt';
    await bench.write(others, 'edited in the meantime');
    bench.library.lose(THESIS);
    await polls();
    expect([name, bench.library.wanted()]).toEqual([name, []]);
    await bench.write(others, THESIS);
    await bench.settle();
  }
});

test('[H8] a file that holds other bytes under its stamp sends nothing, and stays as it is', async () => {
  await synced({ 'thesis.txt': THESIS });
  const headSeq = bench.library.headSeq;
  await bench.write('thesis.txt', THESIS.toUpperCase());
  const { id } = bench.library.at('thesis.txt');
  const { base, local, remote } = bench.journal.get(id);
  const stamp = (await bench.disk.look(at('thesis.txt')))?.stamp;
  if (stamp === undefined || base === null) throw new Error('it is there, and agreed on');
  // As if nothing had written it.
  bench.journal.set(id, { base: { ...base, stamp }, local: { ...(local as LocalPresent), stamp }, remote });
  bench.library.lose(THESIS);
  await polls();
  expect(bench.library.wanted()).toEqual([contentIdOf(THESIS)]);
  expect([bench.library.headSeq, await bench.files()]).toEqual([
    headSeq,
    { 'thesis.txt': THESIS.toUpperCase() },
  ]);
});

test('[H8] what this device does not have it is not busy with for long, and asks again later', async () => {
  await synced({ 'thesis.txt': THESIS });
  await bench.library.make('given.txt', { text: 'given' });
  await bench.settle();
  bench.library.remove('given.txt');
  await bench.settle();
  bench.library.lose('given');
  await bench.pass(9 * MINUTE_MS);
  expect(bench.log.filter((line) => line.includes('0 of them'))).toHaveLength(1);
  await bench.pass(9 * MINUTE_MS);
  expect(bench.log.filter((line) => line.includes('0 of them'))).toHaveLength(2);
});

test('[H4] a viewer sends nothing', async () => {
  bench.start();
  await bench.pass(7); // a time in whole seconds would have the file read once it is there (S36)
  await bench.library.make('thesis.txt', { text: THESIS });
  bench.library.role = 'viewer';
  await bench.settle();
  bench.library.lose(THESIS);
  await polls();
  expect(bench.library.wanted()).toEqual([contentIdOf(THESIS)]);
});

test('[H9] a download that failed goes on once the content is there again', async () => {
  bench.start();
  await bench.pass(7); // a time in whole seconds would have the file read once it is there (S36)
  await bench.library.make('thesis.txt', { text: THESIS });
  bench.library.lose(THESIS);
  await bench.settle();
  await bench.pass(5 * MINUTE_MS);
  expect(bench.journal.troubleAt(at('thesis.txt'))?.trouble.code).toBe('contentMissing');
  await bench.library.give(THESIS);
  await bench.pass(MINUTE_MS + 5_000);
  expect(await bench.files()).toEqual({ 'thesis.txt': THESIS });
});
