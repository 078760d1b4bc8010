import { spawn } from 'node:child_process';
import { withSetupLock } from './lock.mjs';
import { projectNodePath, repoDir } from './paths.mjs';
import { SetupProblem, say } from './report.mjs';
import { forwardSignals } from './signals.mjs';
import { clearStamp, isInstalled, wantedStamp, writeStamp } from './stamp.mjs';

const pnpm = 'pnpm@12.21.0';
const signOfLifeMs = 10_000;
const outputLinesShown = 25;

/** Brings node_modules to what the lock file says; returns at once when it already is. */
export async function ensureInstalled() {
  if (isInstalled(wantedStamp())) return;
  await withSetupLock(async () => {
    const stamp = wantedStamp();
    if (isInstalled(stamp)) return; // by whoever held the lock before us
    say('installing the dependencies; the first time this takes a minute or so');
    clearStamp();
    await pnpmInstall();
    writeStamp(stamp);
    if (!isInstalled(stamp)) {
      throw new SetupProblem(
        `the installation has no Node 24 (${projectNodePath} is missing).`,
        'Check that install scripts are not switched off (npm config ignore-scripts), delete node_modules and try again.',
      );
    }
  });
}

async function pnpmInstall() {
  const startedMs = Date.now();
  let interrupted = false;
  process.once('SIGINT', () => {
    interrupted = true;
  });
  const { exitCode, output } = await runQuietly('npx', ['-y', pnpm, 'install', '--frozen-lockfile']);
  if (exitCode === 0) {
    say(`installed in ${Math.round((Date.now() - startedMs) / 1000)} s`);
    return;
  }
  if (interrupted) {
    throw new SetupProblem('the installation was interrupted.', 'Run the same command again to go on.');
  }
  process.stderr.write(`${output.trimEnd().split('\n').slice(-outputLinesShown).join('\n')}\n`);
  throw new SetupProblem(
    `installing the dependencies failed (npx ${pnpm} install ended with ${exitCode}; its last lines are above).`,
    output.includes('OUTDATED_LOCKFILE')
      ? `A package.json changed without the lock file: run \`npx -y ${pnpm} install\`, then try again.`
      : 'Check the network, the proxy and the free disk space, then run the same command again.',
  );
}

/**
 * @param {string} command
 * @param {string[]} args
 * @returns {Promise<{ exitCode: number, output: string }>}
 */
function runQuietly(command, args) {
  return new Promise((resolve, reject) => {
    // On Windows npx is a .cmd file, which only a shell can start. The arguments hold nothing to quote.
    const shell = process.platform === 'win32';
    const child = spawn(command, args, { cwd: repoDir, shell, stdio: ['ignore', 'pipe', 'pipe'] });
    forwardSignals(child);
    const startedMs = Date.now();
    const signOfLife = setInterval(
      () => say(`… still installing (${Math.round((Date.now() - startedMs) / 1000)} s)`),
      signOfLifeMs,
    );
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => {
        output += text;
      });
    }
    child.on('error', (error) => {
      clearInterval(signOfLife);
      reject(
        new SetupProblem(
          `could not start ${command} (${error.message}).`,
          'npx comes with Node.js: install Node.js with npm, then run the same command again.',
        ),
      );
    });
    child.on('close', (code, signal) => {
      clearInterval(signOfLife);
      resolve({ exitCode: code ?? 1, output: signal === null ? output : `${output}\nended by ${signal}` });
    });
  });
}
