import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openAdmin } from '../compose-admin.ts';
import { createUser } from '../use-cases/admin/create-user.ts';
import { addAuditCommand } from './audit-command.ts';
import type { CliIo } from './cli-io.ts';
import { addOrganisationCommand } from './organisation-command.ts';
import { addQuotaCommand } from './quota-command.ts';

let folder: string;
let said: string[];
let exitCodes: number[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tidesync-cli-quota-'));
  const { ports, close } = await openAdmin(folder, { mayMake: true, passwords: noPasswords });
  const account = { email: 'ann@example.org', password: 'a good password', admin: false };
  await createUser(ports, { admin: true }, account);
  await close();
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const noPasswords = {
  hash: async () => '-',
  verify: async () => ({ right: false as const }),
};

/** The lines that a command says; what it refuses is thrown. */
async function run(...args: string[]): Promise<string[]> {
  said = [];
  exitCodes = [];
  const io: CliIo = {
    defaultDataDir: folder,
    environment: {},
    readDotEnv: () => null,
    readSecretFile: () => '',
    say: (line) => void said.push(line),
    warn: () => undefined,
    setExitCode: (code) => void exitCodes.push(code),
    readInput: async () => '',
  };
  const program = new Command().exitOverride().configureOutput({ writeErr: () => undefined });
  addOrganisationCommand(program, io);
  addQuotaCommand(program, io);
  addAuditCommand(program, io);
  await program.parseAsync(args, { from: 'user' });
  return said;
}
const json = async (...args: string[]) => JSON.parse((await run(...args, '--json'))[0] ?? '');

test('organisations are made, filled, listed, emptied and removed', async () => {
  expect(await run('organisation', 'list')).toEqual(['There are no organisations yet.']);
  expect(await run('organisation', 'create', 'Choir', '2GB')).toEqual(['Made "Choir" with a pool of 2 GB.']);
  expect(await run('organisation', 'members', 'Choir')).toEqual(['"Choir" has no members yet.']);
  await run('organisation', 'add', 'Choir', 'ann@example.org');
  expect(await run('organisation', 'limit', 'Choir', '3GB')).toEqual([
    'The members of "Choir" may store 3 GB together now.',
  ]);
  expect(await run('organisation', 'list')).toEqual(['Choir  0 B of 3 GB used, 0 B reserved  (1 member)']);
  expect(await run('organisation', 'members', 'Choir')).toEqual([
    'ann@example.org  0 B of 10 GB used, 0 B reserved, 0 B of the pool',
  ]);
  expect(await json('organisation', 'list')).toMatchObject({
    organisations: [{ name: 'Choir', members: 1 }],
  });
  await expect(run('organisation', 'delete', 'Choir')).rejects.toThrow('has 1 members. Remove them first.');
  await run('organisation', 'remove', 'Choir', 'ann@example.org');
  expect(await run('organisation', 'delete', 'Choir')).toEqual(['"Choir" is gone.']);
  await expect(run('organisation', 'create', 'Choir', 'much')).rejects.toThrow('Write a size');
});

test('the recount says what was wrong, and repairs it unless it is told not to', async () => {
  const { ports, close } = await openAdmin(folder, { mayMake: false });
  const ann = await ports.store.read.accounts.byEmail('ann@example.org');
  const accountId = ann?.accountId ?? expect.fail('the account is there');
  const wrong = { usedBytes: 7, reservedBytes: 0, sliceBytes: 0 };
  await ports.store.transact((tx) => tx.recount.correctAccount(accountId, wrong));
  await close();
  const through = 'Counted 0 uploads, 0 libraries, 1 accounts, 0 organisations';
  const drift = `  account ${accountId}: usedBytes 7, counted 0`;
  expect(await run('quota', 'recount', '--dry-run')).toEqual([`${through}: 1 numbers are wrong.`, drift]);
  expect(exitCodes).toEqual([1]);
  expect(await run('quota', 'recount')).toEqual([`${through}: 1 numbers were repaired.`, drift]);
  expect(exitCodes).toEqual([]);
  expect(await json('quota', 'recount')).toMatchObject({ driftsFound: 0, drifts: [] });
  expect(await run('quota', 'recount')).toEqual([`${through}: all is right.`]);
});

test('a library is given a limit of its own and loses it again', async () => {
  expect(await run('quota', 'libraries', 'ann@example.org')).toEqual(['ann@example.org owns no library.']);
  const { ports, close } = await openAdmin(folder, { mayMake: false });
  const ownerId = (await ports.store.read.accounts.byEmail('ann@example.org'))?.accountId;
  const libraryId = '0b0e8f0c-0000-4000-8000-000000000000' as never;
  const library = { libraryId, ownerId: ownerId ?? expect.fail(), name: 'Thesis', createdAtMs: 0 };
  await ports.store.transact((tx) => tx.libraries.create(library));
  await close();
  expect(await run('quota', 'library', libraryId, '5GB')).toEqual([
    'The library "Thesis" may store 5 GB now.',
  ]);
  const line = `${libraryId}  Thesis  0 B of 5 GB stored, 0 B reserved`;
  expect(await run('quota', 'libraries', 'ann@example.org')).toEqual([line]);
  expect(await json('quota', 'library', libraryId, 'none')).toMatchObject({ limitBytes: null });
  await expect(run('quota', 'library', 'x', '1GB')).rejects.toThrow('It is no id of a library');
});

test('the audit is listed back to a time, the newest first', async () => {
  await run('organisation', 'create', 'Choir', '2GB');
  const lines = await run('audit', 'list');
  expect(lines).toHaveLength(2);
  expect(lines.join('\n')).toMatch(
    /Z {2}command {2}organisationCreated {2}[0-9a-f-]{36} {2}limitBytes=2000000000/,
  );
  expect(await run('audit', 'list', '--limit', '1')).toHaveLength(1);
  expect(await json('audit', 'list', '--since', '2h')).toMatchObject({ lines: [{}, {}] });
  expect(await run('audit', 'list', '--since', '2999-01-01')).toEqual(['Nothing was done in that time.']);
  await expect(run('audit', 'list', '--since', 'soon')).rejects.toThrow('Write a time');
});

test('[Q15] what new accounts get is shown, set and left to the settings again', async () => {
  expect(await run('quota', 'default')).toEqual(['New accounts get 10 GB, as the settings say.']);
  expect(await run('quota', 'default', '3GB')).toEqual([
    'New accounts get 3 GB, chosen by an administrator.',
  ]);
  expect(await json('quota', 'default')).toMatchObject({ limitBytes: 3_000_000_000, chosen: true });
  expect(await run('quota', 'default', 'configured')).toEqual([
    'New accounts get 10 GB, as the settings say.',
  ]);
  await expect(run('quota', 'default', 'much')).rejects.toThrow('Write a size');
});
