import type { Command } from 'commander';
import { CommanderError } from 'commander';
import type { CliContext, CommandHost } from './cli-context.ts';
import type { ExitCode } from './exit-codes.ts';
import { exitCodes, UsageError } from './exit-codes.ts';
import type { Output, Streams } from './output.ts';
import { createOutput } from './output.ts';
import { createProgram } from './program.ts';

export interface CliParts {
  readonly version: string;
  readonly streams: Streams;
  readonly contextFor: (out: Output) => CliContext;
}

/** Runs one command line (without node and program) and answers with its exit code. */
export async function runCli(args: readonly string[], parts: CliParts): Promise<ExitCode> {
  let exitCode: ExitCode = exitCodes.ok;
  const host: CommandHost = {
    async run(command, work) {
      const { json } = command.optsWithGlobals<{ json?: boolean }>();
      const out = createOutput(json === true, parts.streams);
      try {
        exitCode = (await work(parts.contextFor(out))) ?? exitCodes.ok;
      } catch (error) {
        exitCode = out.error(error);
      }
    },
  };
  const program = createProgram(host, parts.version, parts.streams);
  try {
    await program.parseAsync(args, { from: 'user' });
    return exitCode;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    // Help and version were asked for and have been shown.
    if (error.exitCode === 0) return exitCodes.ok;
    const out = createOutput(args.includes('--json'), parts.streams);
    return out.error(new UsageError(usageSentence(program, error)));
  }
}

function usageSentence(program: Command, error: CommanderError): string {
  if (error.code === 'commander.help')
    return `What should ${program.name()} do? \`${program.name()} --help\` shows it all.`;
  const said = error.message.replace(/^error: |\.$/g, '').replaceAll('\n', ' ');
  return `${said.charAt(0).toUpperCase()}${said.slice(1)}. \`${program.name()} --help\` shows how.`;
}
