import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { CLI, startProgram } from './cli-process.ts';
import type { Device } from './support/device.ts';
import { PASSWORD } from './support/server-process.ts';
import { useWorld } from './support/use-world.ts';
import { OWNER } from './support/world.ts';

const world = useWorld();
const PLANTED = 'planted-hunter22';

/** With secrets in its environment. */
const diagnose = (device: Device, ...args: string[]) =>
  startProgram(CLI, ['diagnose', ...args], {
    home: device.home,
    env: { TIDESYNC_PASSWORD: PLANTED, TIDESYNC_DATABASE_URL: `mysql://u:${PLANTED}@h/x` },
  }).finished;

test('a bundle says how the device is, and has no secret, no address and no name of a file in it', async () => {
  const device = await world.device('ada');
  const [folder] = await world.share(device);
  const name = 'tax return of ada.pdf';
  await mkdir(path.join(folder, 'sub'));
  await writeFile(path.join(folder, name), 'x');
  await writeFile(path.join(folder, `bad\\name\u0001${'x'.repeat(20)}`), 'x');
  await device.settle();
  const homeFiles = path.join(device.home, 'device');
  const token = JSON.parse(await readFile(path.join(homeFiles, 'token'), 'utf8')).token;
  const local = JSON.parse(await readFile(path.join(homeFiles, 'runtime.json'), 'utf8')).token;

  for (const state of ['running', 'stopped']) {
    if (state === 'stopped') await device.stop();
    const file = path.join(device.home, `bundle-${state}.json`);
    const { exitCode, out } = await diagnose(device, '--bundle', file);
    expect(exitCode).toBe(0);
    const bundle = await readFile(file, 'utf8');
    expect(out.replaceAll(/\s/g, '')).toBe(bundle.replaceAll(/\s/g, ''));
    for (const secret of [token, local, PASSWORD, PLANTED, OWNER, name, 'tax return', device.home])
      expect([state, secret, bundle.includes(secret)]).toEqual([state, secret, false]);
    expect(JSON.parse(bundle)).toMatchObject({
      schema: 1,
      engine: { runs: state === 'running' ? 'elsewhere' : 'no', database: 'sound' },
      status: { session: { is: 'signedIn' }, roots: [{ entries: expect.any(Number) }] },
    });
    expect(await diagnose(device, '--bundle', file)).toMatchObject({ exitCode: 1 });
  }
  expect((await diagnose(device, '--names')).out).toContain(path.basename(folder));
  await writeFile(path.join(homeFiles, 'token'), '{"token": broken');
  expect((await diagnose(device)).exitCode).toBe(0);
  expect((await stat(homeFiles)).isDirectory()).toBe(true);
});
