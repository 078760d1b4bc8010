import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream, createWriteStream } from 'node:fs';
import { stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { nodeSha256, nodeSha256Stream } from '@tidesync/engine/adapters/node-environment';
import { createChunking } from '@tidesync/engine/core/chunking';
import { fileRevision } from '@tidesync/shared/chunk-list';
import type { Device } from '../../test/e2e/support/device.ts';
import { ServerProcess } from '../../test/e2e/support/server-process.ts';
import { until } from '../../test/e2e/support/waiting.ts';
import { World } from '../../test/e2e/support/world.ts';
import type { ProcessUse } from '../server/world/process-use.ts';
import { watchProcesses } from '../server/world/process-use.ts';
import { faultOf, RECORD_BYTES, recordOf } from './records.ts';

export interface Appending {
  /** What the file has before. */
  readonly sizeBytes: number;
  readonly everyMs: number;
  readonly forMs: number;
  /** After so many appends there is a rest; null: never, so that the file is never still. */
  readonly rest: { readonly afterAppends: number; readonly forMs: number } | null;
}

export interface AppendReport {
  readonly appended: number;
  /** The longest that two appends lay apart, but for rests. */
  readonly longestGapMs: number;
  /** From the last append until the other device had all of it. */
  readonly arrivedAfterMs: number;
  readonly versions: number;
  /** Of the server's objects, while it was appended to and until all had arrived. */
  readonly storedBytes: number;
  /** How many contents the other device had meanwhile. */
  readonly seen: number;
  /** Committed or arrived, and no whole number of records: one line each. */
  readonly torn: readonly string[];
  /** The longest that another file took to the other device meanwhile. */
  readonly otherFileMs: number;
  readonly uses: readonly ProcessUse[];
}

const FILE = 'records';
const ARRIVES_WITHIN_MS = 600_000;
const LOOK_EVERY_MS = 250;
const OTHER_FILE_EVERY_MS = 3_000;

/**
 * One device has a large file that a program appends to all the time; another one has the same folder. Server and
 * devices are real processes. Every content that was committed, or that the other device has at any look, is compared.
 */
export async function appendToLarge(how: Appending): Promise<AppendReport> {
  const world = new World(ServerProcess.prepare);
  try {
    await world.open();
    const [ada, bob] = [await world.device('ada'), await world.device('bob')];
    const [here, there] = await world.share(ada, bob);
    const [file, arriving] = [path.join(here, FILE), path.join(there, FILE)];
    const first = await fill(file, how.sizeBytes);
    await until('the file is there', () => sameSize(file, arriving), ARRIVES_WITHIN_MS);
    await ada.settle();
    return await append(how, { world, ada, bob, here, there, first });
  } finally {
    await world.close();
  }
}

interface Place {
  readonly world: World<ServerProcess>;
  readonly ada: Device;
  readonly bob: Device;
  readonly here: string;
  readonly there: string;
  /** The number of the first record that is appended. */
  readonly first: number;
}

async function append(how: Appending, { world, ada, bob, here, there, first }: Place): Promise<AppendReport> {
  const [file, arriving] = [path.join(here, FILE), path.join(there, FILE)];
  const before = await world.server.stored();
  const used = await watchProcesses([
    { name: 'server', pid: world.server.pid },
    { name: 'device that appends', pid: ada.pid },
    { name: 'other device', pid: bob.pid },
  ]);
  const over = new AbortController();
  const looks = lookAt(arriving, over.signal);
  const others = sendOthers(here, there, over.signal);
  try {
    const { appended, longestMs, endedAtMs } = await runAppends(file, first, how);
    await until('all of it is there', () => sameSize(file, arriving), ARRIVES_WITHIN_MS);
    const arrivedAfterMs = Date.now() - endedAtMs;
    const uses = await used();
    over.abort();
    const { seen, torn } = await looks;
    const committed = await tornVersions(ada, file);
    const last = await faultOf(arriving);
    if (last !== null) torn.push(`in the end: ${last}`);
    return {
      ...{ appended, longestGapMs: longestMs, arrivedAfterMs, uses, seen },
      versions: committed.versions,
      storedBytes: (await world.server.stored()).bytes - before.bytes,
      torn: [...torn, ...committed.torn],
      otherFileMs: await others,
    };
  } finally {
    over.abort();
    await Promise.allSettled([looks, others]);
  }
}

/** Answers with the number of records. */
async function fill(file: string, sizeBytes: number): Promise<number> {
  const records = Math.ceil(sizeBytes / RECORD_BYTES);
  const stream = createWriteStream(file);
  for (let number = 0; number < records; number++)
    if (!stream.write(recordOf(number))) await once(stream, 'drain');
  stream.end();
  await once(stream, 'close');
  return records;
}

async function sameSize(one: string, other: string): Promise<boolean> {
  const [a, b] = await Promise.all([stat(one), stat(other)]);
  return a.size === b.size;
}

interface Appended {
  readonly appended: number;
  readonly longestMs: number;
  readonly endedAtMs: number;
}

async function runAppends(file: string, first: number, how: Appending): Promise<Appended> {
  const { everyMs, forMs, rest } = how;
  const numbers = [first, everyMs, forMs, rest?.afterAppends ?? 0, rest?.forMs ?? 0].map(String);
  const program = path.join(import.meta.dirname, 'append.ts');
  const child = spawn(process.execPath, [program, file, ...numbers], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  const [exitCode] = await once(child, 'close');
  if (exitCode !== 0) throw new Error(`appending ended with ${exitCode}`);
  return JSON.parse(said) as Appended;
}

/** Reads the file that arrives whenever it is another one, until it is over. */
async function lookAt(file: string, over: AbortSignal): Promise<{ seen: number; torn: string[] }> {
  const torn: string[] = [];
  let seen = 0;
  for (let last = ''; !over.aborted; await pause(LOOK_EVERY_MS)) {
    const now = await stat(file).then(
      ({ ino, size, mtimeMs }) => `${ino} ${size} ${mtimeMs}`,
      () => last,
    );
    if (now === last) continue;
    last = now;
    const fault = await faultOf(file).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
      return null; // for a moment of the swap the name is not there
    });
    seen++;
    if (fault !== null) torn.push(`arrived: ${fault}`);
  }
  return { seen, torn };
}

