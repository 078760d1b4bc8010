import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { TestServer } from '../testing/test-server.ts';
import { startTestServer, TEST_PASSWORD } from '../testing/test-server.ts';

const PAGE = '<!doctype html><meta name="style-nonce" content="__STYLE_NONCE__"><title>console</title>';
const SCRIPT = `export const long = '${'x'.repeat(2_000)}';`;
let folder: string;
let server: TestServer;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'tidesync-console-'));
  await mkdir(path.join(folder, 'dist', 'assets'), { recursive: true });
  await writeFile(path.join(folder, 'secret.js'), 'no one may read this');
  await writeFile(path.join(folder, 'dist', 'index.html'), PAGE);
  await writeFile(path.join(folder, 'dist', 'assets', 'index-abc.js'), SCRIPT);
  await writeFile(path.join(folder, 'dist', 'odd.exe'), 'no file of a console');
  server = await startTestServer({ consoleDir: path.join(folder, 'dist') });
  await server.makeAccount('ann@example.org');
});
afterAll(async () => {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

interface Answer {
  readonly status: number;
  readonly headers: Record<string, string | string[] | undefined>;
  readonly body: string;
}
interface Ask {
  readonly path: string;
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly json?: unknown;
}
/** As it is written: `fetch` would tidy paths up, and keeps some headers to itself. */
function ask({ path: target, method = 'GET', headers = {}, json }: Ask): Promise<Answer> {
  const body = json === undefined ? null : JSON.stringify(json);
  const type = body === null ? {} : { 'content-type': 'application/json' };
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(server.url);
    const sent = request(
      { hostname, port, path: target, method, headers: { ...type, ...headers } },
      (answer) => {
        const parts: Buffer[] = [];
        answer.on('data', (part: Buffer) => parts.push(part));
        answer.on('end', () =>
          resolve({
            status: answer.statusCode ?? 0,
            headers: answer.headers,
            body: Buffer.concat(parts).toString(),
          }),
        );
      },
    );
    sent.on('error', reject);
    sent.end(body);
  });
}

const credentials = { email: 'ann@example.org', password: TEST_PASSWORD, deviceName: 'browser' };
const signIn = (more: object = {}, headers: Record<string, string> = {}) =>
  ask({
    path: '/trpc/auth.openSession',
    method: 'POST',
    headers: { origin: server.url, ...headers },
    json: { ...credentials, ...more },
  });
const cookieOf = (answer: Answer) => String(answer.headers['set-cookie']).split(';')[0] as string;
const problemIn = (answer: Answer) => (JSON.parse(answer.body) as { error: { data: unknown } }).error.data;

