import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { systemKeyring } from '@tidesync/engine/adapters/keyring/system-keyring';
import { keyringContract } from '@tidesync/engine/testing/keyring-contract';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CLI, startProgram } from '../e2e/cli-process.ts';
import { PASSWORD } from '../e2e/support/server-process.ts';
import { useWorld } from '../e2e/support/use-world.ts';
import { OWNER } from '../e2e/support/world.ts';

/** Ends with its standard input. It says the bus's address once the keyring is unlocked. */
const SESSION =
  'printf password | gnome-keyring-daemon --unlock --components=secrets >/dev/null && echo "$DBUS_SESSION_BUS_ADDRESS" && cat';

let folder: string;
let session: ReturnType<typeof spawn>;
let env: NodeJS.ProcessEnv;
beforeAll(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'tidesync-keyring-'));
  const own = {
    ...process.env,
    HOME: folder,
    XDG_RUNTIME_DIR: folder,
    XDG_DATA_HOME: path.join(folder, 'data'),
  };
  session = spawn('dbus-run-session', ['--', 'sh', '-c', SESSION], {
    env: own,
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const address = await new Promise<string>((resolve, reject) => {
    session.stdout?.once('data', (bytes: Buffer) => resolve(String(bytes).trim()));
    session.once('close', () => reject(new Error('there is no session with a keyring')));
  });
  env = { ...process.env, DBUS_SESSION_BUS_ADDRESS: address };
});
afterAll(async () => {
  const ended = new Promise((resolve) => session.once('close', resolve));
  session.stdin?.end();
  await ended;
  rmSync(folder, { recursive: true, force: true });
});

let names = 0;
keyringContract(
  () => systemKeyring(env),
  () => `test ${process.pid} ${++names}`,
);

const world = useWorld();

test('[W41] a sign-in puts the token into the real keyring; status says so, and the server knows it', async () => {
  const home = path.join(folder, 'device');
  mkdirSync(home);
  const added = { TIDESYNC_SECRETS: 'keyring', DBUS_SESSION_BUS_ADDRESS: env.DBUS_SESSION_BUS_ADDRESS ?? '' };
  const run = (args: readonly string[], stdin = '') =>
    startProgram(CLI, [...args, '--json'], { home, stdin, env: added }).finished;
  const url = world.server.urlFor(0);
  const login = ['login', url, '--email', OWNER, '--password-stdin', '--device', 'k'];
  expect(await run(login, `${PASSWORD}\n`)).toMatchObject({ exitCode: 0 });
  expect(JSON.parse((await run(['status'])).out)).toMatchObject({ secretsIn: 'keyring' });
  expect(JSON.parse((await run(['whoami'])).out)).toMatchObject({ email: OWNER, deviceName: 'k' });
  const files = readdirSync(path.join(home, 'device'));
  expect([files.includes('token-in-keyring'), files.includes('token')]).toEqual([true, false]);
  expect(await run(['logout'])).toMatchObject({ exitCode: 0 });
  expect((await run(['whoami'])).exitCode).toBe(5);
});
