/** @type {readonly NodeJS.Signals[]} */
const forwarded = ['SIGINT', 'SIGTERM', 'SIGHUP'];
const parentPollMs = 500;

/**
 * Leaves ending to the child: each signal reaches it once, and this process stays until it has ended.
 * @param {import('node:child_process').ChildProcess} child
 */
export function forwardSignals(child) {
  for (const signal of forwarded) forwardOnce(signal, child);
  if (process.env.npm_lifecycle_event !== undefined) endWithParent(child);
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

/**
 * npm hands a signal to the shell it started, which dies of it without telling us. So when that shell is gone,
 * the child is asked to end.
 * @param {import('node:child_process').ChildProcess} child
 */
function endWithParent(child) {
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    child.kill('SIGTERM');
  }, parentPollMs);
  watch.unref();
  child.on('close', () => clearInterval(watch));
}
