import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import type { Lockfile } from '../../tools/desktop/parts-list.ts';
import { partsList } from '../../tools/desktop/parts-list.ts';

interface Listed {
  readonly components: { name: string; version: string; purl: string; hashes?: { content: string }[] }[];
}
const lock = parse(readFileSync(path.join(import.meta.dirname, '../../pnpm-lock.yaml'), 'utf8')) as Lockfile;
const list = partsList(lock, { version: '1.2.3' }) as Listed;
const named = (name: string) => list.components.filter((one) => one.name === name);

test('the list of parts has what is shipped, what that needs, and no tools', () => {
  for (const name of [
    'electron',
    'react-dom',
    '@mantine/core',
    'better-sqlite3',
    '@trpc/client',
    'commander',
    'node',
  ]) {
    expect(named(name), name).toHaveLength(1);
  }
  // Only needed by others: it is of React's renderer.
  expect(named('scheduler').length).toBeGreaterThan(0);
  for (const tool of ['electron-builder', 'electron-vite', 'vite', 'vitest', 'typescript'])
    expect(named(tool)).toEqual([]);
  expect(list).toMatchObject({
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    metadata: { component: { name: 'tidesync', version: '1.2.3' } },
  });
});

test('every part has its version, and the hash of the lockfile where that has one', () => {
  const wrong = list.components.filter(
    ({ version, purl, hashes }) =>
      !/^\d+\.\d+\.\d+/.test(version) ||
      !/^pkg:npm\/(%40[^/]+\/)?[^@/]+@\d/.test(purl) ||
      !/^[0-9a-f]{128}$/.test(hashes?.[0]?.content ?? ''),
  );
  expect(wrong).toEqual([]);
  expect(new Set(list.components.map(({ purl }) => purl)).size).toBe(list.components.length);
});
