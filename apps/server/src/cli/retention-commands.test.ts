import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LibraryId } from '@tidesync/shared/ids';
import { Command } from 'commander';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openAdmin } from '../compose-admin.ts';
import { createUser } from '../use-cases/admin/create-user.ts';
import { addAdminCommand } from './admin-command.ts';
import type { CliIo } from './cli-io.ts';
import { addGcCommand } from './gc-command.ts';
import { addRetentionCommand } from './retention-command.ts';

let folder: string;
let exitCodes: number[];
const libraryId = randomUUID() as LibraryId;
const noPasswords = { hash: async () => '-', verify: async () => ({ right: false as const }) };

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tidesync-cli-retention-'));
  const { ports, close } = await openAdmin(folder, { mayMake: true, passwords: noPasswords });
  const account = { email: 'ann@example.org', password: 'a good password', admin: false };
  const { accountId: ownerId } = await createUser(ports, { admin: true }, account);
  await ports.store.transact((tx) =>
    tx.libraries.create({ libraryId, ownerId, name: 'Notes', createdAtMs: 1 }),
  );
  await close();
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** The lines that a command says; what it refuses is thrown. */
async function run(args: readonly string[], input = ''): Promise<string[]> {
  const said: string[] = [];
  exitCodes = [];
  const io: CliIo = {
    defaultDataDir: folder,
    environment: {},
    readDotEnv: () => null,
    readSecretFile: () => '',
    say: (line) => void said.push(line),
    warn: () => undefined,
    setExitCode: (code) => void exitCodes.push(code),
    readInput: async () => input,
  };
  const program = new Command().exitOverride().configureOutput({ writeErr: () => undefined });
  for (const add of [addAdminCommand, addGcCommand, addRetentionCommand]) add(program, io);
  await program.parseAsync([...args], { from: 'user' });
  return said;
}

test('[G3] retention is shown and set', async () => {
  expect(await run(['retention', 'show', libraryId])).toEqual([
    'Versions: 30 days (as the server says)',
    'Trash: 30 days (as the server says)',
  ]);
  const set = ['retention', 'set', libraryId];
  expect(await run([...set, '--versions', 'forever', '--trash', '7'])).toEqual([
    'Versions: forever',
    'Trash: 7 days',
  ]);
  expect(await run([...set, '--versions', 'default'])).toEqual([
    'Versions: 30 days (as the server says)',
    'Trash: 7 days',
  ]);
  for (const wrong of ['0', '3651', '1.5', 'soon', '']) {
    await expect(run([...set, '--trash', wrong])).rejects.toThrow('Write days from 1 to 3650');
  }
  await expect(run(['retention', 'show', randomUUID()])).rejects.toThrow('There is no library');
});

test('[G9] gc says what it would do, and does it', async () => {
  expect(await run(['gc', '--dry-run'])).toEqual([
    'Looked at 1 library. This would be done:',
    '  over: 0 deleted entries, 0 contents that nothing refers to',
    '  condemned: 0 chunks, 0 B',
    '  freed: 0 chunks, 0 B of quotas',
    '  deleted: 0 objects, 0 B',
  ]);
  const [done = ''] = await run(['gc', '--json', '--library', libraryId]);
  expect(JSON.parse(done)).toMatchObject({ dryRun: false, finished: true, libraries: 1 });
  expect(exitCodes).toEqual([]);
});

test('limits of many accounts come from lines on standard input', async () => {
  const lines = '# who and how much\nann@example.org 5GB\n\nnobody@example.org, 1TB\n';
  expect(await run(['admin', 'quota', 'set-many'], lines)).toEqual([
    'ann@example.org may store 5 GB now.',
    'There is no account nobody@example.org.',
  ]);
  expect(exitCodes).toEqual([1]);
  const [shown = ''] = await run(['admin', 'user', 'list', '--json']);
  expect(JSON.parse(shown)).toMatchObject({ users: [{ limitBytes: 5_000_000_000 }] });
  await expect(run(['admin', 'quota', 'set-many'], 'ann@example.org lots\n')).rejects.toThrow('Line 1');
});
