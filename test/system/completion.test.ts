import { execFile } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CLI } from '../e2e/cli-process.ts';

const run = promisify(execFile);
let folder: string;
let env: NodeJS.ProcessEnv;

beforeAll(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'tidesync-completion-'));
  const program = path.join(folder, 'tidesync');
  writeFileSync(program, `#!/bin/sh\nexec "${process.execPath}" "${CLI}" "$@"\n`);
  chmodSync(program, 0o755);
  mkdirSync(path.join(folder, 'here', 'my folder'), { recursive: true });
  writeFileSync(path.join(folder, 'here', 'my file.txt'), '');
  env = {
    ...process.env,
    ...{ PATH: `${folder}:${process.env.PATH}`, HOME: folder, TIDESYNC_HOME: path.join(folder, 'device') },
    XDG_CONFIG_HOME: folder,
  };
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const inFolder = () => ({ env, cwd: path.join(folder, 'here') });

/** What bash would put in place of the last word. */
async function bash(...words: string[]): Promise<string[]> {
  const list = words.map((word) => `'${word}'`).join(' ');
  const script = `source <(tidesync completion bash); COMP_WORDS=(tidesync ${list}); COMP_CWORD=${words.length}
    _tidesync; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout } = await run('bash', ['--norc', '-c', script], inFolder());
  return stdout.split('\n').filter((line) => line !== '');
}
async function fish(line: string): Promise<string[]> {
  const script = `tidesync completion fish | source; complete -C ${JSON.stringify(line)}`;
  const { stdout } = await run('fish', ['--no-config', '-c', script], inFolder());
  return stdout.split('\n').flatMap((one) => (one === '' ? [] : [one.split('\t')[0] ?? '']));
}
/** What a real zsh runs after somebody has typed that on a terminal, Tabs among it. */
async function zsh(typed: string): Promise<string> {
  const script = `zmodload zsh/zpty
    zpty shell zsh -f -i
    zpty -w shell 'PS1= PROMPT= ; autoload -U compinit; compinit -u -D; source <(tidesync completion zsh)'
    zpty -w shell 'preexec() { print -r -- "RAN<$1>" }; echo rea""dy'
    zpty -r -m shell out '*ready*'
    zpty -n -w shell $'${typed}'
    zpty -r -m shell out '*RAN<*>*'
    print -r -- "$out"
    zpty -d shell`;
  const { stdout } = await run('zsh', ['-f', '-c', script], { ...inFolder(), timeout: 60_000 });
  return /RAN<(.*)>/.exec(stdout)?.[1] ?? stdout;
}

test('bash completes commands, options, choices and files', async () => {
  expect(await bash('sta')).toEqual(['status']);
  expect(await bash('conflicts', '')).toEqual(['list', 'resolve', 'undo']);
  expect(await bash('conflicts', 'resolve', '--k')).toEqual(['--keep']);
  expect(await bash('conflicts', 'resolve', '--keep', '')).toEqual(['both', 'mine', 'theirs']);
  expect(await bash('why', 'my')).toEqual(['my file.txt', 'my folder']);
  expect(await bash('ls', 'my')).toEqual(['my folder']);
});

test('fish completes the same', async () => {
  expect(await fish('tidesync sta')).toEqual(['status']);
  expect(await fish('tidesync conflicts ')).toEqual(expect.arrayContaining(['list', 'resolve', 'undo']));
  expect(await fish('tidesync conflicts resolve --keep ')).toEqual(
    expect.arrayContaining(['both', 'mine', 'theirs']),
  );
  expect((await fish('tidesync ls my')).join()).toContain('my folder');
});

test('zsh completes the same', async () => {
  expect(await zsh('tidesync stat\\t--help\\n')).toBe('tidesync status --help');
  expect(await zsh('tidesync conflicts resolve x --keep th\\t--help\\n')).toBe(
    'tidesync conflicts resolve x --keep theirs --help',
  );
  expect(await zsh('tidesync ls my\\t--help\\n')).toBe('tidesync ls my\\ folder/--help');
});
