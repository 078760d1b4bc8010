import { shownTime } from '@tidesync/engine/core/sentences';
import { fail } from '@tidesync/shared/problems';
import type { Command } from 'commander';
import type { CliContext, CommandHost } from '../cli-context.ts';
import { UsageError } from '../exit-codes.ts';
import { table } from '../table.ts';

export function addDeviceCommands(program: Command, host: CommandHost): void {
  const device = program.command('device').description('devices of the account');
  device
    .command('list')
    .description('list the devices that are signed in')
    .action((_options, command: Command) => host.run(command, list));
  device
    .command('revoke')
    .description('sign a device out at once; its files stay on it')
    .argument('<device>', 'name or id, as `device list` shows it')
    .action((device: string, _options, command: Command) =>
      host.run(command, (context) => revoke(context, device)),
    );
}

async function list(context: CliContext): Promise<undefined> {
  const devices = await context.access.useServer((server) => server.devices());
  const rows = devices.map((device) => [
    device.name + (device.current ? ' (this one)' : ''),
    device.lastSeenAtMs === null ? 'never seen' : `seen ${shownTime(device.lastSeenAtMs)}`,
    device.deviceId,
  ]);
  context.out.result({ devices }, table(rows));
  return undefined;
}

async function revoke(context: CliContext, wanted: string): Promise<undefined> {
  const device = await context.access.useServer(async (server) => {
    const devices = await server.devices();
    const matching = devices.filter((one) => one.deviceId === wanted || one.name === wanted);
    const [device] = matching;
    if (device === undefined) return fail({ reason: 'deviceMissing', device: wanted });
    if (matching.length > 1) {
      throw new UsageError(
        `${matching.length} devices are named "${wanted}". Give the id that \`device list\` shows.`,
      );
    }
    await server.revokeDevice(device.deviceId);
    return device;
  });
  const { deviceId, name } = device;
  context.out.result({ revoked: { deviceId, name } }, [`"${name}" is signed out. Its files stay on it.`]);
  return undefined;
}
