import { createHash } from 'node:crypto';
import { chmod, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { EngineStatus } from '@tidesync/shared/wire/engine';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Passed } from './support/counting-proxy.ts';
import { CountingProxy } from './support/counting-proxy.ts';
import { Device } from './support/device.ts';
import { useWorldOfOneServer } from './support/use-world.ts';
import { until } from './support/waiting.ts';
import { OWNER } from './support/world.ts';

const KB = 1_000;
const MB = 1_000 * KB;

const world = useWorldOfOneServer();
let proxy: CountingProxy;
let ada: Device;
let bob: Device;
let folder: string;
let there: string;
let bin: string;

beforeAll(async () => {
  proxy = await CountingProxy.start(world.server.url);
  bin = path.join(world.top, 'bin');
  await mkdir(bin, { recursive: true });
  ada = new Device('ada', path.join(world.top, 'ada'), { PATH: `${bin}:${process.env.PATH ?? ''}` });
  await mkdir(ada.home, { recursive: true });
  world.devices.push(ada);
  await ada.login(proxy.url, OWNER);
  await ada.start();
  bob = await world.device('bob');
  [folder, there] = await world.share(ada, bob);
});
afterAll(() => proxy.close());

const noise = (bytes: number, seed: string) =>
  createHash('shake256', { outputLength: bytes }).update(seed).digest();

/**
 * What passed since a time is never more than the limit allows until each moment, and a portion. A slow machine only makes
 * it less, so this holds however busy it is.
 */
function expectWithin(passed: readonly Passed[], limit: { bytesPerSecond: number; sinceMs: number }): void {
  const portionBytes = Math.max(16 * 1024, limit.bytesPerSecond / 4);
  let bytes = 0;
  for (const one of passed) {
    bytes += one.bytes;
    const allowed = ((one.atMs - limit.sinceMs) / 1_000) * limit.bytesPerSecond + portionBytes;
    expect(bytes).toBeLessThanOrEqual(allowed);
  }
}
const since = (sinceMs: number, direction: Passed['direction']) =>
  proxy.passed.filter((one) => one.direction === direction && one.atMs >= sinceMs);

describe('[B50] what a limited device moves in the world stays within its limit', () => {
  test('up, over several files and folders together', async () => {
    const second = await ada.bind('second', 'Second');
    await ada.ask('config', 'set', 'upload-limit', '1MB/s');
    const sinceMs = performance.now();
    const before = proxy.bytes('up');
    for (const place of [folder, second]) {
      for (const name of ['a', 'b']) await writeFile(path.join(place, name), noise(800 * KB, place + name));
    }
    await ada.settle();
    expect(proxy.bytes('up') - before).toBeGreaterThanOrEqual(3_200 * KB);
    expectWithin(since(sinceMs, 'up'), { bytesPerSecond: 1 * MB, sinceMs });
    expect(proxy.refused).toEqual([]);
    await bob.settle();
    expect((await readFile(path.join(there, 'b'))).equals(noise(800 * KB, `${folder}b`))).toBe(true);
  });

  test('down, in parts, while what goes up is not slower', async () => {
    await ada.ask('config', 'set', 'upload-limit', 'off');
    await ada.ask('config', 'set', 'download-limit', '1MB/s');
    const sinceMs = performance.now();
    const requests = proxy.requests;
    for (const name of ['c', 'd']) await writeFile(path.join(there, name), noise(1_500 * KB, name));
    await bob.settle();
    await until('both have come', async () => {
      const got = await readFile(path.join(folder, 'd')).catch(() => null);
      return got?.equals(noise(1_500 * KB, 'd')) === true;
    });
    await ada.settle();
    const passed = since(sinceMs, 'down');
    expect(passed.reduce((sum, one) => sum + one.bytes, 0)).toBeGreaterThanOrEqual(3_000 * KB);
    expectWithin(passed, { bytesPerSecond: 1 * MB, sinceMs });
    expect(proxy.requests - requests).toBeGreaterThan(8);
    expect(proxy.refused).toEqual([]);
  });

  test('[B51] a limit is told while it holds, and taken away in the middle of a file', async () => {
    await ada.ask('config', 'set', 'download-limit', 'off');
    await ada.ask('config', 'set', 'upload-limit', '100kB/s');
    const sinceMs = performance.now();
    await writeFile(path.join(folder, 'large'), noise(20 * MB, 'large'));
    const { out } = await until('it is on its way', async () => {
      const said = await ada.run('status');
      return /limited to/.test(said.out.split('\n')[0] ?? '') ? said : null;
    });
    expect(out).toMatch(/^⟳ Syncing 1 item, .*\. Uploads are limited to 100 kB\/s\.$/m);
    expect(out).toMatch(/^Speed: Uploads are limited to 100 kB\/s\.$/m);
    await until('some of it is there', () => since(sinceMs, 'up').length > 3);
    const { transfers } = await ada.root(folder);
    expect(transfers[0]?.doneBytes).toBeLessThan(20 * MB);
    expectWithin(since(sinceMs, 'up'), { bytesPerSecond: 100 * KB, sinceMs });
    await ada.ask('config', 'set', 'upload-limit', 'off');
    // At 100 kB/s it would take more than three minutes: nobody waits for so long here.
    await ada.settle();
    await until('it is there', async () => {
      const got = await readFile(path.join(there, 'large')).catch(() => null);
      return got?.equals(noise(20 * MB, 'large')) === true;
    });
    expect(proxy.refused).toEqual([]);
  });
});

