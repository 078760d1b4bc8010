import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { ServerProcess } from '../e2e/support/server-process.ts';
import { readTree } from '../e2e/support/tree.ts';
import { use } from '../e2e/support/use-world.ts';
import { until } from '../e2e/support/waiting.ts';
import { sameTrees, settleAll, World } from '../e2e/support/world.ts';
import type { S3Address } from '../servers/real-servers.ts';
import type { Started } from '../servers/running-server.ts';
import { startMinio } from '../servers/start-servers.ts';

/** One server with its tree in its data folder, and its objects in a MinIO of its own. */
class OnOwnMinio extends ServerProcess {
  readonly minio: Started<S3Address>;

  private constructor(home: string, minio: Started<S3Address>) {
    super(home, {
      STORAGE_BACKEND: 'minio',
      MINIO_ENDPOINT: `${minio.host}:${minio.port}`,
      MINIO_ACCESS_KEY: minio.accessKey,
      MINIO_SECRET_KEY: minio.secretKey,
    });
    this.minio = minio;
  }

  static override async prepare(top: string): Promise<OnOwnMinio> {
    const home = path.join(top, 'server');
    await mkdir(home, { recursive: true });
    return new OnOwnMinio(home, await startMinio());
  }

  override remove(): Promise<void> {
    return this.minio.stop();
  }
}

const world = use(new World((top) => OnOwnMinio.prepare(top)));

test('[F8] while MinIO is away renames and deletes still sync, and files that wait are sent when it is back', async () => {
  const [ada, bob] = [await world.device('ada'), await world.device('bob')];
  const [here, there] = await world.share(ada, bob);
  await writeFile(path.join(here, 'old name'), 'kept');
  await writeFile(path.join(here, 'to be deleted'), 'gone later');
  await settleAll(ada, bob);
  await sameTrees([here, there]);

  await world.server.minio.kill();
  await writeFile(path.join(here, 'waits'), 'not yet at the other one');
  await until('ada has tried to send it', async () => (await ada.root(here)).troubles > 0);
  expect((await ada.root(here)).state).not.toBe('offline');
  expect((await ada.why(path.join(here, 'waits'))).sentence).toMatch(/object store/);
  await rename(path.join(here, 'old name'), path.join(here, 'new name'));
  await rm(path.join(here, 'to be deleted'));
  await mkdir(path.join(here, 'new folder'));
  await until('bob has all that needs no content', async () => {
    const names = [...(await readTree(there)).keys()].sort();
    return names.join() === 'new folder,new name';
  });

  await world.server.minio.start();
  const tree = await sameTrees([here, there]);
  expect([...tree.keys()].sort()).toEqual(['new folder', 'new name', 'waits']);
  await settleAll(ada, bob);
  for (const [device, folder] of [
    [ada, here],
    [bob, there],
  ] as const) {
    expect(await device.root(folder)).toMatchObject({ state: 'upToDate', conflicts: 0, troubles: 0 });
  }
});
