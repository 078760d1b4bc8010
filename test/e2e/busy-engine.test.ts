import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { CLI, startProgram } from './cli-process.ts';
import type { Device } from './support/device.ts';
import { ServerProcess } from './support/server-process.ts';
import { World } from './support/world.ts';

const world = new World(ServerProcess.prepare);
let ada: Device;
let folder: string;

beforeAll(async () => {
  await world.open();
  ada = await world.device('ada');
  [folder] = await world.share(ada);
  await ada.settle();
});
afterAll(() => world.close());

/** It keeps its lock, and the system goes on taking connections for it. */
function holdUp({ pid }: Device): () => void {
  process.kill(pid, 'SIGSTOP');
  const goOn = () => void process.kill(pid, 'SIGCONT');
  onTestFinished(goOn);
  return goOn;
}

test('[W70] commands say that an engine is busy, and not that it is gone; none starts another beside it', async () => {
  holdUp(ada);
  const [status, list, second] = await Promise.all([
    ada.run('status', '--json'),
    ada.run('folder', 'list'),
    ada.run('serve'),
  ]);
  expect([status.exitCode, list.exitCode, second.exitCode]).toEqual([3, 3, 1]);
  expect(JSON.parse(status.err)).toMatchObject({
    problem: { reason: 'engineBusy', path: path.join(ada.home, 'device') },
  });
  expect(list.err).toMatch(/is busy and has not answered.*Wait/s);
  expect(second.err).toMatch(/running already/);
});

test('[W71] who waits for rest waits for a busy engine, too, as long as was said', async () => {
  const goOn = holdUp(ada);
  await writeFile(path.join(folder, 'a.txt'), 'made while it was busy');
  const short = ada.run('status', '--wait', 'idle', '--timeout', '4');
  const waiting = startProgram(CLI, ['status', '--wait', 'idle', '--timeout', '60'], { home: ada.home });
  let said = '';
  waiting.child.stderr?.on('data', (text: string) => {
    said += text;
  });
  expect(await short).toMatchObject({ exitCode: 3, err: expect.stringMatching(/busy/) });
  expect(waiting.child.exitCode).toBeNull();
  expect(said).toMatch(/busy/);
  goOn();
  expect((await waiting.finished).exitCode).toBe(0);
  expect(await ada.why(path.join(folder, 'a.txt'))).toMatchObject({ code: 'synced' });
});
