/**
 * A bug on purpose: one line of production code, changed when it is loaded. `from` is there exactly once, or the run
 * fails: so a change of the product that a bug rests on is noticed.
 */
export interface SeededBug {
  readonly name: string;
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

const engine = (file: string) => `packages/engine/src/${file}`;
const server = (file: string) => `apps/server/src/${file}`;

export const seededBugs: readonly SeededBug[] = [
  {
    name: 'swap-in-renames-over',
    file: engine('shell/swap-in.ts'),
    from: 'const { aside, node: cameOut } = await takeAside(disk, swap);',
    to: 'await disk.rename(temporary, path); return { node: await stillOurs(disk, path, ours), keptAs: null }; const { aside, node: cameOut } = await takeAside(disk, swap);',
  },
  {
    name: 'swap-in-trusts-what-came-out',
    file: engine('shell/swap-in.ts'),
    from: 'const asExpected = sameBytes(cameOut.stamp, expected.stamp);',
    to: 'const asExpected = true;',
  },
  {
    name: 'asides-are-not-recovered',
    file: engine('shell/swap-in.ts'),
    from: 'for (const { name } of await disk.list(layout.aside)) {',
    to: 'for (const { name } of (await disk.list(layout.aside)).slice(0, 0)) {',
  },
  {
    name: 'trash-does-not-look-first',
    file: engine('shell/local-steps.ts'),
    from: 'if (cameOut !== null && !sameBytes(cameOut.stamp, local.stamp)) {',
    to: 'if (cameOut === null) {',
  },
  {
    name: 'absence-is-proof-at-once',
    file: engine('shell/observe.ts'),
    from: "local: { is: 'absent', confirmed: triple.base === null }",
    to: "local: { is: 'absent', confirmed: true }",
  },
  {
    name: 'stamps-ignore-ctime-and-mtime',
    file: engine('core/entry.ts'),
    from: 'a.mtimeNs === b.mtimeNs &&',
    to: '',
  },
  {
    name: 'sent-commit-is-forgotten',
    file: engine('shell/push.ts'),
    from: 'if (isDefinite(error)) parts.journal.setSent(null);',
    to: 'parts.journal.setSent(null);',
  },
  {
    name: 'sent-commit-is-not-written-down',
    file: engine('shell/push.ts'),
    from: '  parts.journal.setSent(sent);',
    to: '',
  },
  {
    name: 'cursor-goes-before-the-changes',
    file: engine('shell/pull.ts'),
    from: 'for (const { state } of page.changes) setRemote({ journal }, state);\n      journal.setCursor(page.cursor);',
    to: 'for (const { state } of page.changes.slice(0, -1)) setRemote({ journal }, state);\n      journal.setCursor(page.cursor);',
  },
  {
    name: 'diverged-history-is-followed',
    file: engine('shell/pull.ts'),
    from: 'parts.journal.forgetTrees();',
    to: 'parts.journal.setCursor(null);',
  },
  {
    name: 'uploads-do-not-look-again',
    file: engine('shell/transfer/read-chunks.ts'),
    from: "return { is: sameStamp((await file.stat()).stamp, order.stamp) ? 'same' : 'changed' };",
    to: "return { is: 'same' };",
  },
  {
    name: 'downloads-are-not-hashed',
    file: engine('shell/transfer/fetch-chunks.ts'),
    from: 'if (ports.sha256(chunk) === chunkId) await',
    to: 'if (ports.sha256(chunk) !== null) await',
  },
  {
    name: 'time-is-set-for-ever',
    file: engine('shell/take-findings.ts'),
    from: "if (local.is === 'present' && local.stamp.mtimeNs === stamp.mtimeNs) return local.mtimeMs;",
    to: '',
  },
  {
    name: 'folder-lies-in-itself',
    file: engine('shell/identify.ts'),
    from: 'if (isAround(parts, id, seen)) continue;',
    to: '',
  },
  {
    name: 'content-conflict-is-a-pull',
    file: engine('core/decide.ts'),
    from: "return remoteIsBase === true ? 'push' : 'conflict';",
    to: "return remoteIsBase === true ? 'push' : 'pull';",
  },
  {
    name: 'edit-does-not-outlive-delete',
    file: engine('core/decide.ts'),
    from: "return untouched ? is.deleteHere : { is: 'makeThere', why: 'outlived' };",
    to: 'return is.deleteHere;',
  },
  {
    name: 'commit-is-applied-again',
    file: server('use-cases/sync/commit-ops.ts'),
    from: 'if (known !== null) return {',
    to: 'if (known !== null && known.results.length > 99) return {',
  },
];
