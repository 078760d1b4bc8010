import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { isFailure } from '@tidesync/shared/problems';
import { afterEach, expect, test } from 'vitest';
import { homeFolder } from './home-folder.ts';

const folders: string[] = [];
const children: ReturnType<typeof spawn>[] = [];
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});
function newHome(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'tidesync-home-'));
  folders.push(folder);
  return path.join(folder, 'data', 'device');
}
const modeOf = (file: string) => statSync(file).mode & 0o777;
const address = { port: 4_000, token: 'secret' };

/** A process that takes the lock, says whether it has it, and stays. */
async function otherProcess(home: string): Promise<{ answer: string; child: ReturnType<typeof spawn> }> {
  const module = fileURLToPath(new URL('./home-folder.ts', import.meta.url));
  const code = `const { homeFolder } = await import(${JSON.stringify(module)});
    const lock = await homeFolder(${JSON.stringify(home)}).lock();
    if (lock) await lock.announce({ port: 1, token: 'other' });
    globalThis.kept = lock; // what nobody refers to any more is collected, and lets go
    process.stdout.write(lock ? 'has it' : 'taken');
    setInterval(() => {}, 1_000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  const [answer] = await once(child.stdout, 'data');
  return { answer: String(answer), child };
}

test('a home is closed to others, and so is every file in it', async () => {
  const home = newHome();
  mkdirSync(home, { recursive: true, mode: 0o755 });
  const folder = homeFolder(home);
  const lock = await folder.lock();
  await lock?.announce(address);
  await folder.token.write('device token');
  expect(modeOf(home)).toBe(0o700);
  for (const file of [folder.files.token, folder.files.runtime]) expect(modeOf(file)).toBe(0o600);
  expect(readdirSync(home).filter((name) => name.endsWith('.new'))).toEqual([]);
  await lock?.release();
});

test('the token comes back until it is taken away', async () => {
  const folder = homeFolder(newHome());
  expect(await folder.token.read()).toBeNull();
  const lock = await folder.lock();
  await folder.token.write('one');
  await folder.token.write('two');
  expect(await folder.token.read()).toBe('two');
  await folder.token.write(null);
  await folder.token.write(null);
  expect(await folder.token.read()).toBeNull();
  await lock?.release();
});

test('an announcement lasts until the lock is released', async () => {
  const folder = homeFolder(newHome());
  expect(await folder.announced()).toBeNull();
  const lock = await folder.lock();
  await lock?.announce(address);
  expect(await folder.announced()).toEqual(address);
  await lock?.release();
  expect(await folder.announced()).toBeNull();
  expect(existsSync(folder.files.runtime)).toBe(false);
});

test.each(['', 'x', '{}', '{"port":"1"}'])('a runtime file with %j announces nothing', async (text) => {
  const folder = homeFolder(newHome());
  const lock = await folder.lock();
  writeFileSync(folder.files.runtime, text);
  expect(await folder.announced()).toBeNull();
  await lock?.release();
});

test('a lock is held once, and again after its release', async () => {
  const home = newHome();
  const first = await homeFolder(home).lock();
  expect(first).not.toBeNull();
  expect(await homeFolder(home).lock()).toBeNull();
  await first?.release();
  const second = await homeFolder(home).lock();
  expect(second).not.toBeNull();
  await second?.release();
});

test('of processes that start together exactly one has the lock, and its death frees it', async () => {
  const home = newHome();
  const started = await Promise.all([1, 2, 3].map(() => otherProcess(home)));
  const holders = started.filter(({ answer }) => answer === 'has it');
  expect(holders).toHaveLength(1);
  expect(await homeFolder(home).lock()).toBeNull();
  const holder = holders[0]?.child;
  holder?.kill('SIGKILL');
  if (holder !== undefined) await once(holder, 'exit');
  expect(await homeFolder(home).announced()).toEqual({ port: 1, token: 'other' });
  const lock = await homeFolder(home).lock();
  expect(lock).not.toBeNull();
  await lock?.release();
});

test('a home that cannot be made is a failed operation', async () => {
  const home = newHome();
  mkdirSync(path.dirname(home), { recursive: true });
  writeFileSync(home, '');
  await expect(homeFolder(home).lock()).rejects.toSatisfy((error) => isFailure(error, 'ownDataFailed'));
  await expect(homeFolder(home).token.read()).rejects.toSatisfy((error) => isFailure(error, 'ownDataFailed'));
});
