// Ends what a test process has left behind, however that one came to its end, SIGKILL included.
// Standard input has lines `+PID` and `-PID` of programs, `+container NAME` of containers, and `+FOLDER` of temporary
// folders (absolute); when it ends, the test process has ended, and all that is left of these goes, too.

import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { createInterface } from 'node:readline';

// A signal to the whole group ends the tests, and thereby the input; this process stays to clean up.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});

const CONTAINER = 'container ';

const left = new Set<string>();
for await (const line of createInterface({ input: process.stdin })) {
  if (line.startsWith('+')) left.add(line.slice(1));
  else left.delete(line.slice(1));
}
const folders = [...left].filter((one) => one.startsWith('/'));
const containers = [...left].filter((one) => one.startsWith(CONTAINER));
for (const pid of [...left].filter((one) => /^\d+$/.test(one))) {
  try {
    process.kill(Number(pid), 'SIGKILL');
  } catch {
    // It ended by itself a moment ago.
  }
}
for (const container of containers)
  spawnSync('docker', ['rm', '--force', container.slice(CONTAINER.length)], { stdio: 'ignore' });
for (const folder of folders) rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
