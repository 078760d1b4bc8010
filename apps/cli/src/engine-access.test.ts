import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { nodeClock, nodeRandom } from '@tidesync/engine/adapters/node-environment';
import type { EngineAddress } from '@tidesync/engine/local-api/client';
import type { ScriptedEngine } from '@tidesync/engine/testing/scripted-engine';
import { scriptedEngine } from '@tidesync/engine/testing/scripted-engine';
import { fail } from '@tidesync/shared/problems';
import { expect, onTestFinished, test } from 'vitest';
import type { DeviceHome } from './device-home.ts';
import type { EngineParts } from './engine-access.ts';
import { createEngineAccess, serveEngine } from './engine-access.ts';

/** A home that lies in memory, shared by what would be several processes. */
function memoryHome(): DeviceHome & { locked: boolean; address: EngineAddress | null } {
  const home = {
    path: '/home',
    locked: false,
    address: null as EngineAddress | null,
    async lock() {
      if (home.locked) return null;
      home.locked = true;
      return {
        announce: async (address: EngineAddress) => {
          home.address = address;
        },
        release: async () => {
          home.address = null;
          home.locked = false;
        },
      };
    },
    announced: async () => home.address,
    readToken: async () => 'tds_x',
    settleToken: async () => undefined,
  };
  return home;
}

function partsOver(home: DeviceHome, engines: ScriptedEngine[]): EngineParts {
  return {
    home,
    clock: nodeClock,
    random: nodeRandom,
    async openEngine() {
      const engine = scriptedEngine();
      engines.push(engine);
      return { engine, close: () => engine.close() };
    },
    connectServer: () => fail({ reason: 'internal' }),
    screensDir: null,
  };
}

async function served(home: DeviceHome, engines: ScriptedEngine[]) {
  const over = new AbortController();
  const ready = Promise.withResolvers<void>();
  const stopped = serveEngine(partsOver(home, engines), () => ready.resolve(), over.signal);
  await ready.promise;
  return { stop: () => over.abort(), stopped };
}

test('without a running engine the work is done here, under the lock, and the engine closed after', async () => {
  const home = memoryHome();
  const engines: ScriptedEngine[] = [];
  const access = createEngineAccess(partsOver(home, engines));
  expect(await access.running()).toBeNull();
  await access.use(async ({ face, runs }) => {
    expect(runs).toBe('here');
    expect(home.locked).toBe(true);
    await face.rescan('all');
  });
  await access.use(async ({ face }) => face.resume('all'));
  await access.close();
  expect(engines.map((engine) => engine.calls)).toEqual([['rescan all', 'resume all', 'close']]);
  expect(home.locked).toBe(false);
});

test('a running engine does the work of other processes', async () => {
  const home = memoryHome();
  const engines: ScriptedEngine[] = [];
  const engine = await served(home, engines);
  const access = createEngineAccess(partsOver(home, engines));
  await access.use(async ({ face, runs }) => {
    expect(runs).toBe('elsewhere');
    await face.rescan('all');
  });
  await access.close();
  expect(engines.map((one) => one.calls)).toEqual([['run', 'rescan all']]);
  engine.stop();
  await engine.stopped;
  expect(engines[0]?.calls).toEqual(['run', 'rescan all', 'close']);
  expect([home.locked, home.address]).toEqual([false, null]);
});

test('a client can stop it', async () => {
  const home = memoryHome();
  const engine = await served(home, []);
  const face = await createEngineAccess(partsOver(home, [])).running();
  await face?.shutdown();
  await engine.stopped;
  expect(home.locked).toBe(false);
});

test('a second engine for the same home is refused', async () => {
  const home = memoryHome();
  const engine = await served(home, []);
  const second = serveEngine(partsOver(home, []), () => {}, new AbortController().signal);
  await expect(second).rejects.toMatchObject({ problem: { reason: 'engineRunning' } });
  engine.stop();
  await engine.stopped;
});

test('a command waits for another one that holds the lock', async () => {
  const home = memoryHome();
  const lock = await home.lock();
  const access = createEngineAccess(partsOver(home, []));
  const working = access.use(async ({ runs }) => runs);
  await lock?.release();
  expect(await working).toBe('here');
  await access.close();
});

test('an engine that cannot be opened leaves no lock behind', async () => {
  const home = memoryHome();
  const parts = partsOver(home, []);
  const openEngine = async () => fail({ reason: 'internal' });
  const access = createEngineAccess({ ...parts, openEngine });
  await expect(access.use(async () => {})).rejects.toMatchObject({ problem: { reason: 'internal' } });
  await access.close();
  expect(home.locked).toBe(false);
});

test('the server is asked only by a device that is signed in', async () => {
  const access = createEngineAccess(partsOver(memoryHome(), []));
  const asking = access.useServer(async () => {});
  await expect(asking).rejects.toMatchObject({ problem: { reason: 'signedOut' } });
  await access.close();
});

test('a browser is let in to an engine that runs, and to none else', async () => {
  const home = memoryHome();
  const engines: ScriptedEngine[] = [];
  const access = createEngineAccess(partsOver(home, engines));
  expect(await access.browserLink()).toBeNull();
  const { stop, stopped } = await served(home, engines);
  expect(await access.browserLink()).toMatch(
    /^http:\/\/tidesync-[0-9a-f]{24}\.localhost:\d+\/enter\?code=[0-9a-f]{64}$/,
  );
  stop();
  await stopped;
});

/** Takes connections and says nothing, as an engine does that is busy, and any program may that has its port by now. */
async function silentAddress(): Promise<EngineAddress> {
  const server = createServer(() => {});
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return { port: (server.address() as AddressInfo).port, token: 'ff'.repeat(32) };
}

test('[W70] who is silent and holds the lock is busy; who is silent without it is no engine', async () => {
  const home = memoryHome();
  home.address = await silentAddress();
  const lock = await home.lock();
  const access = createEngineAccess(partsOver(home, []));
  let saidBusy = 0;
  const patience = { withinMs: 0, onBusy: () => void saidBusy++ };
  await expect(access.running(patience)).rejects.toMatchObject({
    problem: { reason: 'engineBusy', path: '/home' },
  });
  expect(saidBusy).toBe(1);
  await lock?.release();
  home.address = await silentAddress();
  expect(await access.running(patience)).toBeNull();
  expect([saidBusy, home.locked]).toEqual([1, false]);
});
