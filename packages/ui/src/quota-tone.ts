import type { Quota } from '@tidesync/shared/wire/people';

const NEAR_SHARE = 0.8;
const FULL_SHARE = 0.95;

export type QuotaTone = 'plain' | 'warn' | 'error';

/** From 80 percent on it warns, from 95 percent on it is red. */
export function quotaToneOf({ usedBytes, limitBytes }: Quota): QuotaTone {
  const share = limitBytes === 0 ? 1 : usedBytes / limitBytes;
  return share >= FULL_SHARE ? 'error' : share >= NEAR_SHARE ? 'warn' : 'plain';
}