/** Another file every few seconds: answers how long one took at most. */
async function sendOthers(here: string, there: string, over: AbortSignal): Promise<number> {
  let longestMs = 0;
  for (let n = 0; !over.aborted; n++) {
    const startMs = performance.now();
    await writeFile(path.join(here, `other ${n}`), `other ${n}`);
    await until(`other ${n} is there`, () => stat(path.join(there, `other ${n}`)), ARRIVES_WITHIN_MS);
    longestMs = Math.max(longestMs, performance.now() - startMs);
    await pause(OTHER_FILE_EVERY_MS, undefined, { signal: over }).catch(() => undefined);
  }
  return longestMs;
}

/** Every content that the server took, against the same length of the file as it is in the end. */
async function tornVersions(device: Device, file: string): Promise<{ versions: number; torn: string[] }> {
  const { versions } = await device.ask<{
    versions: { seq: number; contentId: string; sizeBytes: number }[];
  }>('versions', file);
  const torn: string[] = [];
  for (const { seq, contentId, sizeBytes } of versions) {
    const isWhole = sizeBytes % RECORD_BYTES === 0;
    if (!isWhole || (await contentIdOf(file, sizeBytes)) !== contentId)
      torn.push(`committed as ${seq}: ${sizeBytes} bytes`);
  }
  return { versions: versions.length, torn };
}

/** Of so many bytes of a file, not empty. */
async function contentIdOf(file: string, sizeBytes: number): Promise<string> {
  const chunking = createChunking(nodeSha256Stream);
  for await (const block of createReadStream(file, { end: sizeBytes - 1, highWaterMark: 1_048_576 }))
    chunking.feed(block);
  return fileRevision(chunking.finish(), nodeSha256).revision.contentId;
}
