import os from 'node:os';
import { expect, test } from 'vitest';
import { systemBootId } from './system-boot.ts';

const none = () => {
  throw new Error('ENOENT');
};

test('a boot is told by its number where the system has one, else by its minute', () => {
  const facts = { readBootId: () => 'a-number\n', nowMs: () => 0, uptimeMs: () => 0 };
  expect(systemBootId(facts)).toBe('a-number');
  const at = (nowMs: number, uptimeMs: number) =>
    systemBootId({ readBootId: none, nowMs: () => nowMs, uptimeMs: () => uptimeMs });
  const first = at(1_800_000_000_000, 5_000);
  expect(first).toBe('since 2027-01-15T08:00:00.000Z');
  expect(at(1_800_000_900_000, 905_100)).toBe(first);
  expect(at(1_800_001_000_000, 40_000)).not.toBe(first);
  expect(systemBootId({ ...facts, readBootId: () => '', nowMs: () => 1_800_000_000_000 })).toBe(first);
});

test('the boot of this system stays the same, and is a number on Linux', () => {
  const bootId = systemBootId();
  expect(systemBootId()).toBe(bootId);
  expect(bootId).toMatch(os.platform() === 'linux' ? /^[0-9a-f-]{36}$/ : /^since /);
});
