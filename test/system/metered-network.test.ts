import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { systemPowerAndNetwork } from '@tidesync/engine/adapters/power-and-network/system-power-and-network';
import type { Network } from '@tidesync/shared/wire/device-settings';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { AskedCall, BusAnswer } from '../desktop/bus/bus-connection.ts';
import { BusConnection } from '../desktop/bus/bus-connection.ts';

const NAME = 'org.freedesktop.NetworkManager';

let daemon: ReturnType<typeof spawn>;
let address: string;
let bus: BusConnection | null = null;
beforeEach(async () => {
  daemon = spawn('dbus-daemon', ['--session', '--nofork', '--print-address'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const [said] = (await once(daemon.stdout as NonNullable<typeof daemon.stdout>, 'data')) as [Buffer];
  address = String(said).trim();
});
afterEach(async () => {
  await bus?.close();
  bus = null;
  const ended = once(daemon, 'close');
  daemon.kill();
  await ended;
});

/** The engine's adapter, for which that bus is the system's. */
const says = () =>
  systemPowerAndNetwork({
    platform: 'linux',
    env: { ...process.env, DBUS_SYSTEM_BUS_ADDRESS: address },
    sysRoot: '/sys',
  }).network();

/** What NetworkManager has on the bus: the property alone, by the name and at the place of its documentation. */
const networkSaying =
  (metered: number) =>
  ({ path, face, member, args }: AskedCall): BusAnswer | null => {
    const isAsked = path === '/org/freedesktop/NetworkManager' && member === 'Get' && args[0] === NAME;
    if (face !== 'org.freedesktop.DBus.Properties' || !isAsked || args[1] !== 'Metered') return null;
    return { signature: 'v', values: [{ kind: 'u', value: metered }] };
  };

test.each<[number, Network]>([
  [0, 'unknown'],
  [1, 'metered'],
  [2, 'unmetered'],
  [3, 'metered'],
  [4, 'unmetered'],
])('[T12] over a real bus, Metered %i is %s', async (metered, network) => {
  bus = await BusConnection.open(address, networkSaying(metered));
  await bus.own(NAME);
  expect(await says()).toBe(network);
});

test('[T12] a bus without NetworkManager says nothing', async () => {
  expect(await says()).toBe('unknown');
});
