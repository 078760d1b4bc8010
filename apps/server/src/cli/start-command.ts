import type { Command } from 'commander';
import { pino } from 'pino';
import type { RunningServer } from '../compose-server.ts';
import { DEFAULT_PORT, startServer } from '../compose-server.ts';
import type { CliIo } from './cli-io.ts';
import { wholeNumber } from './cli-io.ts';

interface StartFlags {
  readonly data: string;
  readonly host: string;
  readonly port: number;
  readonly insecureHttp?: true;
  readonly logLevel: string;
}

/** `tidesync-server start`: runs until SIGINT or SIGTERM. */
export function addStartCommand(program: Command, io: CliIo): void {
  program
    .command('start')
    .description('run the server until it is told to stop')
    .option('--data <dir>', "folder for the server's data", io.defaultDataDir)
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .option('--port <number>', 'port to listen on', wholeNumber('--port', 65_535), DEFAULT_PORT)
    .option('--insecure-http', 'accept plain HTTP on an address that others can reach')
    .option('--log-level <level>', 'silent, error, warn, info or debug; JSON lines on stderr', 'info')
    .action((flags: StartFlags) => run(flags, io));
}

async function run(flags: StartFlags, io: CliIo): Promise<void> {
  const log = pino({ level: flags.logLevel, base: null }, pino.destination({ fd: 2, sync: true }));
  const { data: dataDir, host, port, insecureHttp } = flags;
  const server = await startServer({ dataDir, host, port, insecureHttp, log });
  io.say(`Tidesync server: ${server.url}`);
  io.say(`Data folder:     ${dataDir}`);
  if (!(await server.hasAccounts())) {
    io.say('There is no account yet. Make the first one, an administrator, in another terminal:');
    io.say(
      `  tidesync-server admin --data ${JSON.stringify(dataDir)} user create you@example.org --password-stdin`,
    );
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
  await server.stop();
}
