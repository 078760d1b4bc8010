import { expect, test } from 'vitest';
import type { Keyring } from '../ports/keyring.ts';

/** What every keyring keeps. `fresh` gives a name that nothing is under. */
export function keyringContract(open: () => Keyring, fresh: () => string): void {
  test('a keyring gives back what was set, and nothing under another name', async () => {
    const keyring = open();
    const [name, other] = [fresh(), fresh()];
    expect(await keyring.get(name)).toBeNull();
    await keyring.set(name, 'first');
    await keyring.set(other, 'other');
    await keyring.set(name, '{"token":"tds_ä \\" ’","serverUrl":"https://x"}');
    expect([await keyring.get(name), await keyring.get(other)]).toEqual([
      '{"token":"tds_ä \\" ’","serverUrl":"https://x"}',
      'other',
    ]);
  });

  test('what is removed from a keyring is gone, and removing it again is no error', async () => {
    const keyring = open();
    const name = fresh();
    await keyring.set(name, 'secret');
    await keyring.remove(name);
    await keyring.remove(name);
    expect(await keyring.get(name)).toBeNull();
  });
}
