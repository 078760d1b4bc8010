// `npm run bench:idle -- [--files 600] [--kilobytes 410] [--minutes 10]`: what an engine at rest costs, with the check in
// idle time: processor time of the whole process, by /proc. With these sizes each slice of the check reads as much as it
// may, so that more or larger files cost no more.

import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { Device } from '../../test/e2e/support/device.ts';
import { ServerProcess } from '../../test/e2e/support/server-process.ts';
import { until } from '../../test/e2e/support/waiting.ts';
import { World } from '../../test/e2e/support/world.ts';

const MINUTE_MS = 60_000;
/** `/proc` counts in these, on every Linux that Node runs on. */
const TICK_MS = 10;
const FOLDERS = 20;
const SYNC_MS_MAX = 600_000;

const { values } = parseArgs({
  options: {
    files: { type: 'string', default: '600' },
    kilobytes: { type: 'string', default: '410' },
    minutes: { type: 'string', default: '10' },
  },
});
const [files, kilobytes, minutes] = [Number(values.files), Number(values.kilobytes), Number(values.minutes)];

/** Processor time of a process so far, in user and system mode. */
async function cpuMs(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}

async function fill(folder: string): Promise<void> {
  for (let n = 0; n < FOLDERS; n++) await mkdir(path.join(folder, `folder ${n}`));
  for (let n = 0; n < files; n++) {
    const file = path.join(folder, `folder ${n % FOLDERS}`, `file ${n}`);
    await writeFile(file, randomBytes(kilobytes * 1_000));
  }
}

/** Processor time of each minute at rest. */
async function measure(device: Device): Promise<number[]> {
  const perMinute: number[] = [];
  let before = await cpuMs(device.pid);
  for (let minute = 1; minute <= minutes; minute++) {
    await pause(MINUTE_MS);
    const now = await cpuMs(device.pid);
    perMinute.push(now - before);
    console.log(`minute ${minute}: ${now - before} ms`);
    before = now;
  }
  return perMinute;
}

const world = new World(ServerProcess.prepare);
try {
  await world.open();
  const device = await world.device('ada');
  const [folder] = await world.share(device);
  await fill(folder);
  const atRest = async () => (await device.root(folder)).state === 'upToDate';
  await until('all is synced', async () => (await device.settle()) === 0 && (await atRest()), SYNC_MS_MAX);
  console.log(`${files} files of ${kilobytes} kB are synced; load ${os.loadavg()[0]?.toFixed(1)}`);
  const perMinute = await measure(device);
  const { lastCheck } = await device.root(folder);
  const sumMs = perMinute.reduce((sum, one) => sum + one, 0);
  const percent = (sumMs / (minutes * MINUTE_MS)) * 100;
  console.log(
    `\n${(sumMs / minutes).toFixed(0)} ms of processor time a minute, at most ${Math.max(...perMinute)} ms: ` +
      `${percent.toFixed(2)} % of one core. Last whole check: ${JSON.stringify(lastCheck)}`,
  );
} finally {
  await world.close();
}
process.exit(0);
