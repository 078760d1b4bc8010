import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { repoDir } from '../../../test/e2e/cli-process.ts';
import { noteForReaper } from '../../../test/e2e/support/left-behind.ts';
import type { SocketCount } from './socket-count.ts';

const SERVER = path.join(repoDir, 'apps/server/src/main.ts');
const COUNT = fileURLToPath(new URL('socket-count.ts', import.meta.url));
const SAID_CHARS_MAX = 20_000;
const STOP_MS_MAX = 15_000;

/** One real `tidesync-server start`, whose sockets are counted. */
export interface BenchServer {
  readonly url: string;
  readonly pid: number;
  countSockets(): Promise<SocketCount>;
  /** The end of what it has written to its log. */
  said(): string;
  stop(): Promise<void>;
}

export interface BenchServerOptions {
  readonly dataDir: string;
  /** Settings, by environment. */
  readonly settings: Readonly<Record<string, string>>;
  /** Where a CPU profile is written when it stops; null: none. */
  readonly profileDir: string | null;
}

export async function startBenchServer(options: BenchServerOptions): Promise<BenchServer> {
  const { dataDir, settings, profileDir } = options;
  await mkdir(dataDir, { recursive: true });
  const profiling = profileDir === null ? [] : ['--cpu-prof', `--cpu-prof-dir=${profileDir}`];
  const args = [...profiling, `--import=${COUNT}`, SERVER, 'start', '--data', dataDir, '--port', '0'];
  const child = spawn(process.execPath, [...args, '--log-level', 'warn'], {
    cwd: dataDir,
    // Nothing else of the surroundings: a setting of theirs would change what is measured.
    env: { PATH: process.env.PATH, HOME: dataDir, TMPDIR: dataDir, ...settings },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    serialization: 'advanced',
  });
  noteForReaper('+', child.pid);
  let said = '';
  const heard = (text: string) => {
    said = `${said}${text}`.slice(-SAID_CHARS_MAX);
  };
  child.stdout?.setEncoding('utf8').on('data', heard);
  child.stderr?.setEncoding('utf8').on('data', heard);
  const exited = once(child, 'exit').then(() => noteForReaper('-', child.pid));
  const url = await addressOf(child, exited, () => said);
  return {
    url,
    pid: child.pid ?? 0,
    said: () => said,
    async countSockets() {
      const answer = once(child, 'message');
      child.send('count');
      return (await answer)[0] as SocketCount;
    },
    async stop() {
      const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS_MAX);
      child.kill('SIGTERM');
      await exited;
      clearTimeout(timer);
    },
  };
}

async function addressOf(child: ChildProcess, exited: Promise<void>, said: () => string): Promise<string> {
  const found = () => /Tidesync server: (http:\/\/\S+)/.exec(said())?.[1];
  for (;;) {
    const url = found();
    if (url !== undefined) return url;
    const heard = child.stdout === null ? Promise.resolve() : once(child.stdout, 'data');
    const ended = await Promise.race([heard.then(() => false), exited.then(() => true)]);
    if (ended && found() === undefined) throw new Error(`a server ended before it was ready:\n${said()}`);
  }
}
