import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { RelPath } from '@tidesync/shared/names';
import { expect, test } from 'vitest';
import { compileIgnoreRules } from './ignore-rules.ts';

test('a line that is too long for a rule is none, and the others count', () => {
  const rules = compileIgnoreRules(`one\n${'x.'.repeat(50_000)}\r\ntwo\n`);
  const ignored = ['one', 'two', 'three'].map((name) => rules.isIgnored(name as RelPath, false));
  expect(ignored).toEqual([true, true, false]);
});

/** Of what is still referred to. */
function usedBytes(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  return process.memoryUsage().heapUsed;
}

test('rules judge any number of paths alike, and keep none of them in memory for good', () => {
  const rules = compileIgnoreRules('/folder/*.log\n!/folder/5*.log\nhidden/\n');
  const beforeBytes = usedBytes();
  let wrong = 0;
  for (let number = 0; number < 30_000; number++) {
    const file = `folder/${'long '.repeat(20)}${number}`;
    if (rules.isIgnored(file as RelPath, false)) wrong++;
    if (!rules.isIgnored(`folder/1${number}.log` as RelPath, false)) wrong++;
    if (rules.isIgnored(`folder/5${number}.log` as RelPath, false)) wrong++;
    if (!rules.isIgnored(`hidden/${number}` as RelPath, false)) wrong++;
  }
  expect(wrong).toBe(0);
  // 120,000 paths, of which each kept takes more than 100 bytes.
  expect(usedBytes() - beforeBytes).toBeLessThan(6_000_000);
  expect(rules.isIgnored('hidden/1' as RelPath, false)).toBe(true);
});
