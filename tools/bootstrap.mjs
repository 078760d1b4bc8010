// The one way into the project: installs what is missing, then runs a program on the project's own Node 24.
// Runs on the machine's Node (20 or newer), before anything is installed, hence plain JavaScript.
//
//   node tools/bootstrap.mjs                      installs only
//   node tools/bootstrap.mjs PROGRAM [ARGS…]      installs if needed, then runs PROGRAM (a path in the repository)
//   node tools/bootstrap.mjs --system             installs, and what tests of the app need from the system, by apt

import { ensureInstalled } from './setup/install.mjs';
import { runOnProjectNode } from './setup/project-node.mjs';
import { SetupProblem, say } from './setup/report.mjs';

const NODE_MAJOR_MIN = 20;

async function main() {
  const major = Number.parseInt(process.versions.node, 10);
  if (major < NODE_MAJOR_MIN) {
    throw new SetupProblem(
      `Tidesync needs Node ${NODE_MAJOR_MIN} or newer to start; this is Node ${process.versions.node}.`,
      'Install a current Node.js and run the same command again.',
    );
  }
  await ensureInstalled();
  const [program, ...args] = process.argv.slice(2);
  if (program === '--system') return runOnProjectNode('tools/desktop/install-system.ts', args);
  if (program === undefined) {
    say('ready');
    return 0;
  }
  return runOnProjectNode(program, args);
}

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof SetupProblem)) throw error;
  say(error.message);
  say(`→ ${error.cure}`);
  process.exitCode = 1;
}
