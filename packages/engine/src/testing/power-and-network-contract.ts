import type { Network, Power } from '@tidesync/shared/wire/device-settings';
import { afterEach, describe, expect, test } from 'vitest';
import type { PowerAndNetwork } from '../ports/power-and-network.ts';

/** A system that says so, as far as it can; `null`: it has nothing that would say it. */
export interface SystemUnderTest {
  readonly says: PowerAndNetwork;
  remove(): Promise<void>;
}
export interface SystemMaker {
  readonly name: string;
  /** What this kind of system can tell at all. */
  readonly powers: readonly Power[];
  readonly networks: readonly Network[];
  make(told: { readonly power: Power | null; readonly network: Network | null }): Promise<SystemUnderTest>;
}

/** What every PowerAndNetwork must do. */
export function powerAndNetworkContract({ name, powers, networks, make }: SystemMaker): void {
  describe(`[T12] ${name}`, () => {
    let system: SystemUnderTest | null = null;
    afterEach(async () => {
      await system?.remove();
      system = null;
    });

    test.each(powers)('power: %s', async (power) => {
      system = await make({ power, network: null });
      expect(await system.says.power()).toBe(power);
    });

    test.each(networks)('network: %s', async (network) => {
      system = await make({ power: null, network });
      expect(await system.says.network()).toBe(network);
    });

    test('what nothing tells is unknown, and no error', async () => {
      system = await make({ power: null, network: null });
      expect(await system.says.power()).toBe('unknown');
      expect(await system.says.network()).toBe('unknown');
    });
  });
}
