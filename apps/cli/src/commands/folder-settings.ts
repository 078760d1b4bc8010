import path from 'node:path';
import type { Command } from 'commander';
import type { CliContext, CommandHost } from '../cli-context.ts';
import { UsageError } from '../exit-codes.ts';

interface SetOptions {
  readonly massDeleteFiles?: string;
  readonly massDeletePercent?: string;
}
export const FILES_MAX = 1_000_000_000;

export function addFolderSettings(folder: Command, host: CommandHost): void {
  folder
    .command('set')
    .description('from how many on deletes wait for your yes; without options, show it')
    .argument('<path>', 'the folder, or anything inside it')
    .option('--mass-delete-files <n>', 'so many files; 0 or off: never')
    .option('--mass-delete-percent <n>', 'such a part of the library, from 50 files on; 0 or off: never')
    .action((folderPath: string, options: SetOptions, command: Command) =>
      host.run(command, (context) => set(context, folderPath, options)),
    );
}

async function set(context: CliContext, folderPath: string, options: SetOptions): Promise<undefined> {
  const absolute = path.resolve(context.cwd, folderPath);
  const files = parseThreshold(options.massDeleteFiles, FILES_MAX);
  const percent = parseThreshold(options.massDeletePercent, 100);
  const thresholds = await context.access.use(async ({ face }) => {
    const former = await face.deleteThresholds(absolute);
    const next = {
      files: files === undefined ? former.files : files,
      percent: percent === undefined ? former.percent : percent,
    };
    if (files !== undefined || percent !== undefined) await face.setDeleteThresholds(absolute, next);
    return next;
  });
  context.out.result({ path: absolute, massDelete: thresholds }, [`${absolute}: ${sentence(thresholds)}`]);
  return undefined;
}

/** Undefined: not given; null: off. */
export function parseThreshold(text: string | undefined, max: number): number | null | undefined {
  if (text === undefined) return undefined;
  if (text === 'off' || text === '0') return null;
  const value = Number(text);
  if (!/^\d+$/.test(text) || value > max)
    throw new UsageError(`"${text}" is neither off nor a number up to ${max}.`);
  return value;
}

function sentence({ files, percent }: { files: number | null; percent: number | null }): string {
  const bounds = [
    ...(files === null ? [] : [`${files} files`]),
    ...(percent === null ? [] : [`${percent} % of the library (50 files or more)`]),
  ];
  return bounds.length === 0
    ? 'deletes never wait.'
    : `deletes wait for your yes from ${bounds.join(', or ')} on.`;
}
