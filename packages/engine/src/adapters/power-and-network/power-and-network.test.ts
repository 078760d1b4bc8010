import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Network, Power } from '@tidesync/shared/wire/device-settings';
import { afterEach, describe, expect, test } from 'vitest';
import type { SystemMaker } from '../../testing/power-and-network-contract.ts';
import { powerAndNetworkContract } from '../../testing/power-and-network-contract.ts';
import { systemPowerAndNetwork } from './system-power-and-network.ts';

const folders: string[] = [];
afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
});

interface FakeSystem {
  readonly top: string;
  /** A program that says that, on a PATH of its own. */
  program(name: string, script: string): Promise<void>;
  supply(name: string, facts: Readonly<Record<string, string>>): Promise<void>;
  says(platform: NodeJS.Platform): ReturnType<typeof systemPowerAndNetwork>;
}

async function fakeSystem(): Promise<FakeSystem> {
  const top = await mkdtemp(path.join(tmpdir(), 'tidesync-system-'));
  folders.push(top);
  const bin = path.join(top, 'bin');
  await mkdir(bin);
  return {
    top,
    async program(name, script) {
      await writeFile(path.join(bin, name), `#!/bin/sh\n${script}\n`);
      await chmod(path.join(bin, name), 0o755);
    },
    async supply(name, facts) {
      const folder = path.join(top, 'sys', 'class', 'power_supply', name);
      await mkdir(folder, { recursive: true });
      for (const [file, text] of Object.entries(facts)) await writeFile(path.join(folder, file), `${text}\n`);
    },
    says: (platform) =>
      systemPowerAndNetwork({ platform, env: { PATH: bin }, sysRoot: path.join(top, 'sys') }),
  };
}

async function linuxSupplies(system: FakeSystem, power: Power | null): Promise<void> {
  if (power === null) return;
  const online = power === 'mains' ? '1' : '0';
  await system.supply('AC', { type: 'Mains', ...(power === 'unknown' ? {} : { online }) });
  await system.supply('BAT0', {
    type: 'Battery',
    status: { mains: 'Full', battery: 'Discharging', unknown: 'Unknown' }[power],
  });
}

const remove = async () => undefined;
const withBusctl: SystemMaker = {
  name: 'Linux with NetworkManager on D-Bus',
  powers: ['mains', 'battery', 'unknown'],
  networks: ['metered', 'unmetered', 'unknown'],
  async make({ power, network }) {
    const system = await fakeSystem();
    await linuxSupplies(system, power);
    const number = network === null ? null : { metered: 1, unmetered: 2, unknown: 0 }[network];
    if (number !== null) await system.program('busctl', `echo "u ${number}"`);
    return { says: system.says('linux'), remove };
  },
};
const withNmcli: SystemMaker = {
  ...withBusctl,
  name: 'Linux with nmcli',
  async make({ power, network }) {
    const system = await fakeSystem();
    await linuxSupplies(system, power);
    await system.program('busctl', 'exit 1');
    const word =
      network === null ? null : { metered: 'yes', unmetered: 'no (guessed)', unknown: 'unknown' }[network];
    const gateway = 'IP4.GATEWAY:192.168.1.1\nIP6.GATEWAY:';
    const loopback = 'GENERAL.DEVICE:lo\nGENERAL.METERED:unknown\nIP4.GATEWAY:\nIP6.GATEWAY:';
    const text = `GENERAL.DEVICE:wlan0\nGENERAL.METERED:${word}\n${gateway}\n\n${loopback}`;
    if (word !== null) await system.program('nmcli', `cat <<'E'\n${text}\nE`.replace('cat', '/bin/cat'));
    return { says: system.says('linux'), remove };
  },
};
const macOs: SystemMaker = {
  name: 'macOS',
  powers: ['mains', 'battery', 'unknown'],
  networks: ['unknown'],
  async make({ power }) {
    const system = await fakeSystem();
    const source =
      power === null ? null : { mains: 'AC Power', battery: 'Battery Power', unknown: '' }[power];
    if (source !== null) await system.program('pmset', `echo "Now drawing from '${source}'"`);
    return { says: system.says('darwin'), remove };
  },
};
/** Only how its answers are read: no Windows runs here. */
const windows: SystemMaker = {
  name: 'Windows',
  powers: ['mains', 'battery', 'unknown'],
  networks: ['metered', 'unmetered', 'unknown'],
  async make({ power, network }) {
    const system = await fakeSystem();
    const line = { mains: 'Online', battery: 'Offline', unknown: 'Unknown' }[power ?? 'unknown'];
    const cost = { metered: 'Variable', unmetered: 'Unrestricted', unknown: 'Unknown' }[network ?? 'unknown'];
    const script = `case "$4" in *PowerLineStatus*) echo ${line};; *) echo ${cost};; esac`;
    if (power !== null || network !== null) await system.program('powershell.exe', script);
    return { says: system.says('win32'), remove };
  },
};
const other: SystemMaker = {
  name: 'a system that nothing is known of',
  powers: ['unknown'],
  networks: ['unknown'],
  make: async () => ({ says: (await fakeSystem()).says('freebsd'), remove }),
};
for (const maker of [withBusctl, withNmcli, macOs, windows, other]) powerAndNetworkContract(maker);

describe('[T12] power on Linux', () => {
  test('a computer without a battery is on mains', async () => {
    const system = await fakeSystem();
    await mkdir(path.join(system.top, 'sys', 'class', 'power_supply'), { recursive: true });
    expect(await system.says('linux').power()).toBe('mains');
    await system.supply('hid-mouse', { type: 'Battery', scope: 'Device', status: 'Discharging' });
    expect(await system.says('linux').power()).toBe('mains');
  });

  test.each<[string, Power]>([
    ['Discharging', 'battery'],
    ['Charging', 'mains'],
    ['Not charging', 'mains'],
    ['Unknown', 'unknown'],
  ])('without an entry of the plug, a battery that says %s means %s', async (status, power) => {
    const system = await fakeSystem();
    await system.supply('BAT0', { type: 'Battery', status });
    expect(await system.says('linux').power()).toBe(power);
  });

  test('one plug of several is enough', async () => {
    const system = await fakeSystem();
    await system.supply('AC', { type: 'Mains', online: '0' });
    await system.supply('ucsi-source-psy-USBC000:001', { type: 'USB', online: '1' });
    await system.supply('BAT0', { type: 'Battery', status: 'Discharging' });
    expect(await system.says('linux').power()).toBe('mains');
  });
});

describe('[T12] networks of NetworkManager', () => {
  test.each<[number, Network]>([
    [3, 'metered'],
    [4, 'unmetered'],
  ])('what it guesses counts: %i is %s', async (number, network) => {
    const system = await fakeSystem();
    await system.program('busctl', `[ "$1" = --system ] && [ "$7" = Metered ] && echo "u ${number}"`);
    expect(await system.says('linux').network()).toBe(network);
  });

  test('with two ways out, one that is not metered is enough', async () => {
    const system = await fakeSystem();
    const device = (name: string, word: string) =>
      `GENERAL.DEVICE:${name}\\nGENERAL.METERED:${word}\\nIP4.GATEWAY:\\nIP6.GATEWAY:fe80::1\\n\\n`;
    await system.program('nmcli', `printf '${device('eth0', 'no')}${device('wwan0', 'yes')}'`);
    expect(await system.says('linux').network()).toBe('unmetered');
  });

  test('a program that never answers is not waited for', async () => {
    const system = await fakeSystem();
    await system.program('busctl', 'exec /bin/sleep 600');
    expect(await system.says('linux').network()).toBe('unknown');
  }, 60_000);
});
