import { expect, test } from 'vitest';
import { doorbellsContract, freshLibrary, listenFor } from './doorbells-contract.ts';
import { localDoorbells } from './local-doorbells.ts';

doorbellsContract('one process', async () => {
  const here = localDoorbells();
  return { here, elsewhere: here, close: async () => undefined };
});

test('every listener is told to look again, however many there are', async () => {
  const doorbells = localDoorbells();
  const all = Array.from({ length: 250 }, () => listenFor(doorbells, new Map([[freshLibrary(), 0]])));
  const heard = all.map((one) => one.next());
  doorbells.lookAgain();
  expect(new Set((await Promise.all(heard)).map((ring) => ring?.kind))).toEqual(new Set(['lookAgain']));
  for (const one of all) one.stop();
});
