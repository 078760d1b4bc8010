import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { noteForReaper } from './support/left-behind.ts';

export const repoDir = fileURLToPath(new URL('../..', import.meta.url));
export const CLI = path.join(repoDir, 'apps/cli/src/main.ts');
export const START = path.join(repoDir, 'apps/cli/src/start.ts');

export interface Finished {
  readonly exitCode: number | null;
  readonly out: string;
  readonly err: string;
}

export interface Running {
  readonly child: ChildProcess;
  readonly finished: Promise<Finished>;
  /** Resolves with the first match in what was printed so far or later; rejects if the process ends before. */
  printed(pattern: RegExp): Promise<RegExpExecArray>;
}

export interface Environment {
  readonly home: string;
  readonly stdin?: string;
  /** Added to this process's. */
  readonly env?: Readonly<Record<string, string>>;
  /** How many files the system lets it have open; whatever it lets this process, if left out. */
  readonly openFilesMax?: number;
}

/** A program of the repository in a process of its own, with HOME and TIDESYNC_HOME below `home`. */
export function startProgram(
  program: string,
  args: readonly string[],
  { home, stdin, env: added, openFilesMax }: Environment,
): Running {
  const env = {
    ...process.env,
    HOME: home,
    TIDESYNC_HOME: path.join(home, 'device'),
    XDG_DATA_HOME: '',
    ...added,
  };
  const line = [process.execPath, program, ...args];
  // The shell becomes the program, so that it is the process that signals reach.
  const limited = ['sh', '-c', `ulimit -n ${openFilesMax}; exec "$@"`, 'sh', ...line];
  const [first, ...rest] = (openFilesMax === undefined ? line : limited) as [string, ...string[]];
  const child = spawn(first, rest, { env, cwd: home, stdio: 'pipe' });
  noteForReaper('+', child.pid);
  child.stdin.on('error', () => {});
  child.stdin.end(stdin ?? '');
  let [out, err] = ['', ''];
  const waiting = new Set<() => void>();
  const heard = () => {
    for (const look of waiting) look();
  };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
    heard();
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    err += text;
    heard();
  });
  const finished = new Promise<Finished>((resolve) => {
    child.on('close', (exitCode) => {
      noteForReaper('-', child.pid);
      resolve({ exitCode, out, err });
    });
  });
  const printed = (pattern: RegExp) =>
    new Promise<RegExpExecArray>((resolve, reject) => {
      const look = () => {
        const match = pattern.exec(`${out}\n${err}`);
        if (match === null) return;
        waiting.delete(look);
        resolve(match);
      };
      waiting.add(look);
      look();
      void finished.then(() => reject(new Error(`ended before it printed ${pattern}:\n${out}\n${err}`)));
    });
  return { child, finished, printed };
}

/** The `tidesync` command, run to its end. */
export function tidesync(home: string, args: readonly string[], stdin?: string): Promise<Finished> {
  return startProgram(CLI, args, stdin === undefined ? { home } : { home, stdin }).finished;
}

/** Same, with --json, and its one document. */
export async function tidesyncJson<T>(home: string, args: readonly string[], stdin?: string): Promise<T> {
  const { exitCode, out, err } = await tidesync(home, [...args, '--json'], stdin);
  if (exitCode !== 0) throw new Error(`tidesync ${args.join(' ')} ended with ${exitCode}: ${err}${out}`);
  const { schema, ...document } = JSON.parse(out) as T & { schema: number };
  if (schema !== 1) throw new Error(`tidesync ${args.join(' ')} --json is of the form ${schema}`);
  return document as T;
}

export async function tempHome(): Promise<{ home: string; remove(): Promise<void> }> {
  const home = await mkdtemp(path.join(os.tmpdir(), 'tidesync-e2e-'));
  return { home, remove: () => rm(home, { recursive: true, force: true }) };
}
