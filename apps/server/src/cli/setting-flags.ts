import { parseEnv } from 'node:util';
import type { Command } from 'commander';
import { Option } from 'commander';
import type { Gathered } from '../settings/gather-settings.ts';
import { gatherSettings } from '../settings/gather-settings.ts';
import type { ParsedSettings } from '../settings/parse-settings.ts';
import { parseSettings } from '../settings/parse-settings.ts';
import type { SettingName } from '../settings/setting-table.ts';
import { settingTable } from '../settings/setting-table.ts';
import type { CliIo } from './cli-io.ts';

/** Options of a command by commander's names for them. */
export type Flags = Readonly<Record<string, unknown>>;

/** Those a command about the data needs: where it is. */
export const DATA_SETTINGS: readonly SettingName[] = ['TIDESYNC_DATA', 'DATABASE_URL'];

const named = settingTable.flatMap(({ name, flag, meaning, unset }) => {
  if (flag === null) return [];
  return [{ name, option: () => new Option(flag.form, `${meaning} Unset: ${unset}.`) }];
});

/** Adds the flags that stand for settings; all of them, or those of the named ones. */
export function addSettingFlags(command: Command, names: readonly SettingName[] | null = null): Command {
  for (const { name, option } of named)
    if (names === null || names.includes(name)) command.addOption(option());
  return command;
}

/** Flags before the environment, and that before `.env`. */
export function gatherFrom(flags: Flags, io: CliIo): Gathered {
  const flagTexts = named.map(({ name, option }) => {
    const value = flags[option().attributeName()];
    return [name, value === true ? 'true' : value] as const;
  });
  return gatherSettings(
    [
      { where: 'flags', texts: Object.fromEntries(flagTexts) as Record<string, string | undefined> },
      { where: 'environment', texts: io.environment },
      { where: '.env', texts: parseEnv(io.readDotEnv() ?? '') },
    ],
    (path) => io.readSecretFile(path),
  );
}

/** Errors: Failure `settingsInvalid` with all that is wrong. */
export function settingsFrom(flags: Flags, io: CliIo): ParsedSettings & { readonly dataDir: string } {
  const parsed = parseSettings(gatherFrom(flags, io));
  return { ...parsed, dataDir: parsed.settings.dataDir ?? io.defaultDataDir };
}
