// What deploy/ tells the servers: only settings that exist, and enough of them to start.

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { gatherSettings } from '@tidesync/server/settings/gather-settings';
import { readSettings } from '@tidesync/server/settings/parse-settings';
import { settingTable } from '@tidesync/server/settings/setting-table';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { repoDir } from './proxy-world.ts';

const read = (file: string) => readFileSync(path.join(repoDir, file), 'utf8');
const names = settingTable.map(({ name }) => name as string);
const secrets = settingTable.filter(({ secret }) => secret).map(({ name }) => name as string);

type Env = Readonly<Record<string, string>>;

/** What a server is told with these texts in its environment; files of secrets hold something that fits. */
function told(env: Env) {
  const secretFile = (file: string) =>
    file.includes('database') ? 'mysql://a:b@tidb:4000/tidesync' : 'a-key-12345';
  return readSettings(gatherSettings([{ where: 'environment', texts: env }], secretFile));
}

describe('the compose file', () => {
  const { services } = parse(read('deploy/compose.yaml'), { merge: true }) as {
    services: Readonly<Record<string, { environment: Env }>>;
  };
  const filled = (env: Env) =>
    Object.fromEntries(
      Object.entries(env).map(([name, text]) => [
        name,
        text
          .replace(/\$\{OBJECTS_HOST:\?[^}]*\}/, 'objects.example.org')
          .replace(/\$\{\w+:-([^}]*)\}/g, (_, other: string) => other),
      ]),
    );

  test.each(['server-1', 'server-2'])('tells %s nothing that is no setting', (name) => {
    const given = Object.keys(services[name]?.environment ?? {});
    expect(given.length).toBeGreaterThan(10);
    for (const one of given) {
      const bare = one.replace(/_FILE$/, '');
      expect(names.includes(one) || secrets.includes(bare), one).toBe(true);
    }
  });

  test('tells enough to start on TiDB, MinIO and NATS, with nothing to warn of', () => {
    const { settings, faults, warnings } = told(filled(services['server-1']?.environment ?? {}));
    expect({ faults, warnings }).toEqual({ faults: [], warnings: [] });
    expect(settings).toMatchObject({
      host: '0.0.0.0',
      insecureHttp: true,
      server: {
        database: { kind: 'tidb' },
        events: { kind: 'nats' },
        metricsPort: 9100,
        objectStore: {
          kind: 's3',
          endpoint: { host: 'minio', port: 9000, secure: false },
          publicEndpoint: { host: 'objects.example.org', port: 443, secure: true },
        },
      },
    });
  });
});

test('the image sets nothing that is no setting', () => {
  const [, env = ''] = /^ENV ((?:.*\\\n)*.*)$/m.exec(read('deploy/Dockerfile')) ?? [];
  const given = [...env.matchAll(/(\w+)=/g)].map(([, name = '']) => name);
  expect(given).toContain('TIDESYNC_PORT');
  for (const name of given) expect([...names, 'NODE_ENV']).toContain(name);
});

describe('the chart', () => {
  const schema = JSON.parse(read('deploy/helm/tidesync/values.schema.json')) as {
    properties: {
      settings: { propertyNames: { not: { enum: string[] } } };
      secret: { properties: { values: { propertyNames: { enum: string[] } } } };
    };
  };

  test('takes exactly the secrets that there are as secrets', () => {
    expect(schema.properties.secret.properties.values.propertyNames.enum.toSorted()).toEqual(
      secrets.toSorted(),
    );
  });

  test('refuses settings that it sets itself, and those exist', () => {
    const refused = schema.properties.settings.propertyNames.not.enum;
    const deployment = read('deploy/helm/tidesync/templates/deployment.yaml');
    const own = [...deployment.matchAll(/- name: ([A-Z_]+)$/gm)].map(([, name = '']) => name);
    expect(own.length).toBeGreaterThan(3);
    expect(refused).toEqual(expect.arrayContaining([...own, ...secrets]));
    for (const name of refused) expect(names).toContain(name);
  });

  test('its example in the documentation starts a server', () => {
    const [, text = ''] = /```yaml\n([\s\S]*?)```/.exec(read('docs/deployment.md')) ?? [];
    const { settings } = parse(text) as { settings: Env };
    const keys = { DATABASE_URL: 'mysql://a:b@tidb:4000/tidesync', NATS_URL: 'nats://nats:4222' };
    const minio = Object.fromEntries(
      secrets.filter((name) => name.startsWith('MINIO_')).map((name) => [name, 'a-key-12345']),
    );
    const { faults, warnings } = told({ ...settings, ...keys, ...minio });
    expect({ faults, warnings }).toEqual({ faults: [], warnings: [] });
  });
});
