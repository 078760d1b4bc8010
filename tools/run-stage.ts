import { spawn } from 'node:child_process';
import { repoDir } from './setup/paths.mjs';

export type Stage = { name: string; exitCode: number; tookMs: number };

/**
 * Runs one stage of the checks on this Node, its output going straight through.
 * `script` is a JavaScript file relative to the repository, so that no shell and no shim is in between.
 */
export async function runStage(name: string, script: string, args: readonly string[]): Promise<Stage> {
  console.log(`\n── ${name}`);
  const startedMs = performance.now();
  const exitCode = await new Promise<number>((resolve, reject) => {
    const child = spawn(process.execPath, [script, ...args], { cwd: repoDir, stdio: 'inherit' });
    child.on('error', reject);
    child.on('close', (code) => resolve(code ?? 1));
  });
  return { name, exitCode, tookMs: performance.now() - startedMs };
}
