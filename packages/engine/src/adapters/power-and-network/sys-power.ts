import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Power } from '@tidesync/shared/wire/device-settings';

interface Supply {
  readonly type: string;
  readonly online: string;
  readonly status: string;
  /** `Device`: of a mouse or a headset, not of the computer. */
  readonly scope: string;
}

/** As the kernel of Linux tells it below `/sys/class/power_supply`. A computer without any battery is on mains. */
export async function sysPower(sysRoot: string): Promise<Power> {
  const folder = path.join(sysRoot, 'class', 'power_supply');
  const names = await readdir(folder).catch(() => null);
  if (names === null) return 'unknown';
  const all = await Promise.all(names.map((name) => supplyAt(path.join(folder, name))));
  const supplies = all.filter(({ scope }) => scope !== 'Device');
  const batteries = supplies.filter(({ type }) => type === 'Battery' || type === 'UPS');
  const plugs = supplies.filter(({ type }) => type !== 'Battery' && type !== 'UPS');
  if (plugs.some(({ online }) => online === '1')) return 'mains';
  if (batteries.length === 0) return plugs.length === 0 ? 'mains' : 'unknown';
  if (batteries.some(({ status }) => status === 'Discharging')) return 'battery';
  // Some computers have no entry for the plug, and say it by what the battery does.
  if (batteries.some(({ status }) => ['Charging', 'Full', 'Not charging'].includes(status))) return 'mains';
  return plugs.some(({ online }) => online === '0') ? 'battery' : 'unknown';
}

async function supplyAt(folder: string): Promise<Supply> {
  const read = async (name: string) => {
    const text = await readFile(path.join(folder, name), 'utf8').catch(() => '');
    return text.trim();
  };
  const [type, online, status, scope] = await Promise.all(['type', 'online', 'status', 'scope'].map(read));
  return { type: type ?? '', online: online ?? '', status: status ?? '', scope: scope ?? '' };
}
