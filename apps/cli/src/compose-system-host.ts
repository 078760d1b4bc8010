import { execFile } from 'node:child_process';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { SystemHost } from './service/system-host.ts';

const NOT_FOUND = 127;
const RUN_MS_MAX = 30_000;

/** The system that this process runs on. */
export function composeSystemHost(): SystemHost {
  return {
    platform: process.platform,
    userHome: os.homedir(),
    userId: process.getuid?.() ?? 0,
    nodePath: process.execPath,
    programPath: process.argv[1] ?? '',
    readText: (file) => readFile(file, 'utf8').catch(absent),
    async writeText(file, text) {
      if (text === null) return rm(file, { force: true });
      await mkdir(path.dirname(file), { recursive: true });
      await writeFile(file, text, { mode: 0o600 });
    },
    run: ([program = '', ...args]) =>
      new Promise((resolve) => {
        execFile(program, args, { timeout: RUN_MS_MAX }, (error, out, err) => {
          const code = error === null ? 0 : typeof error.code === 'number' ? error.code : NOT_FOUND;
          resolve({ code, said: `${out}${err}`.trim() });
        });
      }),
  };
}

function absent(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT') return null;
  throw error;
}
