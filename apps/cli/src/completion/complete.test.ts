import type { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import type { CommandHost } from '../cli-context.ts';
import { createProgram } from '../program.ts';
import { completionsFor } from './complete.ts';

const host: CommandHost = { run: async () => undefined };
const program = createProgram(host, '0', { out: () => undefined, err: () => undefined });
const after = (line: string) => {
  const words = line.split(' ');
  const { candidates, more } = completionsFor(program, words.slice(0, -1), words.at(-1) ?? '');
  return { values: candidates.map(({ value }) => value), more };
};

function everyCommand(command: Command, path: string[] = []): string[][] {
  const below = command.commands.filter((one) => !one.name().startsWith('__') && one.name() !== 'help');
  return [path, ...below.flatMap((one) => everyCommand(one, [...path, one.name()]))];
}

describe('what may come next', () => {
  test.each<[line: string, values: string[], more: string]>([
    ['whoa', ['whoami'], 'nothing'],
    ['folder re', ['remove', 'resume', 'rescan'], 'nothing'],
    ['folder remove ', [], 'roots'],
    ['folder add ', [], 'folders'],
    ['why ', [], 'files'],
    ['why a ', [], 'nothing'],
    ['trash restore a ', [], 'files'],
    ['conflicts undo ', [], 'resolved'],
    ['conflicts resolve a --keep m', ['mine'], 'nothing'],
    ['--json conflicts resolve a --keep m', ['mine'], 'nothing'],
    ['login https://x --em', ['--email'], 'nothing'],
    ['login --email ', [], 'nothing'],
    ['restore a --to ', [], 'folders'],
    ['problems ', ['list', 'retry'], 'nothing'],
    ['problems retry ', [], 'roots'],
    ['config get s', ['secrets'], 'nothing'],
    ['config set mass', ['mass-delete-files', 'mass-delete-percent'], 'nothing'],
    ['config set on', ['on-metered', 'on-battery'], 'nothing'],
    ['config list --folder ', [], 'roots'],
    ['search a --li', ['--library', '--limit'], 'nothing'],
    ['completion z', ['zsh'], 'nothing'],
    ['nonsense ', [], 'nothing'],
  ])('after "%s"', (line, values, more) => {
    expect(after(line)).toEqual({ values, more });
  });

  test('every command is found from the one above it, with its options', () => {
    const paths = everyCommand(program).filter((path) => path.length > 0);
    expect(paths.length).toBeGreaterThan(30);
    for (const path of paths) {
      expect(after(path.join(' ')).values).toContain(path.at(-1));
      expect(after(`${path.join(' ')} --`).values).toEqual(expect.arrayContaining(['--help', '--json']));
    }
  });
});
