import type { DeviceSettings, Network, Power } from '@tidesync/shared/wire/device-settings';
import { DEVICE_SETTINGS_DEFAULT } from '@tidesync/shared/wire/device-settings';
import { beforeEach, describe, expect, test } from 'vitest';
import { engineLimits } from '../core/engine-limits.ts';
import { FakeClock } from '../testing/fake-clock.ts';
import { settled } from '../testing/transfer-bench.ts';
import { DeviceRules } from './device-rules.ts';
import { createPaces } from './transfer/pace.ts';

let clock: FakeClock;
let stored: DeviceSettings;
let power: Power;
let network: Network;
let asked: string[];
let done: string[];

beforeEach(() => {
  clock = new FakeClock();
  [stored, power, network, asked, done] = [DEVICE_SETTINGS_DEFAULT, 'mains', 'unmetered', [], []];
});

function rules() {
  const paces = createPaces(clock);
  const powerAndNetwork = {
    power: async () => {
      asked.push('power');
      return power;
    },
    network: async () => {
      asked.push('network');
      return network;
    },
  };
  const journal = {
    deviceSettings: () => stored,
    setDeviceSettings: (settings: DeviceSettings) => {
      stored = settings;
    },
  };
  const made = new DeviceRules(
    { journal, clock, paces, powerAndNetwork },
    {
      rest: async () => {
        await settled();
        done.push('rests');
      },
      goOn: () => void done.push('goes on'),
      changed: () => undefined,
    },
  );
  return { made, paces };
}

test('[B51] limits hold at once, are remembered, and are taken away again', async () => {
  const first = rules();
  await first.made.change({ uploadLimit: 2_000_000 });
  await first.made.change({ downloadLimit: 500_000, uploadLimit: undefined });
  const limits = ({ paces }: ReturnType<typeof rules>) => [
    paces.up.bytesPerSecond,
    paces.down.bytesPerSecond,
  ];
  expect(limits(first)).toEqual([2_000_000, 500_000]);
  const again = rules();
  expect(limits(again)).toEqual([2_000_000, 500_000]);
  await again.made.change({ uploadLimit: null });
  expect(limits(again)).toEqual([null, 500_000]);
});

describe('[T9] a rule', () => {
  test('is off until it is chosen, and then asks only for what it speaks of', async () => {
    [power, network] = ['battery', 'metered'];
    const { made } = rules();
    await made.look();
    expect([made.restsFor, asked, done]).toEqual([null, [], []]);
    await made.change({ onMetered: 'pause' });
    expect([made.restsFor, asked, done]).toEqual(['metered', ['network'], ['rests']]);
    await made.change({ onMetered: 'sync' });
    expect([made.restsFor, done]).toEqual([null, ['rests', 'goes on']]);
  });

  test('holds as long as it is so, looked at every few seconds', async () => {
    stored = { ...DEVICE_SETTINGS_DEFAULT, onBattery: 'pause' };
    const { made } = rules();
    const stop = new AbortController();
    const watching = made.watch(stop.signal);
    const lookAgain = async () => {
      clock.advance(engineLimits.ruleLookEveryMs);
      for (let n = 0; n < 5; n++) await settled();
      return made.restsFor;
    };
    expect(await lookAgain()).toBeNull();
    power = 'battery';
    expect(await lookAgain()).toBe('battery');
    expect(await lookAgain()).toBe('battery');
    power = 'mains';
    expect(await lookAgain()).toBeNull();
    expect(done).toEqual(['rests', 'goes on']);
    stop.abort();
    await watching;
    expect(clock.sleepers).toBe(0);
  });

  test('where there is none, nothing is asked and no timer runs', async () => {
    const { made } = rules();
    const stop = new AbortController();
    const watching = made.watch(stop.signal);
    await settled();
    expect([asked, clock.sleepers]).toEqual([[], 0]);
    await made.change({ onBattery: 'pause' });
    await settled();
    expect(clock.sleepers).toBe(1);
    stop.abort();
    await watching;
  });

  test('of several that hold, one after the other is told, and what rests stays at rest', async () => {
    stored = { ...DEVICE_SETTINGS_DEFAULT, onBattery: 'pause', onMetered: 'pause' };
    [power, network] = ['battery', 'metered'];
    const { made } = rules();
    await made.look();
    expect(made.restsFor).toBe('battery');
    power = 'mains';
    await made.look();
    expect(made.restsFor).toBe('metered');
    expect(done).toEqual(['rests']);
  });
});

test('[T12] what cannot be known counts as mains and as not metered', async () => {
  stored = { ...DEVICE_SETTINGS_DEFAULT, onBattery: 'pause', onMetered: 'pause' };
  [power, network] = ['unknown', 'unknown'];
  const { made } = rules();
  await made.look();
  expect(made.restsFor).toBeNull();
});

describe('[T11] to sync anyway', () => {
  test('lasts until what holds has ended, and not for the next time', async () => {
    stored = { ...DEVICE_SETTINGS_DEFAULT, onBattery: 'pause' };
    power = 'battery';
    const { made } = rules();
    await made.look();
    await made.waive();
    expect(made.restsFor).toBeNull();
    await made.look();
    expect(made.restsFor).toBeNull();
    power = 'mains';
    await made.look();
    power = 'battery';
    await made.look();
    expect(made.restsFor).toBe('battery');
    expect(done).toEqual(['rests', 'goes on', 'rests']);
  });

  test('is said of what holds now, and not of what comes', async () => {
    stored = { ...DEVICE_SETTINGS_DEFAULT, onBattery: 'pause', onMetered: 'pause' };
    power = 'battery';
    const { made } = rules();
    await made.look();
    await made.waive();
    network = 'metered';
    await made.look();
    expect(made.restsFor).toBe('metered');
  });

  test('goes on only when what rests has come to rest', async () => {
    stored = { ...DEVICE_SETTINGS_DEFAULT, onBattery: 'pause' };
    power = 'battery';
    const { made } = rules();
    await Promise.all([made.look(), made.waive()]);
    expect(done).toEqual(['rests', 'goes on']);
  });
});