describe('the session of a browser', () => {
  test('[P1] is a cookie that scripts cannot read and other sites do not send; the token is in no answer', async () => {
    const answer = await signIn();
    expect(answer.status).toBe(200);
    const [cookie] = answer.headers['set-cookie'] as string[];
    expect(cookie).toMatch(/^tidesync-console=tds_[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/);
    expect(answer.body).not.toContain('tds_');
    const me = await ask({ path: '/trpc/auth.whoami', headers: { cookie: cookieOf(answer) } });
    expect(JSON.parse(me.body)).toMatchObject({ result: { data: { email: 'ann@example.org' } } });
    expect(me.body).not.toContain('tds_');
  });

  test('[P1] it outlives the browser only when it was told to', async () => {
    expect(String((await signIn({ remember: true })).headers['set-cookie'])).toContain('Max-Age=2592000');
    expect(String((await signIn()).headers['set-cookie'])).not.toContain('Max-Age');
  });

  test('[P1] behind TLS the cookie travels by TLS alone, and no other host can have set it', async () => {
    const secure = { origin: server.url.replace('http:', 'https:'), 'x-forwarded-proto': 'https' };
    const answer = await signIn({}, secure);
    expect(String(answer.headers['set-cookie'])).toMatch(/^__Host-tidesync-console=.*; Secure$/);
    const cookie = cookieOf(answer);
    const withTls = await ask({
      path: '/trpc/auth.whoami',
      headers: { cookie, 'x-forwarded-proto': 'https' },
    });
    expect(withTls.status).toBe(200);
    expect((await ask({ path: '/trpc/auth.whoami', headers: { cookie } })).status).toBe(401);
  });

  test('[P2] another origin is refused whatever it sends, and a change without an origin as well', async () => {
    const cookie = cookieOf(await signIn());
    const create = (headers: Record<string, string>) =>
      ask({
        path: '/trpc/libraries.create',
        method: 'POST',
        headers: { cookie, ...headers },
        json: { libraryId: crypto.randomUUID(), name: crypto.randomUUID() },
      });
    const foreign = ['https://evil.example', 'null', `${server.url}.evil.example`, 'http://127.0.0.1:1'];
    for (const origin of foreign) {
      const answer = await create({ origin });
      expect(answer.status).toBe(403);
      expect(problemIn(answer)).toMatchObject({ problem: { reason: 'foreignOrigin' } });
    }
    expect((await create({})).status).toBe(403);
    expect((await create({ origin: server.url })).status).toBe(200);
    const secure = { 'x-forwarded-proto': 'https', origin: server.url };
    expect((await create(secure)).status, 'a page without TLS before a server with it').toBe(403);
  });

  test('[P2] no other site may read with the cookie, nor sign a visitor in, nor ask what it may do', async () => {
    const cookie = cookieOf(await signIn());
    const headers = { cookie, 'sec-fetch-site': 'cross-site' };
    expect((await ask({ path: '/trpc/auth.whoami', headers })).status).toBe(403);
    expect((await signIn({}, { origin: 'https://evil.example' })).status).toBe(403);
    const preflight = await ask({
      path: '/trpc/libraries.create',
      method: 'OPTIONS',
      headers: { origin: 'https://evil.example', 'access-control-request-method': 'POST' },
    });
    expect(preflight.status).toBe(403);
    expect(preflight.headers).not.toHaveProperty('access-control-allow-origin');
  });

  test('[P3] signing out ends the device and takes the cookie back', async () => {
    const cookie = cookieOf(await signIn());
    const out = await ask({
      path: '/trpc/auth.logout',
      method: 'POST',
      headers: { cookie, origin: server.url },
      json: {},
    });
    expect(String(out.headers['set-cookie'])).toContain('Max-Age=0');
    expect((await ask({ path: '/trpc/auth.whoami', headers: { cookie } })).status).toBe(401);
  });

  test('[P3] tries of a password are counted as those of devices', async () => {
    const statuses: number[] = [];
    for (let wave = 0; wave < 2; wave++) {
      const tries = Array.from({ length: 6 }, () => signIn({ email: 'bob@example.org', password: 'wrong' }));
      statuses.push(...(await Promise.all(tries)).map((one) => one.status));
    }
    expect(statuses.filter((one) => one === 401)).toHaveLength(10);
    expect(statuses.filter((one) => one === 429)).toHaveLength(2);
  });
});

describe('the files of the console', () => {
  const html = { accept: 'text/html,*/*' };

  test('[P4] every address that a browser opens shows the page, under a policy of our scripts alone', async () => {
    for (const target of ['/', '/files/some/folder', '/admin/users?sort=name']) {
      const page = await ask({ path: target, headers: html });
      expect(page.status).toBe(200);
      const policy = String(page.headers['content-security-policy']);
      expect(policy).toContain("default-src 'none'; script-src 'self';");
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy).not.toMatch(/unsafe|\*/);
      const nonce = /'nonce-([\w-]{22})'/.exec(policy)?.[1];
      expect(page.body).toContain(`content="${nonce}"`);
      expect(page.headers).toMatchObject({ 'cache-control': 'no-store', 'x-frame-options': 'DENY' });
    }
    const [one, two] = [await ask({ path: '/', headers: html }), await ask({ path: '/', headers: html })];
    expect(one.body).not.toBe(two.body);
  });

  test('[P4] a file with its hash in its name is kept for good, packed for those who can unpack it', async () => {
    const file = await ask({ path: '/assets/index-abc.js' });
    expect(file).toMatchObject({ status: 200, body: SCRIPT });
    expect(file.headers['cache-control']).toContain('immutable');
    expect(file.headers['content-type']).toContain('text/javascript');
    expect(file.headers['x-content-type-options']).toBe('nosniff');
    const packed = await ask({ path: '/assets/index-abc.js', headers: { 'accept-encoding': 'gzip, br' } });
    expect(packed.headers['content-encoding']).toBe('gzip');
    const known = { 'if-none-match': String(file.headers.etag) };
    expect((await ask({ path: '/assets/index-abc.js', headers: known })).status).toBe(304);
  });

  test('[P5] no path leads out of the folder, and what is gone is not the page', async () => {
    const outside = [
      '/../secret.js',
      '/assets/../../secret.js',
      '/%2e%2e/secret.js',
      '/..%2fsecret.js',
      '/assets/%2e%2e%2f%2e%2e%2fsecret.js',
      '/..%5csecret.js',
      '//secret.js',
      '/assets/index-old.js',
      '/odd.exe',
    ];
    for (const target of outside) {
      const answer = await ask({ path: target, headers: html });
      expect([400, 404], target).toContain(answer.status);
      expect(answer.body, target).not.toContain('no one may read this');
    }
    for (const target of ['/trpc', '/objects', '/health/x', '/nothing']) {
      expect((await ask({ path: target })).status, target).toBe(404);
    }
    expect((await ask({ path: '/', method: 'POST', json: {} })).status).toBe(404);
  });

  test('a server whose console is not built says so to a browser, and goes on', async () => {
    const bare = await startTestServer({ consoleDir: path.join(folder, 'nothing') });
    const page = await fetch(bare.url, { headers: html });
    expect(page.status).toBe(404);
    expect(await page.text()).toContain('has not been built');
    expect((await fetch(`${bare.url}/health`)).status).toBe(200);
    await bare.stop();
  });
});
