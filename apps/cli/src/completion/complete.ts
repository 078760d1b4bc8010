import type { Argument, Command, Option } from 'commander';

/** What an argument or an option's value stands for, where a shell or a running engine can help with it. */
export type ValueKind = 'files' | 'folders' | 'roots' | 'conflicts' | 'resolved' | 'batches' | 'nothing';

/** Values by the name of what they stand for; the same name means the same in every command. */
const KINDS: Readonly<Record<string, ValueKind>> = {
  path: 'files',
  from: 'roots',
  to: 'folders',
  conflict: 'conflicts',
  id: 'batches',
  shell: 'nothing',
  '--bundle': 'files',
  '--to': 'folders',
  '--folder': 'roots',
};
/** Commands whose path is a synced folder, or any folder. */
const OF_COMMANDS: Readonly<Record<string, ValueKind>> = {
  'conflicts undo': 'resolved',
  'folder add': 'folders',
  'folder set': 'roots',
  'folder remove': 'roots',
  'folder pause': 'roots',
  'folder resume': 'roots',
  'folder rescan': 'roots',
  'problems retry': 'roots',
  'select tree': 'folders',
  'select exclude': 'folders',
  'select include': 'folders',
  ls: 'folders',
};

export interface Candidate {
  readonly value: string;
  readonly description: string;
}
export interface Completions {
  readonly candidates: readonly Candidate[];
  /** What the shell, or the engine, is to add. */
  readonly more: ValueKind;
}

/** What may come at the end of a command line, of which `words` are whole and `current` is being typed. */
export function completionsFor(program: Command, words: readonly string[], current: string): Completions {
  const at = walk(program, words);
  if (at.option !== null)
    return starting(current, ofValue(at.option.argChoices, KINDS[at.option.long ?? ''] ?? 'nothing'));
  if (current.startsWith('-'))
    return starting(current, { candidates: optionsOf(at.command), more: 'nothing' });
  const subcommands = at.positional === 0 ? visible(at.command) : [];
  if (subcommands.length > 0) {
    const candidates = subcommands.map((one) => ({ value: one.name(), description: one.description() }));
    return starting(current, { candidates, more: 'nothing' });
  }
  const argument = argumentAt(at.command, at.positional);
  if (argument === null) return { candidates: [], more: 'nothing' };
  const { argChoices } = argument;
  return starting(current, ofValue(argChoices, OF_COMMANDS[at.path] ?? KINDS[argument.name()] ?? 'nothing'));
}

interface Position {
  readonly command: Command;
  /** Its words without the program's. */
  readonly path: string;
  readonly positional: number;
  /** The option whose value comes next. */
  readonly option: Option | null;
}

function walk(program: Command, words: readonly string[]): Position {
  let at: Position = { command: program, path: '', positional: 0, option: null };
  for (const word of words) at = after(at, word);
  return at;
}

function after(at: Position, word: string): Position {
  if (at.option !== null) return { ...at, option: null };
  if (word.startsWith('-')) {
    const found = allOptions(at.command).find(({ long, short }) => word === long || word === short);
    const takesValue = found !== undefined && (found.required || found.optional);
    return { ...at, option: takesValue ? found : null };
  }
  const next = at.positional === 0 ? visible(at.command).find((one) => one.name() === word) : undefined;
  if (next === undefined) return { ...at, positional: at.positional + 1 };
  return { command: next, path: `${at.path} ${next.name()}`.trim(), positional: 0, option: null };
}

function visible(command: Command): Command[] {
  return command
    .createHelp()
    .visibleCommands(command)
    .filter((one) => one.name() !== 'help');
}

function allOptions(command: Command): Option[] {
  const above = command.parent === null ? [] : allOptions(command.parent);
  return [...command.createHelp().visibleOptions(command), ...above];
}

function optionsOf(command: Command): Candidate[] {
  const named = new Map(allOptions(command).map(({ long, description }) => [long ?? '', description]));
  named.delete('');
  if (command.parent !== null) named.delete('--version');
  return [...named].map(([value, description]) => ({ value, description }));
}

function argumentAt(command: Command, positional: number): Argument | null {
  const { registeredArguments } = command;
  const last = registeredArguments.at(-1);
  return registeredArguments[positional] ?? (last?.variadic === true ? last : null);
}

function ofValue(choices: readonly string[] | undefined, more: ValueKind): Completions {
  const candidates = (choices ?? []).map((value) => ({ value, description: '' }));
  return { candidates, more: candidates.length > 0 ? 'nothing' : more };
}

function starting(current: string, { candidates, more }: Completions): Completions {
  return { candidates: candidates.filter(({ value }) => value.startsWith(current)), more };
}
