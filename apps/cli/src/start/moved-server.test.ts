import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { homeFolder } from '@tidesync/engine/adapters/home-folder';
import { openSqliteJournal } from '@tidesync/engine/adapters/sqlite-journal';
import { readStoredTokens, storedText } from '@tidesync/engine/core/bound-token';
import { firstToken } from '@tidesync/engine/core/device-tokens';
import { DEATHS, DyingProcess, TestFolders } from '@tidesync/engine/testing/dying-process';
import { isFailure } from '@tidesync/shared/problems';
import { afterEach, expect, test } from 'vitest';
import { relocateServer } from '../compose-engine.ts';
import { moveFirstAccount, readFirstAccount, writeFirstAccount } from './first-account.ts';

const FIRST = 'http://127.0.0.1:1001';
const SECOND = 'http://127.0.0.1:1002';
const THIRD = 'http://127.0.0.1:1003';
const SESSION = { email: 'me@localhost', accountId: 'a', deviceId: 'd', deviceName: 'laptop' };

const folders = new TestFolders();
afterEach(() => folders.end());

const homeIn = (dataDir: string) => path.join(dataDir, 'device');

/** A device that is signed in to the server of `npm start`. */
async function newData(serverUrl = FIRST): Promise<string> {
  const dataDir = folders.make();
  await writeFirstAccount(dataDir, {
    ...{ email: SESSION.email, password: 'p', serverUrl: FIRST, formerUrls: [] },
  });
  const home = homeFolder(homeIn(dataDir));
  const lock = await home.lock();
  const { journal } = openSqliteJournal(path.join(home.path, 'journal.db'), 0);
  journal.setSession({ ...SESSION, serverUrl });
  journal.close();
  await home.token.write(storedText(firstToken('tds_1', 1), { serverUrl, deviceId: SESSION.deviceId }));
  await lock?.release();
  return dataDir;
}

/** What a start does about a server that listens at that address now. */
async function moveTo(dataDir: string, serverUrl: string): Promise<void> {
  const known = await readFirstAccount(dataDir);
  if (known === null) throw new Error('the account was written');
  await moveFirstAccount(dataDir, { known, serverUrl }, (from) =>
    relocateServer(homeIn(dataDir), from, serverUrl),
  );
}

async function seenIn(dataDir: string) {
  const home = homeFolder(homeIn(dataDir));
  const { journal } = openSqliteJournal(path.join(home.path, 'journal.db'), 0);
  const session = journal.session();
  journal.close();
  const account = await readFirstAccount(dataDir);
  const { binding } = readStoredTokens((await home.token.read()) ?? '') ?? {};
  const { serverUrl, formerUrls } = account ?? {};
  return { session: session?.serverUrl, token: binding?.serverUrl, account: serverUrl, formerUrls };
}
const knowing = (serverUrl: string) => ({
  ...{ session: serverUrl, token: serverUrl, account: serverUrl, formerUrls: [] },
});

test('a start that is killed at any write while its server moves is made good by the next one', async () => {
  const before = await newData();
  for (const death of DEATHS) {
    for (let at = 1, goesOn = true; goesOn; at++) {
      const dataDir = folders.copyOf(before);
      const dying = new DyingProcess(dataDir, { at, death });
      goesOn = (await dying.run(() => moveTo(dataDir, SECOND))) === 'killed';
      // There again, where it was, or at a third address.
      for (const next of [SECOND, FIRST, THIRD]) {
        const left = folders.copyOf(dataDir);
        await moveTo(left, next);
        expect([death, at, await seenIn(left)]).toEqual([death, at, knowing(next)]);
      }
    }
  }
});

test('a device that is signed in elsewhere stays there', async () => {
  const dataDir = await newData('https://elsewhere.example');
  await moveTo(dataDir, SECOND);
  const { session, token } = await seenIn(dataDir);
  expect([session, token]).toEqual(['https://elsewhere.example', 'https://elsewhere.example']);
});

test('an account that was written before addresses were kept is read', async () => {
  const dataDir = await newData();
  const old = { email: SESSION.email, serverUrl: FIRST };
  writeFileSync(path.join(dataDir, 'account.json'), JSON.stringify(old));
  await moveTo(dataDir, SECOND);
  expect(await seenIn(dataDir)).toEqual(knowing(SECOND));
});

test('while another program works with the device nothing is moved, and the next start does it', async () => {
  const dataDir = await newData();
  const lock = await homeFolder(homeIn(dataDir)).lock();
  await expect(moveTo(dataDir, SECOND)).rejects.toSatisfy((error) => isFailure(error, 'homeInUse'));
  await lock?.release();
  await moveTo(dataDir, SECOND);
  expect(await seenIn(dataDir)).toEqual(knowing(SECOND));
});