describe('[T9] a rule for metered networks', () => {
  const network = (metered: boolean) => writeFile(path.join(bin, 'metered'), metered ? '1' : '2');
  /** A change of a setting looks at once, and not in a few seconds. */
  const lookNow = () => ada.ask('config', 'set', 'on-metered', 'pause');
  const restsFor = async () => (await ada.root(folder)).restsFor;

  beforeAll(async () => {
    await network(false);
    const busctl = path.join(bin, 'busctl');
    await writeFile(busctl, `#!/bin/sh\necho "u $(cat ${path.join(bin, 'metered')})"\n`);
    await chmod(busctl, 0o755);
  });
  afterAll(() => rm(bin, { recursive: true, force: true }));

  test('[T10] all rests while it holds, says why, and goes on by itself', async () => {
    await lookNow();
    expect(await restsFor()).toBeNull();
    await network(true);
    await lookNow();
    expect(await restsFor()).toBe('metered');
    const { out } = await ada.run('status');
    expect(out).toMatch(/^‖ Paused on a metered network, until there is another one\.$/m);
    const passed = proxy.passed.length;
    await writeFile(path.join(folder, 'later'), 'written on a metered network');
    expect(await ada.why(path.join(folder, 'large'))).toMatchObject({ code: 'synced' });
    expect((await ada.run('resume')).out).toMatch(/Paused on a metered network[\s\S]*resume --anyway/);
    expect(await restsFor()).toBe('metered');
    expect(proxy.passed.length).toBe(passed);
    await network(false);
    await until(
      'it goes on',
      async () => (await readFile(path.join(there, 'later')).catch(() => null)) !== null,
    );
    expect(await restsFor()).toBeNull();
  });

  test('[T11] synced anyway it goes on until that ends, and rests the next time', async () => {
    await network(true);
    await until('it is noticed', async () => (await restsFor()) === 'metered');
    await writeFile(path.join(folder, 'urgent'), 'cannot wait');
    expect(await ada.ask('resume', '--anyway')).toEqual({ paused: false, restsFor: null });
    await until(
      'it goes on',
      async () => (await readFile(path.join(there, 'urgent')).catch(() => null)) !== null,
    );
    await network(false);
    await lookNow();
    await network(true);
    await lookNow();
    expect(await restsFor()).toBe('metered');
    await ada.ask('config', 'set', 'on-metered', 'sync');
    expect((await ada.status()) satisfies EngineStatus).toMatchObject({ device: { onMetered: 'sync' } });
    expect(await restsFor()).toBeNull();
  });

  test('a sync without an engine heeds it as well', async () => {
    await network(true);
    await lookNow();
    await ada.stop();
    await writeFile(path.join(folder, 'alone'), 'x');
    const rested = await ada.run('sync');
    expect(rested.out + rested.err).toMatch(/Paused on a metered network/);
    await network(false);
    expect((await ada.run('sync')).exitCode).toBe(0);
    await until(
      'it is there',
      async () => (await readFile(path.join(there, 'alone')).catch(() => null)) !== null,
    );
  });

  test('[T12] a report says what power and network are taken for', async () => {
    await rm(path.join(bin, 'busctl'));
    const { powerAndNetwork } = await ada.ask<{ powerAndNetwork: unknown }>('diagnose');
    expect(powerAndNetwork).toEqual({
      power: expect.stringMatching(/^(mains|battery|unknown, which counts as mains)$/),
      network: expect.stringMatching(/^(metered|unmetered|unknown, which counts as not metered)$/),
    });
  });
});
