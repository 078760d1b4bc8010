import path from 'node:path';
import Sqlite from 'better-sqlite3';
import type { Device } from './device.ts';

/** As if all that this device has noted so far had been so long ago, and its engine away since. */
export async function letPass(device: Device, ms: number): Promise<void> {
  await device.stop();
  const journal = new Sqlite(path.join(device.home, 'device', 'journal.db'));
  journal.prepare('UPDATE engine_runs SET started_ms = started_ms - ?, seen_ms = seen_ms - ?').run(ms, ms);
  journal.prepare('UPDATE activity SET at_ms = at_ms - ?').run(ms);
  journal.close();
  await device.start();
}
