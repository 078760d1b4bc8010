import type { Network, Power } from '@tidesync/shared/wire/device-settings';

/**
 * What this computer runs on and how it is connected, as far as its system says. Both answer within seconds and never
 * reject: what cannot be known is `unknown`.
 */
export interface PowerAndNetwork {
  power(): Promise<Power>;
  /** Of the way to the internet that the system prefers. */
  network(): Promise<Network>;
}
