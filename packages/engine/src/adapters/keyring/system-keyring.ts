import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import type { Keyring } from '../../ports/keyring.ts';
import { KeyringError } from '../../ports/keyring.ts';

const CHILD = fileURLToPath(new URL('./keyring-child.ts', import.meta.url));
/** A keyring that asks a person for its password does not answer in this time. */
const ANSWER_MS_MAX = 5_000;
const DETAIL_CHARS_MAX = 200;

/** The keyring of the session that this process runs in. */
export function systemKeyring(env: NodeJS.ProcessEnv = process.env): Keyring {
  return {
    async get(account) {
      const said = await ask(env, ['get', account], '');
      const found: unknown = JSON.parse(said);
      return typeof found === 'string' ? found : null;
    },
    set: async (account, secret) => void (await ask(env, ['set', account], secret)),
    remove: async (account) => void (await ask(env, ['remove', account], '')),
  };
}

async function ask(env: NodeJS.ProcessEnv, args: readonly string[], input: string): Promise<string> {
  if (hasNoBus(env)) throw new KeyringError('this session has no D-Bus');
  const child = spawn(process.execPath, [CHILD, ...args], { env, stdio: 'pipe' });
  const timer = setTimeout(() => child.kill('SIGKILL'), ANSWER_MS_MAX);
  child.stdin.on('error', () => {});
  child.stdin.end(input);
  try {
    const ended = new Promise<number | null>((resolve, reject) => {
      child.on('error', reject);
      child.on('close', resolve);
    });
    const [out, err, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
    if (code === 0) return out;
    throw new KeyringError(code === null ? 'it does not answer' : reasonIn(err));
  } catch (error) {
    throw error instanceof KeyringError ? error : new KeyringError(String(error), { cause: error });
  } finally {
    clearTimeout(timer);
  }
}

/** Known without asking anybody: a process of a system service, a container, a plain SSH session. */
function hasNoBus(env: NodeJS.ProcessEnv): boolean {
  if (process.platform !== 'linux' || env.DBUS_SESSION_BUS_ADDRESS) return false;
  return env.XDG_RUNTIME_DIR === undefined || !existsSync(path.join(env.XDG_RUNTIME_DIR, 'bus'));
}

/** The line that names the error, without its stack. */
function reasonIn(said: string): string {
  const line = said.split('\n').find((one) => /^(\w*Error: |\[?Error)/.test(one)) ?? 'it failed';
  return line.replace(/^\w*Error: /, '').slice(0, DETAIL_CHARS_MAX);
}
