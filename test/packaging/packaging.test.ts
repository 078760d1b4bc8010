// How the app is packed: electron-builder's own check of its configuration, and what must not change by accident.

import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { repoDir } from '../e2e/cli-process.ts';

const appDir = path.join(repoDir, 'apps/desktop');
const file = path.join(appDir, 'electron-builder.yml');
const config = parse(readFileSync(file, 'utf8')) as Record<string, unknown>;

interface Builder {
  validateConfiguration(config: unknown, log: { isEnabled: boolean }): Promise<void>;
}
/** It is the tool's own, and not among what it exports. */
function builder(): Builder {
  const tool = createRequire(path.join(appDir, 'package.json')).resolve('electron-builder/package.json');
  const library = createRequire(tool).resolve('app-builder-lib');
  return createRequire(library)(path.join(path.dirname(library), 'util/config/config.js')) as Builder;
}

test('electron-builder understands every line', async () => {
  await expect(builder().validateConfiguration(config, { isEnabled: false })).resolves.toBeUndefined();
  const wrong = { ...config, electronFuses: { runAsNod: false } };
  await expect(builder().validateConfiguration(wrong, { isEnabled: false })).rejects.toThrow(
    /configuration.electronFuses/,
  );
});

test('the program refuses to be used as something else', () => {
  expect(config.electronFuses).toEqual({
    runAsNode: false,
    enableNodeOptionsEnvironmentVariable: false,
    enableNodeCliInspectArguments: false,
    enableCookieEncryption: true,
    enableEmbeddedAsarIntegrityValidation: true,
    onlyLoadAppFromAsar: true,
    grantFileProtocolExtraPrivileges: false,
  });
});

test('there is a package for each system, and updates are signed', () => {
  expect(config.linux).toMatchObject({ target: ['deb', 'rpm', 'AppImage'] });
  expect(config.win).toMatchObject({ target: ['nsis'], verifyUpdateCodeSignature: true });
  expect(config.mac).toMatchObject({ target: ['dmg', 'zip'], hardenedRuntime: true, notarize: true });
  expect(config.nsis).toMatchObject({ deleteAppDataOnUninstall: false });
});

test('what it names is there, and the packed app is the bundle and nothing else', () => {
  const manifest = JSON.parse(readFileSync(path.join(appDir, 'package.json'), 'utf8')) as Record<
    string,
    unknown
  >;
  expect(manifest).not.toHaveProperty('dependencies');
  expect(manifest.main).toBe('out/main/main.cjs');
  const { entitlements } = config.mac as { entitlements: string };
  expect(existsSync(path.join(appDir, entitlements))).toBe(true);
  expect(config.protocols).toEqual([{ name: 'Tidesync', schemes: ['tidesync'] }]);
});
