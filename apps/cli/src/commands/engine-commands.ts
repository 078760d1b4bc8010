import type { EngineFace } from '@tidesync/engine/local-api/engine-face';
import { fail } from '@tidesync/shared/problems';
import type { Command } from 'commander';
import type { CliContext, CommandHost } from '../cli-context.ts';
import type { ExitCode } from '../exit-codes.ts';
import { exitCodes } from '../exit-codes.ts';
import { serviceFileFor } from '../service/service-files.ts';

/** What it has begun is brought to a safe point first. */
const STOP_MS_MAX = 20_000;
/** The app waits some seconds before it starts an engine again. */
const START_MS_MAX = 15_000;
const LOOK_EVERY_MS = 100;

export function addEngineCommands(program: Command, host: CommandHost): void {
  const engine = program.command('engine').description('the running engine of this device');
  engine
    .command('restart')
    .description('stop the engine, and wait until the app or the service has started it again')
    .action((_options, command: Command) => host.run(command, restart));
}

async function restart(context: CliContext): Promise<ExitCode | undefined> {
  const { access, out } = context;
  const face = (await access.running()) ?? fail({ reason: 'engineDown' });
  const before = await pidOf(face);
  const start = await startOf(context);
  await face.shutdown();
  await waitFor(context, STOP_MS_MAX, async () => (await runningPid(context)) !== before);
  await start();
  const after = await waitFor(context, START_MS_MAX, async () => {
    const pid = await runningPid(context);
    return pid === null || pid === before ? null : pid;
  });
  if (after === null) {
    out.result({ stopped: before, started: null }, [
      'The engine has stopped, and nothing here has started it again. `tidesync serve` does.',
    ]);
    return exitCodes.engineDown;
  }
  out.result({ stopped: before, started: after }, [`The engine was started again, as process ${after}.`]);
  return undefined;
}

/** How it is started again if it runs as a service, which takes its end for one that was meant. */
async function startOf({ system, homePath }: CliContext): Promise<() => Promise<void>> {
  const { platform, userHome, userId, nodePath, programPath } = system;
  const file = serviceFileFor(platform, { nodePath, programPath, homePath, userHome, userId });
  const isInstalled = file !== null && (await system.readText(file.path)) !== null;
  if (!isInstalled || (await system.run(file.ask)).code !== 0) return async () => {};
  return async () => {
    for (const command of file.enable) await system.run(command);
  };
}

async function runningPid({ access }: CliContext): Promise<number | null> {
  const face = await access.running();
  // It may end between the two.
  return face === null ? null : pidOf(face).catch(() => null);
}
async function pidOf(face: EngineFace): Promise<number> {
  return (await face.screens.about()).pid;
}

async function waitFor<T>(
  { clock }: CliContext,
  patienceMs: number,
  look: () => Promise<T | null | false>,
): Promise<T | null> {
  const deadlineMs = clock.monotonicMs() + patienceMs;
  while (clock.monotonicMs() < deadlineMs) {
    const found = await look();
    if (found !== null && found !== false) return found;
    await clock.sleep(LOOK_EVERY_MS);
  }
  return null;
}
