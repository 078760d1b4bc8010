import { expect, test } from 'vitest';
import { afterExit } from './engine-restarts.ts';

/** The answers to ends at these times. */
function run(times: readonly number[]): (number | 'giveUp')[] {
  let exits: readonly number[] = [];
  return times.map((nowMs) => {
    const answer = afterExit(exits, nowMs);
    exits = answer.exits;
    return answer.next === 'restart' ? answer.delayMs : answer.next;
  });
}

test.each<[string, number[], (number | 'giveUp')[]]>([
  ['one end is soon made good', [0], [500]],
  [
    'each further one waits longer, and the fifth in a minute is the last',
    [0, 1_000, 3_000, 6_000, 9_000],
    [500, 1_000, 1_500, 2_000, 'giveUp'],
  ],
  [
    'ends far apart do not add up',
    [0, 70_000, 140_000, 210_000, 280_000, 350_000],
    [500, 500, 500, 500, 500, 500],
  ],
  ['an old end is forgotten', [0, 1_000, 2_000, 3_000, 61_500], [500, 1_000, 1_500, 2_000, 1_500]],
])('%s', (_what, times, answers) => expect(run(times)).toEqual(answers));
