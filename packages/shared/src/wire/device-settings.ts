import { z } from 'zod';
import { limits } from '../limits.ts';

// What can be chosen for a device as a whole, in the engine's local API.

/** Bytes a second of one direction, over all folders; null: as fast as it goes. */
export const speedLimit = z
  .number()
  .int()
  .min(limits.speedLimitBytesMin)
  .max(limits.speedLimitBytesMax)
  .nullable();

/** What to do while something holds: as ever, or nothing until it ends. */
export const whileSo = z.enum(['sync', 'pause']);
export type WhileSo = z.infer<typeof whileSo>;

export const deviceSettings = z.object({
  uploadLimit: speedLimit,
  downloadLimit: speedLimit,
  onMetered: whileSo,
  onBattery: whileSo,
});
export type DeviceSettings = z.infer<typeof deviceSettings>;
/** What is to be another one; the rest stays. */
export const deviceSettingsChange = deviceSettings.partial();
export type DeviceSettingsChange = z.infer<typeof deviceSettingsChange>;

export const DEVICE_SETTINGS_DEFAULT: DeviceSettings = {
  uploadLimit: null,
  downloadLimit: null,
  onMetered: 'sync',
  onBattery: 'sync',
};

/** Why all folders rest though nobody paused them: a rule of the device holds. */
export const restCause = z.enum(['battery', 'metered']);
export type RestCause = z.infer<typeof restCause>;

export const power = z.enum(['mains', 'battery', 'unknown']);
export type Power = z.infer<typeof power>;
export const network = z.enum(['metered', 'unmetered', 'unknown']);
export type Network = z.infer<typeof network>;
