import { mkdir } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { DEFAULT_PORT } from '@tidesync/server/settings/parse-settings';
import { CommanderError } from 'commander';
import { runDemo } from './compose-demo.ts';
import { defaultHomePath } from './compose-engine.ts';
import { runStart } from './compose-start.ts';
import type { ExitCode } from './exit-codes.ts';
import { exitCodes, UsageError } from './exit-codes.ts';
import { exitWhenIdle, interruption, outputGone } from './interruption.ts';
import { createOutput } from './output.ts';
import { createProgressLine } from './start/progress-line.ts';
import { parseStartOptions } from './start/start-options.ts';

/** Where a terminal does not say how wide it is. */
const COLUMNS_DEFAULT = 80;
const write = (text: string) => void process.stdout.write(text);
const out = createOutput(false, { out: write, err: (text) => void process.stderr.write(text) });

async function start(): Promise<ExitCode> {
  const folderDefault = path.join(os.homedir(), 'Tidesync');
  const options = parseStartOptions(process.argv.slice(2), {
    dataDir: path.dirname(defaultHomePath()),
    port: DEFAULT_PORT,
    folder: folderDefault,
    writeOut: write,
  });
  const progress = createProgressLine({
    isTty: process.stdout.isTTY === true,
    columns: () => process.stdout.columns || COLUMNS_DEFAULT,
    write,
  });
  const gone = outputGone([process.stdout, process.stderr]);
  const interrupted = AbortSignal.any([interruption()(), gone]);
  if (options.demo) return runDemo(progress, interrupted, options.once);
  await mkdir(options.dataDir, { recursive: true, mode: 0o700 });
  return runStart(
    { ...options, dataDir: path.resolve(options.dataDir), folderDefault },
    progress,
    interrupted,
  );
}

async function startOrExplain(): Promise<ExitCode> {
  try {
    return await start();
  } catch (error) {
    if (!(error instanceof CommanderError)) return out.error(error);
    if (error.exitCode === 0) return exitCodes.ok;
    const said = error.message.replace(/^error: |\.$/g, '');
    return out.error(new UsageError(`${said}. \`npm start -- --help\` shows how.`));
  }
}

/** `npm start` in this process: its arguments, streams and signals. */
export async function runNpmStart(): Promise<void> {
  exitWhenIdle(await startOrExplain());
}
