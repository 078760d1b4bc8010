import type { Network, Power } from '@tidesync/shared/wire/device-settings';
import type { RunProgram } from './run-program.ts';

/** What `pmset -g batt` of macOS begins with: `Now drawing from 'Battery Power'`. */
export async function pmsetPower(run: RunProgram): Promise<Power> {
  const source = /drawing from '([^']*)'/.exec((await run('pmset', ['-g', 'batt'])) ?? '')?.[1];
  if (source === 'AC Power') return 'mains';
  return source === 'Battery Power' || source === 'UPS Power' ? 'battery' : 'unknown';
}

// Windows has both in classes of its own, which its PowerShell can ask. Written after their documentation and not run:
// see docs/guide.md.

const POWER_SCRIPT =
  'Add-Type -AssemblyName System.Windows.Forms;' +
  '[System.Windows.Forms.SystemInformation]::PowerStatus.PowerLineStatus';
const COST_SCRIPT =
  '[void][Windows.Networking.Connectivity.NetworkInformation,Windows,ContentType=WindowsRuntime];' +
  '[Windows.Networking.Connectivity.NetworkInformation]::GetInternetConnectionProfile()' +
  '.GetConnectionCost().NetworkCostType';

const scriptArgs = (script: string) => ['-NoProfile', '-NonInteractive', '-Command', script];

export async function windowsPower(run: RunProgram): Promise<Power> {
  const said = (await run('powershell.exe', scriptArgs(POWER_SCRIPT)))?.trim();
  if (said === 'Online') return 'mains';
  return said === 'Offline' ? 'battery' : 'unknown';
}

export async function windowsNetwork(run: RunProgram): Promise<Network> {
  const said = (await run('powershell.exe', scriptArgs(COST_SCRIPT)))?.trim();
  if (said === 'Unrestricted') return 'unmetered';
  return said === 'Fixed' || said === 'Variable' ? 'metered' : 'unknown';
}
