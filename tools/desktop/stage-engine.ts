// Puts together what the app carries beside it: engine and command as they lie in the repository, the packages that they
// need, and the Node that they run on. Engine, command and service are the same files.

import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { projectNodePath, repoDir } from '../setup/paths.mjs';

/** The packages of the repository that the command is made of. */
const PACKAGES = ['packages/shared', 'packages/engine', 'apps/server', 'apps/cli'];
const LEFT_OUT = ['console', 'desktop', 'ui'];
const MANIFESTS = ['package.json', 'pnpm-lock.yaml', 'pnpm-workspace.yaml'];
/** The pnpm that the repository is installed with. */
const PNPM = /const pnpm = '(pnpm@[\d.]+)'/;

/** Errors: when the packages cannot be installed. */
export function stageEngine(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
  const copy = (file: string, filter = (_source: string) => true) =>
    cpSync(path.join(repoDir, file), path.join(folder, file), { recursive: true, filter });
  for (const manifest of MANIFESTS) copy(manifest);
  for (const one of PACKAGES) copy(`${one}/package.json`);
  install(folder);
  // Links to what the engine does without lead nowhere here.
  for (const one of LEFT_OUT) rmSync(path.join(folder, 'node_modules/@tidesync', one), { force: true });
  const isProduct = (source: string) => !/(\.test\.ts|\/testing|\/tsconfig\.json)$/.test(source);
  for (const one of PACKAGES) copy(`${one}/src`, isProduct);
  copy('drizzle/journal');
  copy('LICENSE');
  const node = path.join(folder, 'bin', path.basename(projectNodePath));
  mkdirSync(path.dirname(node));
  cpSync(projectNodePath, node, { dereference: true });
  chmodSync(node, 0o755);
  writeStarter(folder);
}

/** Flat, so that no link leads out of the folder or is broken by a system that has none. */
function install(folder: string): void {
  const setup = readFileSync(path.join(repoDir, 'tools/setup/install.mjs'), 'utf8');
  const [, pnpm = 'pnpm'] = PNPM.exec(setup) ?? [];
  const args = ['install', '--frozen-lockfile', '--prod', '--filter', '@tidesync/cli...'];
  const flat = ['--config.node-linker=hoisted', '--prefer-offline'];
  execFileSync('npx', ['-y', pnpm, ...args, ...flat], { cwd: folder, stdio: ['ignore', 2, 2] });
}

/** `tidesync` for the terminal, on the Node beside it. */
function writeStarter(folder: string): void {
  const script = `#!/bin/sh
# The command, on the Node that the app brings along.
here=$(dirname -- "$(readlink -f -- "$0")")
TIDESYNC_SCREENS="\${TIDESYNC_SCREENS:-$here/../../screens}" exec "$here/node" "$here/../apps/cli/src/main.ts" "$@"
`;
  writeFileSync(path.join(folder, 'bin/tidesync'), script, { mode: 0o755 });
}
