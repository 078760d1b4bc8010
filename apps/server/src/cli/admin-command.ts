import { formatBytes } from '@tidesync/shared/format';
import { limits } from '@tidesync/shared/limits';
import { password as passwordSchema } from '@tidesync/shared/wire/people';
import type { Command } from 'commander';
import type { AdminUser } from '../use-cases/admin/admin-user.ts';
import { createUser } from '../use-cases/admin/create-user.ts';
import { listUsers } from '../use-cases/admin/list-users.ts';
import { setQuota } from '../use-cases/admin/set-quota.ts';
import { setQuotas } from '../use-cases/admin/set-quotas.ts';
import { suspendUser } from '../use-cases/admin/suspend-user.ts';
import type { CliIo } from './cli-io.ts';
import { UsageError } from './cli-io.ts';
import type { JsonFlag, WithData } from './with-data.ts';
import { administrator, allPages, dataOf, parseEmail, parseSize } from './with-data.ts';

/** `tidesync-server admin …`: works on the same database as the server, which may be running. */
export function addAdminCommand(program: Command, io: CliIo): void {
  const admin = program.command('admin').description('manage accounts, beside a running server too');
  const withData = dataOf(admin, io);
  addUserCommands(admin, withData, io);
  const quota = admin.command('quota').description('how much accounts may store');
  quota
    .command('set-many')
    .option('--json', 'answer as JSON')
    .description('set the quotas of many accounts: lines of e-mail and size on standard input')
    .action(async (flags: JsonFlag) => setMany(withData, io, flags));
  quota
    .command('set')
    .argument('<email>', 'whose', parseEmail)
    .argument('<size>', 'for example 20GB (1 GB = 1,000,000,000 bytes)', parseSize)
    .option('--json', 'answer as JSON')
    .description('set the quota of an account')
    .action(async (email: string, limitBytes: number, flags: JsonFlag) => {
      const user = await withData((ports) => setQuota(ports, administrator, { email, limitBytes }));
      say(io, flags, { user, sentence: `${email} may store ${formatBytes(limitBytes)} now.` });
    });
}

/** Lines are `ann@example.org 20GB`, with a space, a comma or a tab between; `#` begins a comment. */
async function setMany(withData: WithData, io: CliIo, flags: JsonFlag): Promise<void> {
  const quotas = (await io.readInput()).split('\n').flatMap((line, index) => {
    const [who, size, ...more] = line
      .replace(/#.*/, '')
      .trim()
      .split(/[\s,;]+/);
    if (!who) return [];
    if (size === undefined || more.length > 0)
      throw new UsageError(`Line ${index + 1} is no e-mail and size.`);
    return [quotaOf(who, size, index + 1)];
  });
  const found: { users: AdminUser[]; missing: string[] } = { users: [], missing: [] };
  await withData(async (ports) => {
    for (let at = 0; at < quotas.length; at += limits.quotasPerCallMax) {
      const part = quotas.slice(at, at + limits.quotasPerCallMax);
      const done = await setQuotas(ports, administrator, { quotas: part });
      found.users.push(...done.users);
      found.missing.push(...done.missing);
    }
  });
  if (flags.json) io.say(JSON.stringify({ ...found, users: found.users.map(jsonOf) }));
  else sayMany(io, found);
  if (found.missing.length > 0) io.setExitCode(1);
}

function quotaOf(who: string, size: string, line: number): { email: string; limitBytes: number } {
  try {
    return { email: parseEmail(who), limitBytes: parseSize(size) };
  } catch {
    throw new UsageError(`Line ${line} is no e-mail and size, as in \`ann@example.org 20GB\`.`);
  }
}

function sayMany(io: CliIo, { users, missing }: { users: AdminUser[]; missing: string[] }): void {
  for (const { email, quota } of users) io.say(`${email} may store ${formatBytes(quota.limitBytes)} now.`);
  for (const email of missing) io.say(`There is no account ${email}.`);
}

interface CreateFlags extends JsonFlag {
  readonly passwordStdin?: true;
  readonly quota?: number;
  readonly admin?: true;
}

function addUserCommands(admin: Command, withData: WithData, io: CliIo): void {
  const user = admin.command('user').description('accounts');
  user
    .command('create')
    .argument('<email>', 'whom', parseEmail)
    .requiredOption('--password-stdin', 'read the password from standard input')
    .option('--quota <size>', 'for example 10GB', parseSize)
    .option('--admin', 'may manage accounts; the first account always may')
    .option('--json', 'answer as JSON')
    .description('make an account')
    .action(async (email: string, flags: CreateFlags) => {
      const input = {
        email,
        password: await readPassword(io),
        limitBytes: flags.quota,
        admin: flags.admin ?? false,
      };
      const made = await withData((ports) => createUser(ports, administrator, input), { mayMake: true });
      const role = made.admin ? ' an administrator,' : '';
      const sentence = `Made ${made.email},${role} with ${formatBytes(made.quota.limitBytes)}.`;
      say(io, flags, { user: made, sentence });
    });
  user
    .command('list')
    .option('--json', 'answer as JSON')
    .description('list all accounts')
    .action(async (flags: JsonFlag) => {
      const users = await withData((ports) =>
        allPages(
          (page) => listUsers(ports, administrator, page),
          (page) => page.users,
        ),
      );
      sayUsers(io, flags, users);
    });
  user
    .command('suspend')
    .argument('<email>', 'whom', parseEmail)
    .option('--undo', 'let the account in again')
    .option('--json', 'answer as JSON')
    .description('shut an account out')
    .action(async (email: string, flags: JsonFlag & { readonly undo?: true }) => {
      const suspended = flags.undo !== true;
      const changed = await withData((ports) => suspendUser(ports, administrator, { email, suspended }));
      const sentence = suspended ? `${email} is suspended.` : `${email} is no longer suspended.`;
      say(io, flags, { user: changed, sentence });
    });
}

/** Exactly one line break at the end belongs to the pipe, not to the password. */
async function readPassword(io: CliIo): Promise<string> {
  const parsed = passwordSchema.safeParse((await io.readInput()).replace(/\r?\n$/, ''));
  if (parsed.success) return parsed.data;
  throw new UsageError('The password on standard input is empty or far too long.');
}

const jsonOf = ({ quota, ...user }: AdminUser) => ({ ...user, ...quota });

function say(io: CliIo, flags: JsonFlag, done: { user: AdminUser; sentence: string }): void {
  io.say(flags.json ? JSON.stringify(jsonOf(done.user)) : done.sentence);
}

function sayUsers(io: CliIo, flags: JsonFlag, users: readonly AdminUser[]): void {
  if (flags.json) io.say(JSON.stringify({ users: users.map(jsonOf) }));
  else if (users.length === 0) io.say('There are no accounts yet.');
  else for (const user of users) io.say(lineOf(user));
}

function lineOf({ email, admin, suspended, quota }: AdminUser): string {
  const { limitBytes, usedBytes, reservedBytes } = quota;
  const room = `${formatBytes(usedBytes)} of ${formatBytes(limitBytes)} used, ${formatBytes(reservedBytes)} reserved`;
  const marks = [admin ? 'administrator' : '', suspended ? 'suspended' : ''].filter((mark) => mark !== '');
  return `${email}  ${room}${marks.length > 0 ? `  (${marks.join(', ')})` : ''}`;
}
