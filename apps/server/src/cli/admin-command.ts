import { formatBytes } from '@tidesync/shared/format';
import { password as passwordSchema } from '@tidesync/shared/wire/people';
import type { Command } from 'commander';
import type { AdminUser } from '../use-cases/admin/admin-user.ts';
import { createUser } from '../use-cases/admin/create-user.ts';
import { listUsers } from '../use-cases/admin/list-users.ts';
import { setQuota } from '../use-cases/admin/set-quota.ts';
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
  admin
    .command('quota')
    .description('how much an account may store')
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
