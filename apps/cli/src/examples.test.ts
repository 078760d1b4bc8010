import type { Command } from 'commander';
import { expect, test } from 'vitest';
import { EXAMPLES } from './examples.ts';
import { createProgram } from './program.ts';

function programThatNotes() {
  const [ran, said]: [string[], string[]] = [[], []];
  const host = { run: async (command: Command) => void ran.push(nameOf(command)) };
  const program = createProgram(host, '0', { out: (text) => void said.push(text), err: () => undefined });
  return { program, ran, said };
}

function nameOf(command: Command): string {
  return command.parent === null ? command.name() : `${nameOf(command.parent)} ${command.name()}`;
}

/** All that people see, and those that have commands below them. */
function allOf(command: Command): string[] {
  const below = command.commands.filter((one) => !one.name().startsWith('_'));
  return [nameOf(command), ...below.flatMap(allOf)];
}

const NAMES = allOf(programThatNotes().program);

test('every command has examples, and no other name has', () => {
  expect(Object.keys(EXAMPLES).sort()).toEqual([...NAMES].sort());
});

test.each(NAMES)('help of %s begins with them', async (name) => {
  const { program, said } = programThatNotes();
  const words = [...name.split(' ').slice(1), '--help'];
  await expect(program.parseAsync(words, { from: 'user' })).rejects.toThrow('outputHelp');
  expect(said.join('').split('\n').slice(0, 2)).toEqual(['Examples:', `  ${EXAMPLES[name]?.[0]}`]);
});

const lines = NAMES.flatMap((name) => (EXAMPLES[name] ?? []).map((line) => [line, name] as const));
test.each(lines)('`%s` is understood', async (line, name) => {
  const { program, ran } = programThatNotes();
  // Without what a shell does, and what is said about it.
  const typed = /tidesync(?: \S+)*/.exec(line)?.[0].replace(/\)?( [<>] \S+)?$/, '') ?? '';
  await program.parseAsync(typed.split(' ').slice(1), { from: 'user' });
  expect(ran).toHaveLength(1);
  expect(ran[0]?.startsWith(name)).toBe(true);
});
