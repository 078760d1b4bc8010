// `npm run setup -- --system`: what the tests need from the system, by apt; and an Electron.

import { spawnSync } from 'node:child_process';
import { getElectron, NoElectron } from './find-electron.ts';
import { isOnPath } from './on-path.ts';
import { desktopLack, SYSTEM_PACKAGES } from './system-needs.ts';

const say = (line: string) => console.error(`tidesync: ${line}`);

process.exitCode = await installSystem();

async function installSystem(): Promise<number> {
  const names = SYSTEM_PACKAGES.map((one) => one.at(-1)).join(' ');
  if (!isOnPath('apt-get', process.env.PATH ?? '')) {
    say(`this system has no apt-get; install what it calls: ${names}`);
    return 1;
  }
  if (run('apt-get', ['update', '--quiet']) !== 0)
    say('the list of packages could not be renewed; going on with the old one');
  const chosen = SYSTEM_PACKAGES.map((one) => one.find(isKnown) ?? one[0] ?? '');
  const code = run('apt-get', ['install', '--yes', '--quiet', '--no-install-recommends', ...chosen]);
  if (code !== 0) {
    say(`apt-get could not install them (it ended with ${code}): ${chosen.join(' ')}`);
    return 1;
  }
  const electron = await getElectron().catch((error: unknown) => {
    if (error instanceof NoElectron) return null;
    throw error;
  });
  if (electron !== null) say(`Electron: ${electron.path} (${electron.from})`);
  const lack = await desktopLack();
  if (lack !== null) say(lack);
  return lack === null ? 0 : 1;
}

/** As root, be it by sudo. */
function run(program: string, args: readonly string[]): number {
  const isRoot = process.getuid?.() === 0;
  const [command, all] = isRoot ? [program, args] : ['sudo', [program, ...args]];
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  return spawnSync(command, all, { stdio: ['inherit', 2, 2], env }).status ?? 1;
}

/** Whether the system can install a package of this name; a name that only others stand in for does not count. */
function isKnown(name: string): boolean {
  const { stdout } = spawnSync('apt-cache', ['policy', name], { encoding: 'utf8' });
  return /Candidate: (?!\(none\))/.test(stdout);
}
