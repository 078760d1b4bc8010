// deploy/compose.yaml, read by the loader of compose files itself.

import { execFile } from 'node:child_process';
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { parseEnv, promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findProgram } from '../servers/find-program.ts';
import { programs } from '../servers/server-kinds.ts';
import { repoDir } from './proxy-world.ts';

interface Service {
  readonly image: string;
  readonly build?: unknown;
  readonly restart?: string;
  readonly mem_limit?: string;
  readonly healthcheck?: unknown;
  readonly security_opt?: readonly string[];
  readonly cap_drop?: readonly string[];
  readonly cap_add?: readonly string[];
  readonly privileged?: boolean;
  readonly networks: Readonly<Record<string, { aliases?: string[] } | null>>;
  readonly ports?: readonly { published: string; target: number }[];
  readonly environment?: Readonly<Record<string, string | null>>;
  readonly secrets?: readonly { source: string }[];
  readonly depends_on?: Readonly<Record<string, { condition: string }>>;
}
interface Project {
  readonly services: Readonly<Record<string, Service>>;
  readonly secrets: Readonly<Record<string, { file: string }>>;
  readonly networks: Readonly<Record<string, { internal?: boolean }>>;
}

let folder = '';
let project: Project;

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'tidesync-compose-'));
  await cp(path.join(repoDir, 'deploy'), folder, {
    recursive: true,
    filter: (from) => !/\/(\.env|secrets)$/.test(from),
  });
  await cp(path.join(folder, '.env.example'), path.join(folder, '.env'));
  project = JSON.parse(await load({}));
  await promisify(execFile)(path.join(folder, 'make-secrets.sh'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** With variables filled in here, because the loader's own command does not look at the environment. */
async function load(env: Readonly<Record<string, string>>): Promise<string> {
  const found = await findProgram('compose');
  if (found.how !== 'program') throw new Error('the loader has no image');
  const example = parseEnv(await readFile(path.join(folder, '.env.example'), 'utf8'));
  const text = await readFile(path.join(repoDir, 'deploy/compose.yaml'), 'utf8');
  await writeFile(path.join(folder, 'compose.yaml'), filledIn(text, { ...example, ...env }));
  const { stdout } = await promisify(execFile)(found.path, ['--format', 'json', 'compose.yaml'], {
    cwd: folder,
    env: { PATH: process.env.PATH },
    maxBuffer: 2 ** 24,
  });
  return stdout;
}

function filledIn(text: string, values: Readonly<Record<string, string | undefined>>): string {
  return text.replace(/\$\{(\w+)(?::([-?])([^}]*))?\}/g, (_, name: string, kind = '', other = '') => {
    const value = values[name] ?? '';
    if (value === '' && kind === '?') throw new Error(`${name}: ${other}`);
    return value === '' ? other : value;
  });
}

const services = () => Object.entries(project.services);
const lasting = () => services().filter(([name]) => !name.endsWith('-init'));
const partsOf = (part: (service: Service) => unknown) =>
  Object.fromEntries(lasting().map(([name, service]) => [name, part(service)]));
const allOf = (value: unknown) => Object.fromEntries(lasting().map(([name]) => [name, value]));

test('it is a compose file, complete with the example of its settings, and says which name is missing', async () => {
  expect(Object.keys(project.services).sort()).toEqual(
    ['minio', 'nats', 'object-store-init', 'pd', 'proxy', 'server-1', 'server-2', 'tidb', 'tikv'].sort(),
  );
  for (const name of ['PUBLIC_HOST', 'OBJECTS_HOST'])
    await expect(load({ [name]: '' })).rejects.toThrow(`${name}: set it in deploy/.env`);
});

describe('every service that stays', () => {
  test('comes back after a crash, within bounds of memory, and gains no rights', () => {
    expect(partsOf(({ restart }) => restart)).toEqual(allOf('unless-stopped'));
    expect(partsOf(({ mem_limit = '' }) => /^\d+[mg]$/.test(mem_limit))).toEqual(allOf(true));
    expect(partsOf(({ security_opt }) => security_opt)).toEqual(allOf(['no-new-privileges:true']));
    expect(partsOf(({ privileged }) => privileged ?? false)).toEqual(allOf(false));
  });

  test('says whether it is well; the servers by their image', () => {
    const own = ['server-1', 'server-2'];
    const without = lasting().filter(([, { healthcheck }]) => healthcheck === undefined);
    expect(without.map(([name]) => name).sort()).toEqual(own);
  });

  test('has an image of one exact version, or is built here', () => {
    for (const [name, { image, build }] of services())
      if (build === undefined)
        expect([name, image]).toEqual([name, expect.stringMatching(/:v?\d+\.\d+\.\d+(-\w+)?$/)]);
  });
});

test('the proxy alone can be reached from outside, and the proxy alone has a capability', () => {
  const open = services().filter(([, { ports }]) => ports !== undefined);
  expect(open.map(([name]) => name)).toEqual(['proxy']);
  const able = services().filter(([, { cap_add }]) => cap_add !== undefined);
  expect(able.map(([name, { cap_add }]) => [name, cap_add])).toEqual([['proxy', ['NET_BIND_SERVICE']]]);
});

test('who has nothing to do with each other cannot reach each other', () => {
  const on = (network: string) =>
    services()
      .filter(([, { networks }]) => network in networks)
      .map(([name]) => name)
      .sort();
  expect(on('database')).toEqual(['pd', 'tidb', 'tikv']);
  expect(on('front')).toEqual(['proxy', 'server-1', 'server-2']);
  expect(on('objects')).toEqual(['minio', 'proxy']);
  expect(on('back')).toEqual(['minio', 'nats', 'object-store-init', 'server-1', 'server-2', 'tidb']);
  const inner = Object.entries(project.networks).filter(([, { internal }]) => internal === true);
  expect(inner.map(([name]) => name).sort()).toEqual(['back', 'database', 'objects']);
});

test('servers start when the database answers, the keys are made and the proxy is there', () => {
  for (const name of ['server-1', 'server-2'])
    expect(project.services[name]?.depends_on).toMatchObject({
      tidb: { condition: 'service_healthy' },
      nats: { condition: 'service_healthy' },
      'object-store-init': { condition: 'service_completed_successfully' },
      proxy: { condition: 'service_started' },
    });
});

test('signed URLs name the host and the port at which the proxy can be reached, from inside too', async () => {
  const env = { OBJECTS_HOST: 'files.test', HTTPS_PORT: '8443' };
  const { services: those } = JSON.parse(await load(env)) as Project;
  expect(those['server-2']?.environment?.MINIO_PUBLIC_ENDPOINT).toBe('https://files.test:8443');
  expect(those.proxy?.networks.front?.aliases).toEqual(['files.test']);
  expect(those.proxy?.ports?.filter(({ target }) => target === 8443)[0]).toMatchObject({ published: '8443' });
});

test('no password stands in the environment, and every secret is one that make-secrets.sh makes', async () => {
  for (const [, { environment = {} }] of services())
    for (const [name, value] of Object.entries(environment))
      if (/PASSWORD|SECRET_KEY|ACCESS_KEY|DATABASE_URL/.test(name))
        expect([name, value]).toEqual([
          expect.stringMatching(/_FILE$/),
          expect.stringContaining('/run/secrets/'),
        ]);
  const made = await readdir(path.join(folder, 'secrets'));
  for (const { file } of Object.values(project.secrets)) expect(made).toContain(path.basename(file));
});

test('it runs the versions that the tests run', () => {
  const { tidb, nats, caddy } = programs;
  const { services: all } = project;
  expect(all.tidb?.image).toBe(tidb.image);
  expect([all.pd?.image, all.tikv?.image]).toEqual(
    ['pd', 'tikv'].map((one) => tidb.image?.replace('tidb', one)),
  );
  expect(all.nats?.image).toBe(`nats:${nats.version.slice(1)}-alpine`);
  expect(all.proxy?.image).toBe(`caddy:${caddy.version.slice(1)}-alpine`);
});
