// Worlds in which something was lost, or never came to rest, before the product was mended: each as it was shrunk.

import './small-pages.ts';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { runScenario } from './run-scenario.ts';
import type { Scenario } from './scenario.ts';

interface Regression {
  readonly title: string;
  readonly scenario: Scenario;
}

const folder = path.join(import.meta.dirname, 'regressions');
const kept = readdirSync(folder)
  .filter((name) => name.endsWith('.json'))
  .sort()
  .map((name) => JSON.parse(readFileSync(path.join(folder, name), 'utf8')) as Regression);

test.each(kept)('$title', { timeout: 120_000 }, async ({ scenario }) => {
  const { violation } = await runScenario(scenario);
  expect(violation).toBe(null);
});
