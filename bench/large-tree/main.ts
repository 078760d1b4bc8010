// `npm run bench:tree -- [--files 1000000] [--dir DIR]`: a root of so many small files, a thousand in each folder, on a
// real disk with the engine's real journal: the first scan, a plan, and a scan that finds nothing changed. No server.

import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { formatBytes } from '@tidesync/shared/format';
import { makeFolders } from './make-folders.ts';
import { openScannedRoot } from './scanned-root.ts';

const { values } = parseArgs({
  options: {
    files: { type: 'string', default: '1000000' },
    dir: { type: 'string', default: os.tmpdir() },
  },
});
const files = Number(values.files);
if (!Number.isSafeInteger(files) || files < 1) throw new Error('--files wants a number');

/** VmHWM of this process: the highest use of memory so far. */
function peakBytes(): number {
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? 0) * 1_024;
}

/** Runs one part, and says what it took in time and processor time, and the peak of memory until now. */
async function part<T>(what: string, work: () => T | Promise<T>): Promise<T> {
  const [startMs, startCpu] = [performance.now(), process.cpuUsage()];
  const result = await work();
  const seconds = (performance.now() - startMs) / 1_000;
  const { user, system } = process.cpuUsage(startCpu);
  const cpu = (user + system) / 1_000_000;
  console.log(
    `${what}: ${seconds.toFixed(1)} s, ${cpu.toFixed(1)} s of the processor, peak ${formatBytes(peakBytes())}`,
  );
  return result;
}

const top = mkdtempSync(path.join(values.dir, 'tidesync-tree-'));
try {
  const folder = path.join(top, 'root');
  await part(`${files} files made`, () => makeFolders(folder, files));
  const root = await openScannedRoot(folder, path.join(top, 'home'));
  const found = await part('first scan', () => root.scanAll());
  const plan = await part('first plan', () => root.plan());
  console.log(`  ${found} entries found; a plan of ${plan.reads.length} reads, ${plan.ops.length} folders`);
  await part('all agreed on', () => root.agreeOnAll());
  const changed = await part('scan without news', () => root.scanAll());
  await part('plan without news', () => root.plan());
  root.close();
  console.log(`journal ${formatBytes(statSync(root.journalFile).size)}; load ${os.loadavg()[0]?.toFixed(1)}`);
  if (changed !== 0) throw new Error(`${changed} entries differ, though nothing changed`);
} finally {
  rmSync(top, { recursive: true, force: true });
}
