import { expect, test } from 'vitest';
import { verdictOf } from './tidb-errors.ts';

test('a lock wait that is over is run again, also where TiDB gives it no number of its own', () => {
  const numbered = (message: string, errno: number) => Object.assign(new Error(message), { errno });
  const told = [
    numbered('Lock wait timeout exceeded; try restarting transaction', 1205),
    numbered('lock wait timeout', 1105),
  ];
  for (const cause of told) expect(verdictOf(new Error('Failed query', { cause }))).toBe('again');
  expect(verdictOf(numbered('runtime error: index out of range', 1105))).toBe('other');
});
