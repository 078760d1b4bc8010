import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { nodeClock, nodeRandom } from '@tidesync/engine/adapters/node-environment';
import type { EngineFace } from '@tidesync/engine/local-api/engine-face';
import type { EngineStatus } from '@tidesync/shared/wire/engine';
import { startEmbeddedServer } from './compose-embedded-server.ts';
import { composeEngineParts } from './compose-engine.ts';
import { serveEngine } from './engine-access.ts';
import type { ExitCode } from './exit-codes.ts';
import { exitCodes } from './exit-codes.ts';
import { followNews } from './news.ts';
import { newAccount } from './start/first-account.ts';
import type { ProgressLine } from './start/progress-line.ts';
import { LIBRARY } from './start/start-device.ts';
import { progressLine } from './status-text.ts';
import { waitSettled } from './wait-settled.ts';

const HELLO = 'hello.txt';
const LOOK_EVERY_MS = 5;

interface Device {
  readonly name: 'A' | 'B';
  readonly folder: string;
  readonly face: EngineFace;
  readonly stopped: Promise<void>;
}

/** A server and two devices in a folder that is removed in the end; nothing else is touched. */
export async function runDemo(progress: ProgressLine, signal: AbortSignal, once: boolean): Promise<ExitCode> {
  const top = await mkdtemp(path.join(os.tmpdir(), 'tidesync-demo-'));
  const over = new AbortController();
  const stop = AbortSignal.any([signal, over.signal]);
  const devices: Device[] = [];
  try {
    const server = await startEmbeddedServer({
      dataDir: top,
      host: '127.0.0.1',
      port: 0,
      insecureHttp: false,
    });
    try {
      const account = newAccount('demo', nodeRandom);
      await server.ensureAccount(account.email, account.password);
      for (const name of ['A', 'B'] as const) {
        const device = await startDevice(top, name, { progress, signal: stop });
        devices.push(device);
        await device.face.login({ serverUrl: server.url, ...account, deviceName: `device ${name}` });
        await device.face.addFolder({ path: device.folder, library: LIBRARY });
      }
      await show(devices, { progress, signal: stop, once });
    } catch (error) {
      // Ctrl-C closes the engines under whatever was being asked of them.
      if (!signal.aborted) throw error;
    } finally {
      over.abort();
      await Promise.allSettled(devices.map((device) => device.stopped));
      await server.stop();
    }
  } finally {
    await rm(top, { recursive: true, force: true });
    progress.end();
  }
  progress.say('Stopped, and everything of the demo is removed.');
  return exitCodes.ok;
}

async function startDevice(
  top: string,
  name: Device['name'],
  run: { progress: ProgressLine; signal: AbortSignal },
): Promise<Device> {
  const { progress, signal } = run;
  const homePath = path.join(top, `device-${name.toLowerCase()}`);
  const parts = composeEngineParts({ homePath, log: (line) => progress.say(`${name}  ${line}`) });
  const folder = path.join(top, name);
  await mkdir(folder);
  const ready = Promise.withResolvers<EngineFace>();
  const stopped = serveEngine(parts, ready.resolve, signal);
  stopped.catch(ready.reject);
  return { name, folder, face: await ready.promise, stopped };
}

async function show(
  devices: readonly Device[],
  run: { progress: ProgressLine; signal: AbortSignal; once: boolean },
): Promise<void> {
  const { progress, signal, once } = run;
  const [a, b] = devices;
  if (a === undefined || b === undefined) return;
  for (const { face } of devices) {
    await waitSettled(face, nodeClock, { timeoutMs: null, interrupted: signal });
  }
  progress.say('Two devices, one library, all on this computer and all thrown away at the end:');
  progress.say(`  A  ${a.folder}`);
  progress.say(`  B  ${b.folder}`);
  const tookMs = await sendHello(a, b, signal);
  if (tookMs === null) return;
  progress.say(`Wrote ${HELLO} into A; it was in B ${Math.round(tookMs)} ms later.`);
  if (once) return;
  progress.say(
    'Now it is your turn: make, change, rename or delete files in either folder. Ctrl-C ends the demo.',
  );
  const live = new Map<string, string>();
  await Promise.all(
    devices.map(async ({ name, face }) => {
      const say = (line: string) => progress.say(`${name}  ${line}`);
      const status = (now: EngineStatus) => {
        live.set(name, `${name} ${progressLine(now)}`);
        progress.show([...live.values()].join('   '));
      };
      await followNews(face, { known: await face.status(), say, status }, signal);
    }),
  );
}

/** Milliseconds until the same bytes were in B; null if the demo was ended before. */
async function sendHello(a: Device, b: Device, signal: AbortSignal): Promise<number | null> {
  const text = 'Hello from device A!\n';
  const startMs = nodeClock.monotonicMs();
  await writeFile(path.join(a.folder, HELLO), text);
  while (!signal.aborted) {
    const arrived = await readFile(path.join(b.folder, HELLO), 'utf8').catch(() => null);
    if (arrived === text) return nodeClock.monotonicMs() - startMs;
    await nodeClock.sleep(LOOK_EVERY_MS, signal);
  }
  return null;
}
