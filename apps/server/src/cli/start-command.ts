import type { Command } from 'commander';
import { pino } from 'pino';
import type { RunningServer } from '../compose-server.ts';
import { startServer } from '../compose-server.ts';
import { needsDataDir } from '../settings/server-settings.ts';
import type { CliIo } from './cli-io.ts';
import type { Flags } from './setting-flags.ts';
import { addSettingFlags, settingsFrom } from './setting-flags.ts';

const SECRETS_ARE_NO_FLAGS = `
Every option can be a variable of the environment or a line of .env in the working directory; an option wins over a
variable, and that over .env. Passwords and keys are never options, because every user of the machine can read those
in the list of processes: they come as variables, or from files that variables ending in _FILE name.`;

/** `tidesync-server start`: runs until SIGINT or SIGTERM. */
export function addStartCommand(program: Command, io: CliIo): void {
  const start = program.command('start').description('run the server until it is told to stop');
  addSettingFlags(start)
    .addHelpText('after', SECRETS_ARE_NO_FLAGS)
    .action((flags: Flags) => run(flags, io));
}

async function run(flags: Flags, io: CliIo): Promise<void> {
  const { settings, warnings, dataDir } = settingsFrom(flags, io);
  const { host, port, insecureHttp, trustedProxies, logLevel } = settings;
  const log = pino({ level: logLevel, base: null }, pino.destination({ fd: 2, sync: true }));
  for (const warning of warnings) log.warn(warning);
  const server = await startServer({
    ...{ dataDir, host, port, insecureHttp, trustedProxies, log },
    settings: settings.server,
  });
  io.say(`Tidesync server: ${server.url}`);
  const keepsData = needsDataDir(settings.server);
  if (keepsData) io.say(`Data folder:     ${dataDir}`);
  if (server.metricsUrl !== null) io.say(`Metrics:         ${server.metricsUrl}`);
  if (!(await server.hasAccounts())) {
    const data = keepsData ? ` --data ${JSON.stringify(dataDir)}` : '';
    io.say('There is no account yet. Make the first one, an administrator, in another terminal:');
    io.say(`  tidesync-server admin${data} user create you@example.org --password-stdin`);
  }
  await untilToldToStop(server, io);
}

/** The first signal stops in good order; a second one does not wait. */
async function untilToldToStop(server: RunningServer, io: CliIo): Promise<void> {
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
  io.say('Stopping.');
  await server.drain();
}
