import path from 'node:path';
import { fail } from '@tidesync/shared/problems';
import type { Command } from 'commander';
import type { CliContext, CommandHost } from '../cli-context.ts';
import { drawReport } from '../diagnose/report.ts';

interface DiagnoseOptions {
  readonly bundle?: string;
  readonly names?: true;
}

/** Works with an engine and without one. */
export function addDiagnoseCommand(program: Command, host: CommandHost): void {
  program
    .command('diagnose')
    .description('show what helps to find out what is wrong, without secrets')
    .option('--bundle <file>', 'also write exactly what is shown into a new file, to be passed on')
    .option('--names', 'with names of files, folders and libraries')
    .action((options: DiagnoseOptions, command: Command) =>
      host.run(command, (context) => diagnose(context, options)),
    );
}

async function diagnose(context: CliContext, { bundle, names }: DiagnoseOptions): Promise<undefined> {
  const { out, cwd, system, diagnosis } = context;
  const file = bundle === undefined ? null : path.resolve(cwd, bundle);
  if (file !== null && (await system.readText(file)) !== null) fail({ reason: 'fileExists', path: file });
  const { text, data } = await drawReport(context, diagnosis, names === true);
  out.result(data, text.trimEnd().split('\n'));
  if (file === null) return undefined;
  await system.writeText(file, text);
  out.say(`This is what ${file} holds now. Read it before you pass it on; nothing was sent to anybody.`);
  return undefined;
}
