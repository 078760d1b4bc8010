/** @type {readonly NodeJS.Signals[]} */
const forwarded = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/**
 * Leaves ending to the child: each signal reaches it once, and this process stays until it has ended.
 * @param {import('node:child_process').ChildProcess} child
 */
export function forwardSignals(child) {
  for (const signal of forwarded) forwardOnce(signal, child);
}

/**
 * @param {NodeJS.Signals} signal
 * @param {import('node:child_process').ChildProcess} child
 */
function forwardOnce(signal, child) {
  let done = false;
  process.on(signal, () => {
    // A terminal gives Ctrl+C to the whole group: the child has it already, and a second one could mean "at once".
    const childHasIt = signal === 'SIGINT' && process.stdin.isTTY;
    if (!done && !childHasIt) child.kill(signal);
    done = true;
  });
}
