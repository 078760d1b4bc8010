import { execFileSync } from 'node:child_process';
import os from 'node:os';
import { repoDir } from '../../test/e2e/cli-process.ts';

/** Where and on what figures were taken. */
export interface Surroundings {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryBytes: number;
  readonly system: string;
  readonly node: string;
  readonly commit: string;
  readonly startedAt: string;
  /** Over the last minute, before the run: what else this machine had to do. */
  readonly loadBefore: number;
  readonly command: string;
}

export function surroundings(args: readonly string[]): Surroundings {
  const cpus = os.cpus();
  return {
    cpu: cpus[0]?.model.trim() ?? 'unknown',
    cores: cpus.length,
    memoryBytes: os.totalmem(),
    system: `${os.type()} ${os.release()}`,
    node: process.version,
    commit: commitOf(),
    startedAt: new Date().toISOString(),
    loadBefore: os.loadavg()[0] ?? 0,
    command: ['npm run bench:server', ...(args.length > 0 ? ['--', ...args] : [])].join(' '),
  };
}

/** With a mark where files were changed since. */
function commitOf(): string {
  try {
    const git = (...args: string[]) =>
      execFileSync('git', args, { cwd: repoDir, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
    const changed = git('status', '--porcelain').trim() === '' ? '' : ' with changes';
    return `${git('rev-parse', '--short', 'HEAD').trim()}${changed}`;
  } catch {
    return 'unknown';
  }
}
