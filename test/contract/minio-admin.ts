import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findProgram } from '../servers/find-program.ts';
import type { S3Address } from '../servers/real-servers.ts';

const run = promisify(execFile);
const SECRET = 'a secret of forty characters, all of them';

export interface MinioAdmin {
  /** Makes a user that has one of the documented policies, for that bucket, as the operations page says. */
  addUser(accessKey: string, policy: 'server' | 'signing', bucket: string): Promise<UserKeys>;
  /** Runs `mc` with these arguments; the server's alias is `tidesync`. */
  mc(...args: string[]): Promise<string>;
  close(): Promise<void>;
}
export interface UserKeys {
  readonly accessKey: string;
  readonly secretKey: string;
}

/** MinIO's own command, with a configuration that is thrown away. */
export async function minioAdmin(server: S3Address): Promise<MinioAdmin> {
  const found = await findProgram('mc');
  if (found.how !== 'program') throw new Error('mc is a program');
  const dir = await mkdtemp(join(tmpdir(), 'tidesync-mc-'));
  const mc = async (...args: string[]) =>
    (await run(found.path, ['--config-dir', dir, '--insecure', ...args])).stdout;
  const { host, port, secure, accessKey, secretKey } = server;
  await mc('alias', 'set', 'tidesync', `http${secure ? 's' : ''}://${host}:${port}`, accessKey, secretKey);
  return {
    mc,
    async addUser(name, policy, bucket) {
      const text = await readFile(join('deploy/minio', `${policy}-policy.json`), 'utf8');
      const file = join(dir, `${policy}-policy.json`);
      await writeFile(file, text.replaceAll(':::user-data', `:::${bucket}`));
      await mc('admin', 'user', 'add', 'tidesync', name, SECRET);
      await mc('admin', 'policy', 'create', 'tidesync', `${name}-policy`, file);
      await mc('admin', 'policy', 'attach', 'tidesync', `${name}-policy`, '--user', name);
      return { accessKey: name, secretKey: SECRET };
    },
    close: () => rm(dir, { recursive: true, force: true }),
  };
}
