import { safeForTerminal } from '@tidesync/shared/format';
import type { Command } from 'commander';
import { Argument } from 'commander';
import type { CliContext, CommandHost } from '../cli-context.ts';
import type { Candidate, ValueKind } from '../completion/complete.ts';
import { completionsFor } from '../completion/complete.ts';
import type { Shell } from '../completion/shell-scripts.ts';
import { SHELL_SCRIPTS, SHELLS } from '../completion/shell-scripts.ts';

/** What shells ask, and the scripts that make them ask. */
export function addCompletionCommand(program: Command, host: CommandHost): void {
  program
    .command('completion')
    .description('print the script that completes commands, options and folders in a shell')
    .addArgument(new Argument('<shell>', 'which shell').choices([...SHELLS]))
    .action((shell: Shell, _options, command: Command) =>
      host.run(command, async ({ out }) => {
        out.result({ shell, script: SHELL_SCRIPTS[shell] }, SHELL_SCRIPTS[shell].trimEnd().split('\n'));
        return undefined;
      }),
    );
  program
    .command('__complete', { hidden: true })
    .argument('[words...]')
    .action((words: string[], _options, command: Command) =>
      host.run(command, (context) => complete(context, program, words)),
    );
}

async function complete(context: CliContext, program: Command, words: readonly string[]): Promise<undefined> {
  const current = words.at(-1) ?? '';
  const { candidates, more } = completionsFor(program, words.slice(0, -1), current === '""' ? '' : current);
  const known = await valuesOf(context, more).catch(() => []);
  const all = [...candidates, ...known.filter(({ value }) => value.startsWith(current))];
  const shellAdds = more === 'roots' ? 'folders' : ['files', 'folders'].includes(more) ? more : 'nothing';
  context.out.lines([
    ...all.map(({ value, description }) => `${safeForTerminal(value)}\t${safeForTerminal(description)}`),
    `:${shellAdds}`,
  ]);
  return undefined;
}

/** From an engine that runs already: a Tab starts none. */
async function valuesOf(context: CliContext, more: ValueKind): Promise<Candidate[]> {
  const face = ['roots', 'conflicts', 'resolved', 'batches'].includes(more)
    ? await context.access.running({ withinMs: 0 })
    : null;
  if (face === null) return [];
  if (more === 'roots') {
    const { roots } = await face.status();
    return roots.map(({ path, libraryName }) => ({ value: path, description: libraryName }));
  }
  if (more === 'conflicts') {
    const conflicts = await face.conflicts();
    return conflicts.map((one) => ({ value: `${one.conflictId}-${one.shown}`, description: one.path }));
  }
  if (more === 'resolved') {
    const resolved = await face.resolvedConflicts();
    return resolved.map(({ conflictId, path, kept }) => ({
      value: conflictId,
      description: `${path}, kept: ${kept}`,
    }));
  }
  const held = await face.heldBatches();
  return held.map(({ batchId, files, libraryName }) => ({
    value: batchId,
    description: `${files} deletes in ${libraryName}`,
  }));
}
