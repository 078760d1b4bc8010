import { Command } from 'commander';
import { UsageError } from '../exit-codes.ts';

export interface StartOptions {
  /** Everything lies in here: the server's data, this device's data, the first account. */
  readonly dataDir: string;
  readonly port: number;
  readonly host: string;
  readonly insecureHttp: boolean;
  /** Null: not named, so the default where nothing is synced yet. */
  readonly folder: string | null;
  readonly demo: boolean;
  /** Syncs once and stops. */
  readonly once: boolean;
}

interface Flags {
  readonly data: string;
  readonly port: string;
  readonly host: string;
  readonly insecureHttp?: boolean;
  readonly folder?: string;
  readonly demo?: boolean;
  readonly once?: boolean;
}

export interface StartDefaults {
  readonly dataDir: string;
  readonly port: number;
  readonly folder: string;
  readonly writeOut: (text: string) => void;
}

const HELP = `
The first start makes an account, a library and a folder; later ones go on with them.
  npm start -- --folder ~/Notes                         another folder
  npm start -- --host 0.0.0.0 --insecure-http           let other computers of a trusted network in
  npm start -- --demo                                   two throw-away folders that are kept the same`;

/** Errors: UsageError; CommanderError when help was asked for. */
export function parseStartOptions(args: readonly string[], defaults: StartDefaults): StartOptions {
  const command = new Command('npm start --')
    .description('Run a Tidesync server and sync a folder with it, all on this computer.')
    .option('--data <dir>', 'where everything is kept', defaults.dataDir)
    .option('--folder <path>', `the folder to sync (default: ${defaults.folder})`)
    .option('--port <n>', 'port of the server', String(defaults.port))
    .option('--host <address>', 'address on which the server listens', '127.0.0.1')
    .option('--insecure-http', 'allow plain HTTP beyond this computer')
    .option('--demo', 'try it with two throw-away folders; touches nothing else')
    .option('--once', 'sync once and stop')
    .option('--no-app', 'open neither the app nor a browser')
    .addHelpText('after', HELP)
    .allowExcessArguments(false)
    .exitOverride()
    .configureOutput({ writeOut: defaults.writeOut, writeErr: () => {} })
    .parse(args, { from: 'user' });
  const flags = command.opts<Flags>();
  return {
    dataDir: flags.data,
    port: parsePort(flags.port),
    host: flags.host,
    insecureHttp: flags.insecureHttp === true,
    folder: flags.folder ?? null,
    demo: flags.demo === true,
    once: flags.once === true,
  };
}

function parsePort(text: string): number {
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port > 65_535) throw new UsageError(`"${text}" is no port; use 1 to 65535.`);
  return port;
}
