import { spawn } from 'node:child_process';
import os from 'node:os';
import path from 'node:path';
import { projectNodePath, repoDir } from './paths.mjs';
import { SetupProblem } from './report.mjs';
import { forwardSignals } from './signals.mjs';

/**
 * Runs a program of the repository on the project's Node and waits for its end, whatever signal arrives, so
 * that nothing is left behind.
 * @param {string} program path relative to the repository
 * @param {string[]} args
 * @returns {Promise<number>} the exit code to pass on; 128 + n for a program ended by signal n
 */
export function runOnProjectNode(program, args) {
  return new Promise((resolve, reject) => {
    const child = spawn(projectNodePath, [path.join(repoDir, program), ...args], { stdio: 'inherit' });
    forwardSignals(child);
    child.on('error', (error) =>
      reject(
        new SetupProblem(
          `could not start the project's Node 24 (${error.message}).`,
          'Delete the folder node_modules and run the same command again.',
        ),
      ),
    );
    child.on('close', (code, signal) => resolve(code ?? 128 + (signal ? os.constants.signals[signal] : 0)));
  });
}
