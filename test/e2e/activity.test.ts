// What was done, and when nobody was there to do it, by commands.

import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Activity } from '@tidesync/shared/activity-list';
import type { EngineGap } from '@tidesync/shared/wire/engine-screens';
import { beforeAll, expect, test } from 'vitest';
import type { Device } from './support/device.ts';
import { letPass } from './support/let-pass.ts';
import { useWorld } from './support/use-world.ts';
import { until } from './support/waiting.ts';

interface Answer {
  readonly activity: Activity[];
  readonly gaps: EngineGap[];
}
const HOUR_MS = 3_600_000;

const world = useWorld();
let ada: Device;
let docs: string;
let films: string;
beforeAll(async () => {
  ada = await world.device('ada');
  docs = await ada.bind('docs', 'Docs');
  films = await ada.bind('films', 'Films');
  await writeFile(path.join(docs, 'a.txt'), 'a');
  await writeFile(path.join(docs, '=sum.csv'), 'b');
  await writeFile(path.join(films, 'one.txt'), 'c');
  await ada.settle();
  await rm(path.join(docs, 'a.txt'));
  await until('the delete is sent', async () => (await asked('--kind', 'removed')).activity.length === 1);
});

const asked = (...filter: string[]) => ada.ask<Answer>('activity', ...filter);
async function namesOf(...filter: string[]): Promise<string[]> {
  return (await asked(...filter)).activity.map((one) => `${one.kind} ${one.path}`).sort();
}

test('activity is asked for by kind, folder, path and time', async () => {
  expect(await namesOf('--folder', films)).toEqual(['uploaded one.txt']);
  expect(await namesOf('--kind', 'removed')).toEqual(['deletedThere a.txt']);
  expect(await namesOf('--kind', 'sent', '--find', 'A.TXT')).toEqual([
    'deletedThere a.txt',
    'uploaded a.txt',
  ]);
  expect(await namesOf('--kind', 'conflicts')).toEqual([]);
  expect((await namesOf('--since', '1h')).length).toBeGreaterThanOrEqual(4);
  const [wrong, strange] = [
    await ada.run('activity', '--since', 'yesterday'),
    await ada.run('activity', '--folder', '/'),
  ];
  expect([wrong.exitCode, wrong.err]).toEqual([2, expect.stringContaining('"yesterday" is no time')]);
  expect(strange.exitCode).toBe(1);
});

test('the time in which no engine ran is told, and activity goes into files for other programs', async () => {
  await letPass(ada, 2 * HOUR_MS);
  await writeFile(path.join(films, 'two.txt'), 'd');
  await ada.settle();
  const { gaps, activity } = await asked();
  expect([gaps.length, activity[0]?.path]).toEqual([1, 'two.txt']);
  const [gap] = gaps;
  expect((gap?.untilMs ?? 0) - (gap?.sinceMs ?? 0)).toBeGreaterThanOrEqual(2 * HOUR_MS);
  expect((await ada.run('activity')).out).toMatch(
    /two\.txt[\s\S]*The engine was not running, until [\s\S]*one\.txt/,
  );
  expect(await namesOf('--since', '1h')).toEqual(['uploaded two.txt']);

  const csv = (await ada.run('activity', '--as', 'csv')).out.split('\r\n');
  expect(csv[0]).toBe('at,until,kind,folder,path,detail,sentence');
  expect(csv.filter((line) => line.includes("'=sum.csv"))).toHaveLength(1);
  expect(csv.filter((line) => line.includes('engineOff'))).toHaveLength(1);
  const lines = (await ada.run('activity', '--as', 'ndjson', '--folder', docs, '--find', '=sum')).out;
  expect(JSON.parse(lines)).toMatchObject({ kind: 'uploaded', folder: docs, path: '=sum.csv' });
});

test('an engine is restarted: it ends, and the command waits for the next one', async () => {
  const runtime = path.join(ada.home, 'device', 'runtime.json');
  const pid = async () => (JSON.parse(await readFile(runtime, 'utf8')) as { pid: number }).pid;
  const before = await pid();
  const restarting = ada.ask<{ stopped: number; started: number }>('engine', 'restart');
  // As the app does it, or the service.
  await until('it has stopped', () =>
    pid().then(
      () => false,
      () => true,
    ),
  );
  await ada.start();
  expect(await restarting).toEqual({ stopped: before, started: await pid() });
  await ada.stop();
  const nobody = await ada.run('engine', 'restart');
  expect([nobody.exitCode, nobody.err]).toEqual([4, expect.stringContaining('not running')]);
});
