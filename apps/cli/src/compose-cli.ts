import os from 'node:os';
import path from 'node:path';
import { nodeFolderPlaces } from '@tidesync/engine/adapters/folder-places';
import { homeFolder } from '@tidesync/engine/adapters/home-folder';
import { nodeClock, nodeRandom } from '@tidesync/engine/adapters/node-environment';
import { safeForTerminal } from '@tidesync/shared/format';
import manifest from '../package.json' with { type: 'json' };
import { openInBrowser } from './compose-browser.ts';
import { composeDiagnosis } from './compose-diagnosis.ts';
import { composeEngineParts, defaultHomePath, homeFilesOf } from './compose-engine.ts';
import { composeSystemHost } from './compose-system-host.ts';
import { composeToken } from './compose-token.ts';
import { createEngineAccess } from './engine-access.ts';
import { UsageError } from './exit-codes.ts';
import { exitWhenIdle, inputEnded, interruption, outputGone } from './interruption.ts';
import { askHidden, readPiped } from './password-input.ts';
import { runCli } from './run-cli.ts';

const streams = {
  out: (text: string) => void process.stdout.write(text),
  err: (text: string) => void process.stderr.write(text),
};

async function readSecret(question: string, piped: boolean): Promise<string> {
  if (piped) return readPiped(process.stdin);
  if (!process.stdin.isTTY) throw new UsageError('There is no terminal to ask on. Use --password-stdin.');
  return askHidden(process.stdin, streams.err, question);
}

/** The `tidesync` command of this process: its arguments, environment, streams and signals. */
export async function runMain(): Promise<void> {
  const homePath = path.resolve(process.env.TIDESYNC_HOME ?? defaultHomePath());
  const log = (line: string) => {
    if (!process.argv.includes('--json')) streams.err(`${safeForTerminal(line)}\n`);
  };
  const home = homeFolder(homePath);
  const access = createEngineAccess(composeEngineParts({ homePath, log }));
  const signalled = interruption();
  const gone = outputGone([process.stdout, process.stderr]);
  const exitCode = await runCli(process.argv.slice(2), {
    version: manifest.version,
    streams,
    contextFor: (out) => ({
      homePath,
      paths: homeFilesOf(homePath),
      cwd: process.cwd(),
      hostName: os.hostname(),
      out,
      clock: nodeClock,
      random: nodeRandom,
      folders: nodeFolderPlaces,
      access,
      system: composeSystemHost(),
      diagnosis: composeDiagnosis(home, () => composeToken(home, () => undefined).read()),
      interrupted: () => AbortSignal.any([signalled(), gone]),
      inputEnded: () => inputEnded(process.stdin),
      openInBrowser: (url) => openInBrowser(homePath, url),
      readSecret,
    }),
  });
  await access.close();
  exitWhenIdle(exitCode);
}
