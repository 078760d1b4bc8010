import { fail } from '@tidesync/shared/problems';
import type { Command } from 'commander';
import type { CliContext, CommandHost } from '../cli-context.ts';
import type { ExitCode } from '../exit-codes.ts';
import { exitCodes } from '../exit-codes.ts';
import type { ServiceFile } from '../service/service-files.ts';
import { serviceFileFor } from '../service/service-files.ts';

/** The engine as a service of this user: started at sign-in, and again when it fails. */
export function addServiceCommands(program: Command, host: CommandHost): void {
  const service = program
    .command('service')
    .description('the engine as a service of your user, without a window');
  const add = (
    name: string,
    description: string,
    work: (context: CliContext, file: ServiceFile) => Promise<ExitCode | undefined>,
  ) =>
    service
      .command(name)
      .description(description)
      .action((_options, command: Command) => host.run(command, (context) => work(context, fileOf(context))));
  add('install', 'start the engine now and at every sign-in (systemd, launchd or Task Scheduler)', install);
  add('uninstall', 'stop that; folders, files and this device stay as they are', uninstall);
  add('status', 'whether it is installed, and runs', status);
}

function fileOf({ system, homePath }: CliContext): ServiceFile {
  const { platform, userHome, userId, nodePath, programPath } = system;
  const file = serviceFileFor(platform, { nodePath, programPath, homePath, userHome, userId });
  return file ?? fail({ reason: 'noServices', platform });
}

/** What was done, in order, as it is told. */
class Steps {
  readonly done: string[] = [];
  readonly failed: string[] = [];

  async run({ system }: CliContext, commands: ServiceFile['enable']): Promise<void> {
    for (const command of commands) {
      const { code, said } = await system.run(command);
      const shown = command.join(' ');
      if (code === 0) this.done.push(`ran ${shown}`);
      else this.failed.push(`${shown}: ${said.split('\n')[0] || `ended with ${code}`}`);
    }
  }
}

async function install(context: CliContext, file: ServiceFile): Promise<ExitCode | undefined> {
  const { system, out } = context;
  const steps = new Steps();
  const before = await system.readText(file.path);
  const isRunning = (await system.run(file.ask)).code === 0;
  if (before === file.text && isRunning) {
    out.result({ ...shownOf(file), changed: false, done: [], failed: [] }, [
      `The service is installed already, as ${file.path}, and runs.`,
    ]);
    return undefined;
  }
  if (before !== file.text) {
    if (before !== null && isRunning) await steps.run(context, file.disable);
    await system.writeText(file.path, file.text);
    steps.done.push(`${before === null ? 'wrote' : 'renewed'} ${file.path}`);
  }
  await steps.run(context, file.enable);
  return tell(context, file, steps);
}

async function uninstall(context: CliContext, file: ServiceFile): Promise<ExitCode | undefined> {
  const { system, out } = context;
  if ((await system.readText(file.path)) === null) {
    out.result({ ...shownOf(file), changed: false, done: [], failed: [] }, ['The service is not installed.']);
    return undefined;
  }
  const steps = new Steps();
  await steps.run(context, file.disable);
  await system.writeText(file.path, null);
  steps.done.push(`removed ${file.path}`);
  return tell(context, file, steps);
}

/** What the system's starter refuses leaves the file in its place: it is read at the next sign-in. */
function tell({ out }: CliContext, file: ServiceFile, { done, failed }: Steps): ExitCode | undefined {
  out.result({ ...shownOf(file), changed: true, done, failed }, [
    ...done.map((step) => `- ${step}`),
    ...failed.map((step) => `- could not run ${step}`),
  ]);
  if (failed.length > 0)
    out.say(`${file.starter} did not do it all. The file counts from the next sign-in on.`);
  if (file.starter === 'systemd') out.say('To run it without being signed in: `loginctl enable-linger`.');
  return failed.length === 0 ? undefined : exitCodes.attention;
}

async function status(context: CliContext, file: ServiceFile): Promise<ExitCode | undefined> {
  const { system, out } = context;
  const text = await system.readText(file.path);
  const running = text !== null && (await system.run(file.ask)).code === 0;
  const isCurrent = text === file.text;
  const lines = [
    text === null
      ? 'Not installed. `tidesync service install` does it.'
      : `Installed as ${file.path} (${file.starter}).`,
    ...(text !== null && !isCurrent
      ? ['It starts another program than this one; `service install` renews it.']
      : []),
    ...(text === null ? [] : [running ? 'It runs.' : 'It does not run.']),
  ];
  out.result({ ...shownOf(file), installed: text !== null, current: isCurrent, running }, lines);
  return running ? undefined : exitCodes.engineDown;
}

function shownOf({ starter, path }: ServiceFile) {
  return { starter, path };
}
