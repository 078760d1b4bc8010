import { formatBytes } from '@tidesync/shared/format';
import { fail, isFailure } from '@tidesync/shared/problems';
import { deviceName, email } from '@tidesync/shared/wire/people';
import type { AccountQuota } from '@tidesync/shared/wire/quotas';
import type { Command } from 'commander';
import type { CliContext, CommandHost } from '../cli-context.ts';
import { exitCodes, UsageError } from '../exit-codes.ts';
import { parseServerUrl } from '../server-address.ts';
import { quotaLine, sessionLine } from '../status-text.ts';

interface LoginOptions {
  readonly email: string;
  readonly passwordStdin?: boolean;
  readonly device?: string;
  readonly insecureHttp?: boolean;
}

export function addAccountCommands(program: Command, host: CommandHost): void {
  program
    .command('login')
    .description('sign this device in to a server')
    .argument('<url>', 'address of the server, e.g. https://files.example.org')
    .requiredOption('--email <email>', 'e-mail of the account')
    .option('--password-stdin', 'read the password from standard input')
    .option('--device <name>', 'name under which this device is listed (default: the host name)')
    .option('--insecure-http', 'allow plain HTTP to another machine')
    .action((url: string, options: LoginOptions, command: Command) =>
      host.run(command, (context) => login(context, url, options)),
    );
  program
    .command('logout')
    .description('sign this device out; folders and files stay where they are')
    .action((_options, command: Command) => host.run(command, logout));
  program
    .command('whoami')
    .description('show account, device and server')
    .action((_options, command: Command) => host.run(command, whoami));
  program
    .command('password')
    .description("change the account's password; other devices are signed out")
    .option('--password-stdin', 'read the current and the new password from standard input, one a line')
    .action((options: { passwordStdin?: boolean }, command: Command) =>
      host.run(command, (context) => changePassword(context, options.passwordStdin === true)),
    );
  program
    .command('quota')
    .description('show how much the account may store and does store')
    .action((_options, command: Command) => host.run(command, quota));
}

async function login(context: CliContext, url: string, options: LoginOptions): Promise<undefined> {
  const serverUrl = parseServerUrl(url, options.insecureHttp === true);
  const account = email.safeParse(options.email);
  if (!account.success) throw new UsageError(`"${options.email}" is no e-mail address.`);
  const device = deviceName.safeParse(options.device ?? context.hostName);
  if (!device.success) throw new UsageError(`"${options.device}" cannot be the name of a device.`);
  await refuseIfSignedIn(context);
  const password = await context.readSecret(`Password of ${account.data}: `, options.passwordStdin === true);
  if (password === '') throw new UsageError('The password is empty.');
  const input = { serverUrl, email: account.data, password, deviceName: device.data };
  const { session } = await context.access.use(async ({ face }) => {
    await face.login(input);
    return face.status();
  });
  const { out } = context;
  out.result({ serverUrl, email: account.data, deviceName: device.data }, [sessionLine(session)]);
  out.say('Next: `tidesync folder add PATH --library NAME`, then `tidesync serve`.');
  return undefined;
}

/** Before a password is asked for in vain. A device that was removed meanwhile may not have noticed yet. */
async function refuseIfSignedIn(context: CliContext): Promise<void> {
  const { session } = await context.access.use(({ face }) => face.status());
  if (session.is === 'signedOut' || (await isRemoved(context))) return;
  fail({ reason: 'alreadySignedIn', email: session.email, url: session.serverUrl });
}

async function isRemoved(context: CliContext): Promise<boolean> {
  try {
    await context.access.useServer((server) => server.whoami());
    return false;
  } catch (error) {
    return isFailure(error, 'deviceRevoked', 'signedOut');
  }
}

async function logout(context: CliContext): Promise<undefined> {
  await context.access.use(({ face }) => face.logout());
  context.out.result({ signedOut: true }, ['Signed out. Folders and files stay where they are.']);
  return undefined;
}

async function whoami(context: CliContext) {
  const { session } = await context.access.use(({ face }) => face.status());
  if (session.is === 'signedOut') {
    context.out.result({ session }, [sessionLine(session)]);
    return exitCodes.signedOut;
  }
  const account = await context.access.useServer((server) => server.whoami());
  const role = account.admin ? ', an administrator' : '';
  context.out.result({ ...account, serverUrl: session.serverUrl }, [
    `${account.email}${role}, device "${account.deviceName}", on ${session.serverUrl}`,
  ]);
  return undefined;
}

async function changePassword(context: CliContext, piped: boolean): Promise<undefined> {
  const [current, next] = piped ? await bothPiped(context) : await bothAsked(context);
  const answer = await context.access.useServer((server) => server.changePassword(current, next));
  context.out.result({ changed: true, ...answer }, [
    `The password is changed. Other devices have to sign in again (${answer.otherDevicesRevoked}).`,
  ]);
  return undefined;
}

async function bothPiped(context: CliContext): Promise<[string, string]> {
  const [current = '', next = '', ...rest] = (await context.readSecret('', true)).split(/\r?\n/);
  if (current === '' || next === '' || rest.length > 0) {
    throw new UsageError('Give the current password on the first line and the new one on the second.');
  }
  return [current, next];
}

async function bothAsked(context: CliContext): Promise<[string, string]> {
  const current = await context.readSecret('Current password: ', false);
  const next = await context.readSecret('New password: ', false);
  const again = await context.readSecret('New password again: ', false);
  if (next !== again) throw new UsageError('The two new passwords differ. Nothing was changed.');
  return [current, next];
}

async function quota(context: CliContext): Promise<undefined> {
  const quota = await context.access.useServer((server) => server.quota());
  const percent = quota.limitBytes === 0 ? 100 : Math.floor((100 * quota.usedBytes) / quota.limitBytes);
  const nearly = percent >= 80 ? [`${percent} % of ${formatBytes(quota.limitBytes)} are in use.`] : [];
  context.out.result(quota, [quotaLine(quota), ...nearly, ...furtherLimits(quota)]);
  return undefined;
}

/** What else an upload may meet; a refusal names the same. */
function furtherLimits({ organisation, libraries }: AccountQuota): string[] {
  const pool = organisation === null ? [] : [`Pool of "${organisation.name}": ${quotaLine(organisation)}`];
  const ofLibraries = libraries.map(({ name, limitBytes, storedBytes, reservedBytes }) => {
    return `Library "${name}": ${quotaLine({ limitBytes, usedBytes: storedBytes, reservedBytes })}`;
  });
  return [...pool, ...ofLibraries];
}
