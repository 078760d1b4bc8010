// A process of its own, so that nothing holds it up: appends records to a file, one in each write.
// `append.ts FILE FIRST EVERY_MS FOR_MS REST_EVERY REST_MS`; its last line tells what it did.

import { closeSync, openSync, writeSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { recordOf } from './records.ts';

const [file = '', ...numbers] = process.argv.slice(2);
const [first, everyMs, forMs, restEvery, restMs] = numbers.map(Number) as [
  number,
  number,
  number,
  number,
  number,
];

const fd = openSync(file, 'a');
const startMs = performance.now();
let appended = 0;
let longestMs = 0;
let endedAtMs = Date.now();
for (let lastMs = startMs; lastMs - startMs < forMs; ) {
  writeSync(fd, recordOf(first + appended));
  appended++;
  endedAtMs = Date.now();
  // Some rests are too short for a read of the file to end before it goes on, and some long enough.
  const rests = restEvery > 0 && appended % restEvery === 0;
  await pause(
    rests ? restMs * (1 + ((appended / restEvery) % 4)) : Math.max(0, everyMs - (performance.now() - lastMs)),
  );
  const nowMs = performance.now();
  if (!rests) longestMs = Math.max(longestMs, nowMs - lastMs);
  lastMs = nowMs;
}
closeSync(fd);
console.log(JSON.stringify({ appended, longestMs: Math.round(longestMs), endedAtMs }));
