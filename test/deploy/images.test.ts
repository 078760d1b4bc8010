// The images: their Dockerfiles are sound, pinned to what the repository itself uses, and see all that they copy.

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { validate } from 'dockerfile-utils';
import { describe, expect, test } from 'vitest';
import { programs } from '../servers/server-kinds.ts';
import { repoDir } from './proxy-world.ts';

const read = (file: string) => readFileSync(path.join(repoDir, file), 'utf8');
const server = read('deploy/Dockerfile');
const minio = read('deploy/minio/Dockerfile');

describe.each([
  ['deploy/Dockerfile', server],
  ['deploy/minio/Dockerfile', minio],
])('%s', (_, text) => {
  test('has no mistake that can be seen from its text', () => {
    const found = validate(text).map(({ message, range }) => `line ${range.start.line + 1}: ${message}`);
    expect(found).toEqual([]);
  });

  test('starts from exact versions, runs as somebody else than root, and hears SIGTERM', () => {
    const bases = [...text.matchAll(/^FROM (\S+)/gm)].map(([, base]) => base);
    for (const base of bases) expect(base).toMatch(/:\d+\.\d+(\.\d+)?-[a-z]+/);
    expect([...text.matchAll(/^USER (\d+)/gm)].at(-1)?.[1]).toBe('1000');
    expect(text).toMatch(/^STOPSIGNAL SIGTERM$/m);
  });
});

test('the server runs on the Node and is installed by the pnpm of the repository', () => {
  const { devDependencies } = JSON.parse(read('package.json')) as { devDependencies: { node: string } };
  for (const [, version] of server.matchAll(/^FROM node:([\d.]+)/gm))
    expect(version).toBe(devDependencies.node);
  const [, pnpm] = /'(pnpm@[\d.]+)'/.exec(read('tools/setup/install.mjs')) ?? [];
  expect(server).toContain(`npx -y ${pnpm} install --frozen-lockfile`);
  const { version } = JSON.parse(read('apps/server/package.json')) as { version: string };
  expect(server).toContain(`ARG VERSION=${version}\n`);
});

test('MinIO and mc are the very ones that the tests run', () => {
  expect(minio).toContain(`github.com/minio/minio@${programs.minio.version}\n`);
  expect(minio).toContain(`github.com/minio/mc@${programs.mc.version}\n`);
});

test('what is copied can be seen, and what is left out is not', () => {
  const rules = read('.dockerignore')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
  const shown = rules.filter((rule) => rule.startsWith('!')).map((rule) => rule.slice(1));
  expect(rules[0]).toBe('*');
  const copied = [...server.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, from = '']) =>
    from.split(' '),
  );
  expect(copied).not.toEqual([]);
  for (const from of copied)
    expect(shown.some((one) => from === one || from.startsWith(`${one}/`))).toBe(true);
  expect(rules).toEqual(expect.arrayContaining(['**/node_modules', '**/*.test.ts', '**/.env*']));
});
