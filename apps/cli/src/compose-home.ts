import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { TokenPlace } from '@tidesync/engine/shell/engine-parts';
import Sqlite from 'better-sqlite3';
import type { DeviceHome } from './device-home.ts';

export interface OpenedHome extends DeviceHome {
  readonly token: TokenPlace;
  readonly files: Readonly<Record<string, string>>;
}
export function openDeviceHome(homePath: string): OpenedHome {
  const files = {
    token: path.join(homePath, 'token'),
    runtime: path.join(homePath, 'runtime.json'),
    lock: path.join(homePath, 'lock.db'),
  };
  const read = (file: string) => readFile(file, 'utf8').catch(() => null);
  const write = async (file: string, text: string) => {
    await writeFile(`${file}.new`, text, { mode: 0o600 });
    await rename(`${file}.new`, file);
  };
  return {
    path: homePath,
    files,
    token: {
      read: () => read(files.token),
      write: (token) => (token === null ? rm(files.token, { force: true }) : write(files.token, token)),
    },
    readToken: () => read(files.token),
    async announced() {
      const text = await read(files.runtime);
      return text === null ? null : JSON.parse(text);
    },
    async lock() {
      await mkdir(homePath, { recursive: true, mode: 0o700 });
      const db = new Sqlite(files.lock, { timeout: 0 });
      try {
        db.exec('BEGIN EXCLUSIVE');
      } catch {
        db.close();
        return null;
      }
      return {
        announce: (address) => write(files.runtime, JSON.stringify(address)),
        async release() {
          await rm(files.runtime, { force: true });
          db.close();
        },
      };
    },
  };
}
