// `npm start`: a server and a synced folder on this computer, and the app to look at them: in a window where there are a
// display and an Electron, else in the browser, else by a link that is printed.

import { webConsole } from './build-console.ts';
import { ensureBuilt } from './built.ts';
import { appCommand } from './desktop/app-command.ts';
import { app } from './desktop/build-app.ts';
import { runOnProjectNode } from './setup/project-node.mjs';
import { say } from './setup/report.mjs';

const args = process.argv.slice(2);
/** These show nothing, or end before one could look. */
const withoutScreens = ['--once', '--demo', '--help', '-h', '--no-app'];

if (!args.some((arg) => withoutScreens.includes(arg))) process.env.TIDESYNC_START_SHOWS = await whatToShow();
process.exitCode = await runOnProjectNode('apps/cli/src/start.ts', args);

/** As apps/cli/src/start/start-screens.ts reads it. */
async function whatToShow(): Promise<string> {
  try {
    await ensureBuilt(app, say);
    await ensureBuilt(webConsole, say);
  } catch (error) {
    // Syncing does not need them.
    say(error instanceof Error ? error.message : String(error));
    return JSON.stringify({ is: 'link' });
  }
  const command = appCommand();
  if (command !== null) return JSON.stringify({ is: 'app', command });
  return JSON.stringify({ is: 'browser' });
}
