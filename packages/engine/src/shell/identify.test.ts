import type { EntryName } from '@tidesync/shared/names';
import { expect, test } from 'vitest';
import { EXACT_NAMES } from '../core/name-rules.ts';
import { ShellBench } from '../testing/shell-bench.ts';
import { identify } from './identify.ts';
import type { Seen } from './observe.ts';

test('[S61] of a folder full of files that have other names too, each is looked at a few times', async () => {
  const bench = await ShellBench.open();
  let asked = 0;
  const seenAs = (number: number): Seen => ({
    parentId: bench.journal.topId,
    localName: `file ${number}` as EntryName,
    target: null,
    node: {
      ...{ kind: 'file', mtimeMs: 0, executable: false, links: 2, device: 'disk' },
      stamp: {
        ...{ birthtimeNs: '0', sizeBytes: 1, mtimeNs: '0', ctimeNs: '0' },
        get inode() {
          asked++;
          return `linked ${number}`;
        },
      },
    },
  });
  const listing = Array.from({ length: 500 }, (_, number) => seenAs(number));
  const identities = await identify({ ...bench.parts(), rules: EXACT_NAMES }, listing);
  expect([...identities.values()].every((one) => one === 'new')).toBe(true);
  expect(asked).toBeLessThan(10 * listing.length);
});
