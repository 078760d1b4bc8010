import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { limits } from '@tidesync/shared/limits';
import { afterEach, describe, expect, test } from 'vitest';
import { UsageError } from '../exit-codes.ts';
import { newAccount, readFirstAccount, writeFirstAccount } from './first-account.ts';
import { joinLines, quoted } from './join-lines.ts';
import { createProgressLine } from './progress-line.ts';
import { readablePassword } from './readable-password.ts';
import { parseStartOptions } from './start-options.ts';
import { screensLines, startShows } from './start-screens.ts';

const dirs: string[] = [];
afterEach(async () => {
  for (const dir of dirs.splice(0)) await rm(dir, { recursive: true, force: true });
});
async function tempDir(): Promise<string> {
  const dir = await mkdtemp(path.join(os.tmpdir(), 'tidesync-start-'));
  dirs.push(dir);
  return dir;
}
const counting = () => {
  let next = 0;
  return { bytes: (count: number) => Uint8Array.from({ length: count }, () => next++ % 256) };
};
const defaults = { dataDir: '/data', port: 8750, folder: '/home/x/Tidesync', writeOut: () => {} };

describe('options', () => {
  test('nothing given', () => {
    expect(parseStartOptions([], defaults)).toEqual({
      dataDir: '/data',
      port: 8750,
      host: '127.0.0.1',
      insecureHttp: false,
      folder: null,
      demo: false,
      once: false,
    });
  });
  test.each(['x', '-1', '65536', '1e3', ''])('"%s" is no port', (port) => {
    expect(() => parseStartOptions(['--port', port], defaults)).toThrow(UsageError);
  });
  test.each([['--unknown'], ['surplus']])('%s is refused', (arg) => {
    expect(() => parseStartOptions([arg], defaults)).toThrow();
  });
});

describe('the first account', () => {
  test('is read back as it was written, readable by its owner alone', async () => {
    const dir = await tempDir();
    expect(await readFirstAccount(dir)).toBeNull();
    const made = newAccount('Ada Lovelace', counting());
    expect(made.email).toBe('adalovelace@localhost');
    const written = await writeFirstAccount(dir, {
      ...made,
      serverUrl: 'http://127.0.0.1:1',
      formerUrls: [],
    });
    expect(await readFirstAccount(dir)).toEqual(written);
    expect(await readFile(written.passwordFile, 'utf8')).toBe(`${made.password}\n`);
    expect((await stat(written.passwordFile)).mode & 0o777).toBe(0o600);
  });
  test('has a usable name whatever the user is called', () => {
    expect(newAccount('Ünïcødé/@', counting()).email).toMatch(/^[a-z0-9._-]+@localhost$/);
    expect(newAccount('用户', counting()).email).toBe('me@localhost');
  });
  test('has a password that can be typed and is long enough', () => {
    const password = readablePassword(counting());
    expect(password).toMatch(/^[a-hj-km-np-z2-9]{4}(-[a-hj-km-np-z2-9]{4}){3}$/);
    expect(password.length).toBeGreaterThanOrEqual(limits.passwordLengthMin);
  });
  test('draws every letter equally often', () => {
    const letters = Array.from({ length: 31 }, () => readablePassword(counting())).join('');
    expect(letters).not.toContain('undefined');
  });
});

test('the commands to join can be pasted into a shell', () => {
  expect(quoted('/home/a b/x')).toBe("'/home/a b/x'");
  expect(quoted("it's")).toBe("'it'\\''s'");
  const facts = {
    serverUrl: 'http://127.0.0.1:1',
    email: 'a@localhost',
    library: 'Tidesync',
    passwordFile: '/p',
  };
  const alone = joinLines({ ...facts, lanUrl: null }).join('\n');
  expect(alone).toContain(
    'login http://127.0.0.1:1 --email a@localhost --device second --password-stdin < /p',
  );
  const lan = joinLines({ ...facts, lanUrl: 'http://192.168.1.5:1' }).join('\n');
  expect(lan).toContain('login http://192.168.1.5:1 --email a@localhost --insecure-http');
});

describe('the progress line', () => {
  const screen = (isTty: boolean) => {
    const text: string[] = [];
    const line = createProgressLine({ isTty, columns: () => 40, write: (more) => void text.push(more) });
    return { line, text: () => text.join('') };
  };
  test('is written over on a terminal, and lines stay above it', () => {
    const { line, text } = screen(true);
    line.show('half');
    line.say('news');
    line.end();
    expect(text()).toBe('half\r\x1b[2Knews\nhalf\r\x1b[2K');
  });
  test('is left out of a pipe', () => {
    const { line, text } = screen(false);
    line.show('half');
    line.say('news');
    line.end();
    expect(text()).toBe('news\n');
  });
  test('never wraps, and names cannot steer the terminal', () => {
    const { line, text } = screen(true);
    line.show(`\x1b[2J${'x'.repeat(100)}`);
    expect(text()).not.toContain('\x1b');
    expect(text()).toHaveLength(39);
  });
});

describe('screens', () => {
  test('are what the launcher has found, else a link', () => {
    expect(startShows(undefined)).toEqual({ is: 'link' });
    expect(startShows('{"is":"app","command":["/opt/electron","app"]}')).toEqual({
      is: 'app',
      command: ['/opt/electron', 'app'],
    });
    expect(() => startShows('{"is":"app","command":[]}')).toThrow();
  });

  test('the terminal says where they are', () => {
    const link = 'http://tidesync-1.localhost:1/enter?code=2';
    expect(screensLines('app', null).join()).toMatch(/own window/);
    expect(screensLines('browser', link).join()).toMatch(/in the browser/);
    expect(screensLines('link', link).join()).toContain(link);
    expect(screensLines('link', null)).toEqual([]);
  });
});
