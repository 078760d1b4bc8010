import { afterAll, beforeAll, beforeEach } from 'vitest';
import { World } from './world.ts';

/** The world of a test file: opened before its tests, closed after them, its words shown when one fails. */
export function useWorld(): World {
  const world = new World();
  beforeAll(() => world.open());
  beforeEach(({ onTestFailed }) => onTestFailed(() => void process.stderr.write(`${world.said()}\n`)));
  afterAll(() => world.close());
  return world;
}
