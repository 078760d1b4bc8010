import { formatBytes, parseBytes } from '@tidesync/shared/format';
import { limits } from '@tidesync/shared/limits';
import type { DeviceSettings, DeviceSettingsChange } from '@tidesync/shared/wire/device-settings';
import { whileSo } from '@tidesync/shared/wire/device-settings';
import { UsageError } from '../exit-codes.ts';

/** Settings of the device as a whole, each with the field that holds it. */
const FIELDS = {
  'upload-limit': 'uploadLimit',
  'download-limit': 'downloadLimit',
  'on-metered': 'onMetered',
  'on-battery': 'onBattery',
} as const;
export type DeviceKey = keyof typeof FIELDS;
export const DEVICE_KEYS = Object.keys(FIELDS) as DeviceKey[];

export function isDeviceKey(key: string): key is DeviceKey {
  return Object.hasOwn(FIELDS, key);
}

/** A speed in bytes a second, null for no limit, or what to do. */
export function deviceValue(settings: DeviceSettings, key: DeviceKey): number | string | null {
  return settings[FIELDS[key]];
}

export function shownDeviceValue(key: DeviceKey, value: number | string | null): string {
  return isLimit(key) && value !== null ? `${formatBytes(Number(value))}/s` : String(value ?? 'off');
}

export function deviceChange(key: DeviceKey, text: string): DeviceSettingsChange {
  return { [FIELDS[key]]: isLimit(key) ? parseSpeed(text) : parseRule(key, text) };
}

const isLimit = (key: DeviceKey) => key === 'upload-limit' || key === 'download-limit';

/** "2MB/s", "500 kB/s", "off". The unit of time may be left out. */
export function parseSpeed(text: string): number | null {
  if (text === 'off') return null;
  const bytes = parseBytes(text.replace(/\s*\/\s*s\s*$/, ''));
  const { speedLimitBytesMin: min, speedLimitBytesMax: max } = limits;
  if (bytes === null)
    throw new UsageError(`"${text}" is no speed. Use something like 2MB/s, 500kB/s or off.`);
  if (bytes < min || bytes > max) {
    const [least, most] = [formatBytes(min), formatBytes(max)];
    throw new UsageError(`A limit is between ${least}/s and ${most}/s. \`off\` takes it away.`);
  }
  return bytes;
}

function parseRule(key: DeviceKey, text: string): 'sync' | 'pause' {
  const rule = whileSo.safeParse(text);
  if (!rule.success) throw new UsageError(`${key} is sync or pause, not "${text}".`);
  return rule.data;
}
