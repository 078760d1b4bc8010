import path from 'node:path';
import type { EngineFace } from '@tidesync/engine/local-api/engine-face';
import { isInside } from '@tidesync/engine/shell/bind-folder';
import { fail } from '@tidesync/shared/problems';
import type { RootStatus } from '@tidesync/shared/wire/engine';
import type { Command } from 'commander';
import { Argument } from 'commander';
import type { CliContext, CommandHost } from '../cli-context.ts';
import { UsageError } from '../exit-codes.ts';
import { table } from '../table.ts';
import type { DeviceKey } from './device-settings.ts';
import { DEVICE_KEYS, deviceChange, deviceValue, isDeviceKey, shownDeviceValue } from './device-settings.ts';
import { FILES_MAX, parseThreshold } from './folder-settings.ts';

/** Settings of a folder, each with the field that holds it and its largest value. */
const OF_FOLDERS = {
  'mass-delete-files': { field: 'files', max: FILES_MAX },
  'mass-delete-percent': { field: 'percent', max: 100 },
} as const;
type FolderKey = keyof typeof OF_FOLDERS;
const FOLDER_KEYS = Object.keys(OF_FOLDERS) as FolderKey[];
/** Shown only: it is chosen where the engine is started. */
const SECRETS = 'secrets';
type Key = FolderKey | DeviceKey | typeof SECRETS;
const KEYS: readonly Key[] = [...DEVICE_KEYS, ...FOLDER_KEYS, SECRETS];

interface Setting {
  readonly key: Key;
  /** Null: off. */
  readonly value: number | string | null;
  /** Null: of the whole device. */
  readonly folder: string | null;
}
interface FolderOption {
  readonly folder?: string;
}

const HELP = `
Settings of the device:
  upload-limit           how fast all folders together may send, such as 2MB/s; off: as fast as it goes
  download-limit         the same for what they fetch
  on-metered             sync or pause, while the network is metered
  on-battery             sync or pause, while the computer runs on battery
  secrets                where this device's token lies, keyring or file; set by TIDESYNC_SECRETS, so only shown

Settings of folders:
  mass-delete-files      from so many files on, deletes in a folder wait for your yes; off: never
  mass-delete-percent    the same for a part of the library, from 50 files on; off: never`;

const FOLDER_HELP = 'of that folder, or of the one that it lies in (default: all folders)';

/** What the settings screen shows and changes of the engine. */
export function addConfigCommands(program: Command, host: CommandHost): void {
  const config = program
    .command('config')
    .description('settings of this device and its folders')
    .addHelpText('after', HELP);
  config
    .command('list')
    .description('list all settings')
    .option('--folder <path>', FOLDER_HELP)
    .addHelpText('after', HELP)
    .action((options: FolderOption, command: Command) =>
      host.run(command, (context) => list(context, null, options)),
    );
  config
    .command('get')
    .description('show one setting')
    .addArgument(new Argument('<key>', 'the setting').choices(KEYS))
    .option('--folder <path>', FOLDER_HELP)
    .addHelpText('after', HELP)
    .action((key: Key, options: FolderOption, command: Command) =>
      host.run(command, (context) => list(context, key, options)),
    );
  config
    .command('set')
    .description('change a setting')
    .addArgument(new Argument('<key>', 'the setting').choices([...DEVICE_KEYS, ...FOLDER_KEYS]))
    .argument('<value>', 'a number, a speed, sync or pause, or off')
    .option('--folder <path>', 'of that folder; may be left out where there is only one')
    .addHelpText('after', HELP)
    .action((...[key, value, options, command]: [FolderKey | DeviceKey, string, FolderOption, Command]) =>
      host.run(command, (context) => set(context, { key, value, ...options })),
    );
}

async function list(context: CliContext, key: Key | null, { folder }: FolderOption): Promise<undefined> {
  const settings = await context.access.use(async ({ face }) => {
    const { roots, device, secretsIn } = await face.status();
    const chosen = await chooseRoots(context, roots, folder);
    const ofDevice: Setting[] = [
      ...DEVICE_KEYS.map((one) => ({ key: one, value: deviceValue(device, one), folder: null })),
      { key: SECRETS, value: secretsIn, folder: null },
    ];
    const ofFolders = await Promise.all(chosen.map((root) => readFolder(face, root)));
    return [...ofDevice, ...ofFolders.flat()].filter((one) => key === null || one.key === key);
  });
  const rows = settings.map((one) => [one.key, shownValue(one), one.folder ?? 'this device']);
  const [only] = settings;
  const isOne = key !== null && settings.length === 1 && only !== undefined;
  context.out.result({ settings }, isOne ? [shownValue(only)] : table(rows));
  return undefined;
}

async function readFolder(face: EngineFace, { path: folder }: RootStatus): Promise<Setting[]> {
  const thresholds = await face.deleteThresholds(folder);
  return FOLDER_KEYS.map((key) => ({ key, value: thresholds[OF_FOLDERS[key].field], folder }));
}

const shownValue = ({ key, value }: Setting) =>
  isDeviceKey(key) ? shownDeviceValue(key, value) : String(value ?? 'off');

interface Change extends FolderOption {
  readonly key: FolderKey | DeviceKey;
  readonly value: string;
}

async function set(context: CliContext, { key, value, folder }: Change): Promise<undefined> {
  if (!isDeviceKey(key)) return setOfFolder(context, { key, value, folder });
  if (folder !== undefined) throw new UsageError(`${key} is of the whole device: leave --folder out.`);
  const wanted = deviceChange(key, value);
  const now = await context.access.use(async ({ face }) => {
    await face.changeDeviceSettings(wanted);
    return deviceValue((await face.status()).device, key);
  });
  context.out.result({ key, value: now, folder: null }, [`${key} is ${shownDeviceValue(key, now)}.`]);
  return undefined;
}

interface FolderChange {
  readonly key: FolderKey;
  readonly value: string;
  readonly folder: string | undefined;
}

async function setOfFolder(
  context: CliContext,
  { key, value: text, folder }: FolderChange,
): Promise<undefined> {
  const { field, max } = OF_FOLDERS[key];
  const value = parseThreshold(text, max) ?? null;
  const changed = await context.access.use(async ({ face }) => {
    const chosen = await chooseRoots(context, (await face.status()).roots, folder);
    const [root] = chosen;
    if (root === undefined) throw new UsageError('There is no synced folder yet.');
    if (chosen.length > 1) throw new UsageError('There are several folders: say which with --folder.');
    const former = await face.deleteThresholds(root.path);
    await face.setDeleteThresholds(root.path, { ...former, [field]: value });
    return { key, value, folder: root.path };
  });
  context.out.result(changed, [`${changed.key} is ${shownValue(changed)} for ${changed.folder}.`]);
  return undefined;
}

async function chooseRoots(
  context: CliContext,
  roots: readonly RootStatus[],
  folder: string | undefined,
): Promise<readonly RootStatus[]> {
  if (folder === undefined) return roots;
  const wanted = await context.folders.resolve(path.resolve(context.cwd, folder));
  const root = roots.find((one) => isInside(wanted, one.path));
  return [root ?? fail({ reason: 'folderUnbound', path: wanted })];
}
