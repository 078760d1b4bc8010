import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { keyringContract } from '../testing/keyring-contract.ts';
import { MemoryKeyring } from '../testing/memory-keyring.ts';
import { seededRandom } from '../testing/seeded-random.ts';
import { homeFolder } from './home-folder.ts';
import { systemKeyring } from './keyring/system-keyring.ts';
import { tokenStore } from './token-store.ts';

let home: string;
let keyring: MemoryKeyring;
let said: string[];
beforeEach(() => {
  home = mkdtempSync(path.join(os.tmpdir(), 'tidesync-token-'));
  chmodSync(home, 0o700);
  keyring = new MemoryKeyring();
  said = [];
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const open = (prefer: 'keyring' | 'file' = 'keyring') => {
  const { token: file, marker, path: homePath } = homeFolder(home);
  const random = seededRandom(7);
  return tokenStore({ file, marker, keyring, prefer, random, homePath, log: (line) => said.push(line) });
};
const inFile = () =>
  existsSync(path.join(home, 'token')) ? readFileSync(path.join(home, 'token'), 'utf8') : null;

let names = 0;
describe('in memory', () => {
  keyringContract(
    () => new MemoryKeyring(),
    () => `name ${++names}`,
  );
});

describe('a token', () => {
  test('[W41] lies in the keyring where there is one, and in no file', async () => {
    const store = open();
    await store.write('secret');
    expect([await store.read(), store.where(), inFile(), [...keyring.held.values()]]).toEqual([
      'secret',
      'keyring',
      null,
      ['secret'],
    ]);
    expect([await open().read(), said]).toEqual(['secret', []]);
    await open().write('another');
    expect([await open().read(), [...keyring.held.values()]]).toEqual(['another', ['another']]);
  });

  test('[W41] lies in a file that only this user can read where there is none, and it is said so', async () => {
    keyring.isLocked = true;
    const store = open();
    await store.write('secret');
    expect([await store.read(), store.where(), inFile()]).toEqual(['secret', 'file', 'secret']);
    expect(statSync(path.join(home, 'token')).mode & 0o777).toBe(0o600);
    expect(said).toEqual([expect.stringContaining('The system keyring is not used (it is locked)')]);
  });

  test('[W41] is in a file where that is preferred, whatever keyring there is', async () => {
    await open('file').write('secret');
    expect([await open('file').read(), keyring.held.size]).toEqual(['secret', 0]);
  });

  test('[W42] moves from the file when there is a keyring, and back', async () => {
    await open('file').write('secret');
    await open().settle();
    expect([await open().read(), inFile(), keyring.held.size]).toEqual(['secret', null, 1]);
    await open('file').settle();
    expect([await open('file').read(), inFile(), keyring.held.size]).toEqual(['secret', 'secret', 0]);
  });

  test('[W42] stays in the file where the keyring does not give back what it was given', async () => {
    await open('file').write('secret');
    keyring.isForgetful = true;
    const store = open();
    await store.settle();
    expect([await store.read(), store.where(), inFile()]).toEqual(['secret', 'file', 'secret']);
  });

  test('[W42] survives a process that ends before any step of the move', async () => {
    await open('file').write('secret');
    for (let at = 1; at <= 2; at++) {
      let calls = 0;
      keyring.before = () => {
        if (++calls === at) throw new Error('the process is gone');
      };
      await expect(open().settle()).rejects.toThrow('the process is gone');
      keyring.before = null;
      expect([await open().read(), inFile()]).toEqual(['secret', 'secret']);
    }
  });

  test('[W42] that cannot be read now is no sign-out; who asks for the file can sign in anew', async () => {
    await open().write('secret');
    keyring.isLocked = true;
    await expect(open().read()).rejects.toMatchObject({ problem: { reason: 'keyringSilent' } });
    expect(await open('file').read()).toBeNull();
    await open('file').write('anew');
    keyring.isLocked = false;
    expect(await open('file').read()).toBe('anew');
  });

  test('that is removed is nowhere, and what a locked keyring keeps counts for nothing', async () => {
    await open().write('secret');
    await open().write(null);
    expect([await open().read(), keyring.held.size]).toEqual([null, 0]);
    await open().write('secret');
    keyring.isLocked = true;
    await open().write(null);
    keyring.isLocked = false;
    expect([await open().read(), keyring.held.size]).toEqual([null, 1]);
    expect(said.join()).toContain('An old token stays');
  });
});

test('where nobody answers the session has no keyring, and that is known in a moment', async () => {
  const nowhere = { PATH: process.env.PATH, DBUS_SESSION_BUS_ADDRESS: `unix:path=${home}/none` };
  await expect(systemKeyring(nowhere).get('x')).rejects.toMatchObject({ name: 'KeyringError' });
  await expect(systemKeyring({ PATH: process.env.PATH }).set('x', 'y')).rejects.toMatchObject({
    name: 'KeyringError',
  });
});
