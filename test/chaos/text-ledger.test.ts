import { expect, test } from 'vitest';
import type { LedgerLine } from './text-ledger.ts';
import { TextLedger } from './text-ledger.ts';
import { labelFor, seenIn, textOf } from './written-texts.ts';

test('a text is owed until its writer takes it away; others may, and it has to be somewhere still', () => {
  const lines: LedgerLine[] = [];
  const ledger = new TextLedger((line) => lines.push(line));
  for (const label of ['one', 'two', 'three']) ledger.wrote(label, 'ada');
  ledger.tookAway(['one', 'three'], 'bob');
  ledger.tookAway(['two'], 'ada');
  expect([ledger.owed(), ledger.isUntouched('one'), ledger.count]).toEqual([['one', 'three'], false, 3]);
  const again = new TextLedger(() => expect.fail('told before'), lines);
  expect(again.owed()).toEqual(['one', 'three']);
});

test('what a file shows is a whole text, the beginning of one, or what nobody wrote', () => {
  const label = labelFor(7, 1_000);
  const whole = textOf(label);
  expect(seenIn(whole)).toEqual({ is: 'whole', label });
  expect(seenIn(whole.slice(0, 500))).toEqual({ is: 'beginning' });
  expect([seenIn(''), seenIn('text 7 of')]).toEqual([{ is: 'beginning' }, { is: 'beginning' }]);
  for (const foreign of [
    `${whole}0`,
    whole.replace(/.$/, 'x'),
    `${whole}${whole}`,
    '\0'.repeat(50),
    'other\nlines',
  ]) {
    expect(seenIn(foreign)).toEqual({ is: 'foreign' });
  }
  expect(textOf(labelFor(8, 1_000))).not.toBe(whole);
});
