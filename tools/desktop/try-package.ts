import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { processesOf } from '../../test/desktop/processes-of.ts';
import { startVirtualDesktop } from '../../test/desktop/virtual-desktop.ts';
import { until } from '../../test/e2e/support/waiting.ts';

/** What the command leaves with when it is signed out, and its engine has said so. */
const SIGNED_OUT = 5;

/**
 * Starts the packed program as it is, on a desktop that nobody sees: with an engine of its own, found by the command that
 * is packed with it. Errors: if it does not, if a second start does not end, or if something is left after its end.
 */
export async function tryPackage(folder: string): Promise<void> {
  const desktop = await startVirtualDesktop();
  const home = mkdtempSync(path.join(os.tmpdir(), 'tidesync-package-'));
  const env = { ...process.env, ...desktop.env, HOME: home, TIDESYNC_HOME: path.join(home, 'device') };
  const isRoot = process.getuid?.() === 0;
  const args = isRoot ? ['--no-sandbox'] : [];
  const start = () => spawn(path.join(folder, 'tidesync'), args, { env, stdio: 'ignore' });
  const app = start();
  try {
    await until('the engine runs', () => existsSync(path.join(home, 'device/runtime.json')));
    const command = path.join(folder, 'resources/engine/bin/tidesync');
    const { status, stdout } = spawnSync(command, ['status', '--json'], { env, encoding: 'utf8' });
    if (status !== SIGNED_OUT || !stdout.includes('"engineRunning":true')) {
      throw new Error(`the command ended with ${status} and said ${stdout}`);
    }
    await until('there is a window', () =>
      processesOf(home).some((line) => line.includes('--type=renderer')),
    );
    const [code] = (await once(start(), 'close')) as [number | null];
    if (code !== 0) throw new Error(`a second start ended with ${code}`);
    app.kill('SIGTERM');
    await once(app, 'close');
    const left = processesOf(home);
    if (left.length > 0) throw new Error(`left after the end: ${left.join('; ')}`);
  } finally {
    app.kill('SIGKILL');
    await desktop.stop();
    rmSync(home, { recursive: true, force: true });
  }
}
