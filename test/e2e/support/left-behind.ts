import { spawn } from 'node:child_process';
import type { Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';

const REAPER = fileURLToPath(new URL('reaper.ts', import.meta.url));

let reaper: Writable | null = null;

/** Tells the reaper that a program or a folder must not outlive this process, or (`-`) that it is gone. */
export function noteForReaper(mark: '+' | '-', what: number | string | undefined): void {
  if (what === undefined) return;
  reaper ??= startReaper();
  reaper.write(`${mark}${what}\n`);
}

function startReaper(): Writable {
  const child = spawn(process.execPath, [REAPER], { stdio: ['pipe', 'ignore', 'inherit'], detached: true });
  child.unref();
  const { stdin } = child;
  stdin.on('error', () => {});
  // Neither the child nor its pipe keeps the test process alive.
  (stdin as unknown as { unref(): void }).unref();
  return stdin;
}
