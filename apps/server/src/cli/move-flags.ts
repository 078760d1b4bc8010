import { parseEnv } from 'node:util';
import type { Command } from 'commander';
import type { AdoptOptions, ServerPlace } from '../compose-move.ts';
import { gatherSettings } from '../settings/gather-settings.ts';
import { parseSettings } from '../settings/parse-settings.ts';
import type { SettingName } from '../settings/setting-table.ts';
import { settingTable } from '../settings/setting-table.ts';
import type { CliIo } from './cli-io.ts';
import { UsageError } from './cli-io.ts';
import type { Flags } from './setting-flags.ts';
import { DATA_SETTINGS, settingsFrom } from './setting-flags.ts';
import { parseEmail } from './with-data.ts';

/** What says where a server's data is, and nothing of how it serves. */
export const PLACE_SETTINGS: readonly SettingName[] = settingTable
  .map(({ name }) => name)
  .filter((name) => DATA_SETTINGS.includes(name) || name.startsWith('MINIO_') || name.startsWith('STORAGE_'));

export function addAdoptFlags(command: Command): Command {
  return command
    .option('--owner <email>', 'of one library: the account there that takes it over', parseEmail)
    .option('--name <name>', 'of one library: its name there, if not the one that it has')
    .option('--with-members', 'of one library: its members too, where their e-mail has an account there');
}

/** Null if nobody is said to take a library over. */
export function adoptFrom(flags: Flags): AdoptOptions | null {
  const { owner, name, withMembers } = flags as { owner?: string; name?: string; withMembers?: true };
  if (owner !== undefined) {
    return { ownerEmail: owner, name: name ?? null, withMembers: withMembers === true };
  }
  if (name !== undefined || withMembers === true)
    throw new UsageError('--name and --with-members need --owner.');
  return null;
}

/** The server that the flags, the environment and `.env` name, as `start` would take it. */
export function ownPlace(flags: Flags, io: CliIo): ServerPlace {
  const { settings, dataDir } = settingsFrom(flags, io);
  return { settings: settings.server, dataDir };
}

/**
 * The server that a file names, in the form of `.env`, and that alone: nothing of the environment is mixed in.
 * Errors: Failure `settingsInvalid`; UsageError for a file that cannot be read, or says too little.
 */
export function placeOfFile(path: string, io: CliIo): ServerPlace {
  const text = readText(path, io);
  const source = { where: '.env', texts: parseEnv(text) } as const;
  const { settings } = parseSettings(gatherSettings([source], (file) => io.readSecretFile(file)));
  const { database, objectStore } = settings.server;
  const keepsData = database.kind === 'sqlite' || objectStore.kind === 'local';
  if (keepsData && settings.dataDir === null) {
    throw new UsageError(`${path} names no DATABASE_URL, STORAGE_BACKEND or TIDESYNC_DATA to move to.`);
  }
  return { settings: settings.server, dataDir: settings.dataDir ?? io.defaultDataDir };
}

function readText(path: string, io: CliIo): string {
  try {
    return io.readSecretFile(path);
  } catch {
    throw new UsageError(`${path} cannot be read.`);
  }
}
