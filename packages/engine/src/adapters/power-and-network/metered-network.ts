import type { Network } from '@tidesync/shared/wire/device-settings';
import type { RunProgram } from './run-program.ts';

const NAME = 'org.freedesktop.NetworkManager';
const OBJECT = '/org/freedesktop/NetworkManager';

/** NMMetered, as NetworkManager has it on D-Bus: of the connection that it takes for the main one. */
const METERED: Readonly<Record<string, Network>> = {
  1: 'metered',
  2: 'unmetered',
  3: 'metered', // guessed, as for a phone that shares its connection
  4: 'unmetered', // guessed
};

/** What NetworkManager says: over D-Bus by systemd's `busctl`, or by its own `nmcli` where there is none. */
export async function networkManagerSays(run: RunProgram): Promise<Network> {
  const args = ['--system', '--timeout=2', 'get-property', NAME, OBJECT, NAME, 'Metered'];
  const property = await run('busctl', args);
  const said = property === null ? undefined : METERED[/^u (\d)\s*$/.exec(property)?.[1] ?? ''];
  return said ?? byDevices(await run('nmcli', ['-t', '-f', FIELDS, 'device', 'show']));
}

const FIELDS = 'GENERAL.DEVICE,GENERAL.METERED,IP4.GATEWAY,IP6.GATEWAY';

/** Metered only if every device that leads out is: which of them is the main one is not told. */
function byDevices(listed: string | null): Network {
  const devices = (listed ?? '').split(/\n\s*\n/);
  const leadOut = devices.filter((device) => /^IP[46]\.GATEWAY:.*[0-9a-f]/m.test(device));
  const words = leadOut.map((device) => /^GENERAL\.METERED:(yes|no)/m.exec(device)?.[1]);
  if (words.length === 0 || words.includes(undefined)) return words.includes('no') ? 'unmetered' : 'unknown';
  return words.every((word) => word === 'yes') ? 'metered' : 'unmetered';
}
