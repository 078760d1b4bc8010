import { describe, expect, test } from 'vitest';
import { LoginThrottle } from './login-throttle.ts';

const rule = { triesMax: 3, windowMs: 1_000 };
const keysOf = (...names: string[]) => names.map((key) => ({ key, rule }));

describe('login throttle', () => {
  test('refuses beyond the limit until the window ends, key by key', () => {
    const throttle = new LoginThrottle(10);
    for (let n = 0; n < 3; n++) expect(throttle.begin(keysOf('ann'), 100)).toBe(0);
    expect(throttle.begin(keysOf('ann'), 400)).toBe(700);
    expect(throttle.begin(keysOf('bob'), 400)).toBe(0);
    expect(throttle.begin(keysOf('ann'), 1_100)).toBe(0);
  });

  test('what is taken back is not counted', () => {
    const throttle = new LoginThrottle(10);
    for (let n = 0; n < 20; n++) {
      expect(throttle.begin(keysOf('ann'), 0)).toBe(0);
      throttle.takeBack(keysOf('ann'));
    }
  });

  test('a try stopped by one key is not counted against the other', () => {
    const throttle = new LoginThrottle(10);
    for (let n = 0; n < 3; n++) throttle.begin(keysOf('ann'), 0);
    for (let n = 0; n < 9; n++) expect(throttle.begin(keysOf('ann', 'address'), 0)).toBe(1_000);
    expect(throttle.begin(keysOf('address'), 0)).toBe(0);
  });

  test('full memory refuses new keys, keeps the known, and recovers as windows end', () => {
    const throttle = new LoginThrottle(2);
    throttle.begin(keysOf('ann'), 0);
    throttle.begin(keysOf('bob'), 500);
    expect(throttle.begin(keysOf('carl'), 600)).toBeGreaterThan(0);
    expect(throttle.begin(keysOf('ann'), 600)).toBe(0);
    expect(throttle.begin(keysOf('carl'), 1_200)).toBe(0);
  });
});
