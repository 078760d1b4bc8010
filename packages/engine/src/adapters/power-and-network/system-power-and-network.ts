import type { PowerAndNetwork } from '../../ports/power-and-network.ts';
import { networkManagerSays } from './metered-network.ts';
import { pmsetPower, windowsNetwork, windowsPower } from './other-systems.ts';
import { runProgram } from './run-program.ts';
import { sysPower } from './sys-power.ts';

export interface SystemAsked {
  readonly platform: NodeJS.Platform;
  /** Where programs are found. */
  readonly env: NodeJS.ProcessEnv;
  /** What is mounted at `/sys` on Linux. */
  readonly sysRoot: string;
}

/** Of the system that this process runs on. */
export function systemPowerAndNetwork(
  { platform, env, sysRoot }: SystemAsked = { platform: process.platform, env: process.env, sysRoot: '/sys' },
): PowerAndNetwork {
  const run = runProgram(env);
  switch (platform) {
    case 'linux':
      return { power: () => sysPower(sysRoot), network: () => networkManagerSays(run) };
    case 'darwin':
      // macOS tells no program outside of its own frameworks what a connection costs.
      return { power: () => pmsetPower(run), network: async () => 'unknown' };
    case 'win32':
      return { power: () => windowsPower(run), network: () => windowsNetwork(run) };
    default:
      return { power: async () => 'unknown', network: async () => 'unknown' };
  }
}
