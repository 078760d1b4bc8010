import { readFileSync } from 'node:fs';
import os from 'node:os';

const BOOT_ID = '/proc/sys/kernel/random/boot_id';
const STEP_MS = 60_000;

/** What a system says of its start. */
export interface BootFacts {
  /** Throws where the system has none. */
  readBootId(): string;
  nowMs(): number;
  uptimeMs(): number;
}

const systemFacts: BootFacts = {
  readBootId: () => readFileSync(BOOT_ID, 'utf8'),
  nowMs: () => Date.now(),
  uptimeMs: () => os.uptime() * 1000,
};

/**
 * Another text after each start of the system. Linux has a number for each boot; elsewhere its minute has to do, by
 * which a boot may pass for another one when the clock is set, and hardly ever two for the same.
 */
export function systemBootId(facts: BootFacts = systemFacts): string {
  try {
    const bootId = facts.readBootId().trim();
    if (bootId !== '') return bootId;
  } catch {
    // Not on Linux, or not to be seen from here.
  }
  return `since ${new Date(Math.round((facts.nowMs() - facts.uptimeMs()) / STEP_MS) * STEP_MS).toISOString()}`;
}
