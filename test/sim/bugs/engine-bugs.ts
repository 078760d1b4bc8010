import type { SeededBug } from './seeded-bug.ts';

const inEngine = (name: string, file: string, [from, to]: readonly [string, string]): SeededBug => ({
  ...{ name, from, to },
  file: `packages/engine/src/${file}`,
});

/** The engine, broken on purpose. */
export const engineBugs: readonly SeededBug[] = [
  // What is on the disk
  inEngine('swap-in-renames-over', 'shell/swap-in.ts', [
    'const { aside, node: cameOut } = await takeAside(disk, swap);',
    'await disk.rename(temporary, path); return { node: await stillOurs(disk, path, ours), keptAs: null }; const { aside, node: cameOut } = await takeAside(disk, swap);',
  ]),
  inEngine('swap-in-trusts-what-came-out', 'shell/swap-in.ts', [
    'const asExpected = await isAsExpected(parts, { own: aside, node: cameOut, expected, sinceMs });',
    'const asExpected = true;',
  ]),
  inEngine('own-files-are-renamed-over', 'shell/safe-moves.ts', [
    'await linkNew(disk, { from, to });\n  // It is in its place',
    'return disk.rename(from, to);\n  // It is in its place',
  ]),
  inEngine('swap-in-does-not-look-afterwards', 'shell/swap-in.ts', [
    'if (node === null || !sameBytes(node.stamp, ours.stamp)) throw new MovedUnderUs(path);',
    'if (node === null) throw new MovedUnderUs(path);',
  ]),
  inEngine('swap-in-drops-what-came-out', 'shell/swap-in.ts', [
    ': await putBack(disk, aside, swap);\n  return',
    ': (await disk.unlink(aside), null);\n  return',
  ]),
  inEngine('swap-in-trashes-nothing', 'shell/swap-in.ts', [
    'await disk.rename(aside, to);',
    'await disk.unlink(aside);',
  ]),
  inEngine('stuck-asides-count-as-gone', 'shell/local-view.ts', [
    'this.#aside = new Set(stuck.map(({ id }) => id));',
    '',
  ]),
  inEngine('unlisted-folders-are-told-no-more', 'shell/scan.ts', [
    'const isNews = !wasHere || this.#request.unknown.has(id);',
    'const isNews = !wasHere;',
  ]),
  inEngine('plans-end-what-scans-have-found', 'shell/trouble-book.ts', [
    'const found = this.#fromRounds.get(path) ?? this.#fromScan.get(path) ?? this.#fromPlan.get(path);',
    'const found = undefined as PathTrouble | undefined;',
  ]),
  inEngine('troubles-of-a-path-end-together', 'shell/trouble-book.ts', [
    'const failed = this.#failedAt(path);',
    'const failed = null as Resting | null;',
  ]),
  inEngine('what-is-below-an-unlisted-folder-is-told-nothing', 'shell/why.ts', [
    'if (above !== null && isKeptBy(above, knownAs(journal, id)))',
    "if (above !== null && id === null && path === ('' as RelPath))",
  ]),
  inEngine('server-is-asked-seldom', 'shell/root-times.ts', [
    'export const POLL_EVERY_MS = 60_000;',
    'export const POLL_EVERY_MS = 8 * 60_000;',
  ]),
  inEngine('asides-are-not-recovered', 'shell/asides.ts', [
    'for (const listed of found) {',
    'for (const listed of found.slice(0, 0)) {',
  ]),
  inEngine('aside-is-renamed-over', 'shell/safe-moves.ts', [
    'if ((await disk.look(aside)) !== null) await putBack(disk, aside, { path, label });',
    '',
  ]),
  inEngine('move-renames-over', 'shell/safe-moves.ts', [
    'else if (!(await linkBeside(disk, { from, to, note: () => note(node) }))) await disk.rename(from, to);',
    'else if (node !== null) await disk.rename(from, to);',
  ]),
  inEngine('same-bytes-ignore-mtime', 'shell/safe-moves.ts', [
    'return a.inode === b.inode && a.sizeBytes === b.sizeBytes && a.mtimeNs === b.mtimeNs;',
    'return a.inode === b.inode && a.sizeBytes === b.sizeBytes;',
  ]),
  inEngine('same-bytes-ignore-inode', 'shell/safe-moves.ts', [
    'return a.inode === b.inode && a.sizeBytes === b.sizeBytes && a.mtimeNs === b.mtimeNs;',
    'return a.sizeBytes === b.sizeBytes;',
  ]),
  inEngine('coarse-times-are-believed', 'core/coarse-times.ts', [
    'return isCoarse(mtimeNs) && Number',
    'return isCoarse(mtimeNs) && false && Number',
  ]),
  inEngine('saves-before-a-link-are-not-known', 'shell/moves-under-way.ts', [
    'const move = ofWhatWasLinked(noted, seen);',
    'const move = noted;',
  ]),
  inEngine('moves-are-not-noted', 'shell/local-steps.ts', [
    'journal.noteMove({ ...way, inode, birthtimeNs, links });',
    'void [inode, birthtimeNs, links];',
  ]),
  inEngine('old-names-go-unseen', 'shell/moves-under-way.ts', [
    'if (seen !== null && taken !== null && hasSecond(taken, move)) {',
    'if (seen !== null) {',
  ]),
  inEngine('moved-names-are-removed-unseen', 'shell/safe-moves.ts', [
    'if (isStillLinked(cameOut, node)) {',
    'if (cameOut !== null) {',
  ]),
  inEngine('moved-names-are-told-by-number', 'shell/safe-moves.ts', [
    'return linked.links > 1 ? cameOut.links > 1 : sameBytes(cameOut.stamp, linked.stamp);',
    'return true;',
  ]),
  inEngine('trash-does-not-look-first', 'shell/take-expected.ts', [
    'if (await isAsExpected(parts, { own: aside, node, expected: local, sinceMs })) return aside;',
    'if (node !== null) return aside;',
  ]),
  inEngine('trash-removes', 'shell/local-steps.ts', [
    'await disk.rename(aside, trash);',
    'await disk.unlink(aside);',
  ]),
  inEngine('taken-by-mistake-is-removed', 'shell/take-expected.ts', [
    'await putBack(disk, aside, { path, label });',
    'await disk.unlink(aside);',
  ]),
  inEngine('folders-above-are-not-synced', 'shell/lasting-names.ts', [
    'for (const one of withAllAbove([folder])) await disk.syncFolder(one);',
    'await disk.syncFolder(folder);',
  ]),
  inEngine('steps-forget-to-journal', 'shell/local-steps.ts', [
    'for (const record of this.#records) record();',
    'for (const record of this.#records.slice(1)) record();',
  ]),
  inEngine('conflict-copy-keeps-the-entry', 'shell/record-step.ts', [
    'if (copyId === null) journal.set(id, { base, local: copy, remote });',
    'if (id !== null) journal.set(id, { base, local: copy, remote });',
  ]),
  inEngine('set-time-trusts-old-bytes', 'shell/local-steps.ts', [
    "const body = { kind: 'file', contentId: null, sizeBytes: node.stamp.sizeBytes, executable } as const;",
    'const body = { ...local.body, executable } as any;',
  ]),
  // What was seen
  inEngine('absence-is-proof-at-once', 'shell/observe.ts', [
    "local: { is: 'absent', confirmed: triple.base === null }",
    "local: { is: 'absent', confirmed: true }",
  ]),
  inEngine('scans-trust-the-size', 'shell/observe.ts', [
    'const unchanged = base !== null && sameStamp(base.stamp, node.stamp);',
    'const unchanged = base !== null && base.stamp.inode === node.stamp.inode && base.stamp.sizeBytes === node.stamp.sizeBytes;',
  ]),
  inEngine('stamps-ignore-both-times', 'core/entry.ts', [
    'a.mtimeNs === b.mtimeNs &&\n    a.ctimeNs === b.ctimeNs &&',
    '',
  ]),
  inEngine('stamps-ignore-size-and-times', 'core/entry.ts', [
    'a.sizeBytes === b.sizeBytes &&\n    a.mtimeNs === b.mtimeNs &&\n    a.ctimeNs === b.ctimeNs &&',
    '',
  ]),
  inEngine('absences-are-proved-by-any-scan', 'shell/absences.ts', [
    'if (listed.has(folder) && this.#missed',
    'if (listed.size > 0 && this.#missed',
  ]),
  inEngine('vanished-entries-are-not-noticed', 'shell/scan.ts', [
    'for (const id of vanished) this.#notSeen(task, id, byName);',
    '',
  ]),
  inEngine('folders-inside-are-not-walked', 'shell/scan.ts', [
    'const isNews = !wasHere || this.#request.unknown.has(id);',
    'const isNews = this.#request.unknown.has(id);',
  ]),
  inEngine('unsent-edits-are-not-read-again', 'shell/observe.ts', [
    "const known = local.is === 'present' && sameStamp(local.stamp, node.stamp) ? local : null;",
    "const known = local.is === 'present' ? local : null;",
  ]),
  inEngine('entries-change-their-kind', 'shell/identify.ts', [
    ' && bodyOf(known)?.kind === seen.node.kind ? here',
    ' ? here',
  ]),
  inEngine('folder-lies-in-itself', 'shell/identify.ts', ['if (isAround(parts, id, seen)) continue;', '']),
  inEngine('time-is-set-for-ever', 'shell/take-findings.ts', [
    "if (local.is === 'present' && local.stamp.mtimeNs === stamp.mtimeNs) return local.mtimeMs;",
    '',
  ]),
  inEngine('edits-are-taken-for-what-was', 'shell/take-findings.ts', [
    'const read: LocalPresent = { ...local, body, stamp: node.stamp, mtimeMs };',
    'const read: LocalPresent = { ...local, body: triple.base?.body.sizeBytes === body.sizeBytes ? triple.base.body : body, stamp: node.stamp, mtimeMs };',
  ]),
  inEngine('uploads-of-torn-files-are-not-read-again', 'shell/take-findings.ts', [
    'readAgain(parts, id);\n    taken.rescan',
    'taken.rescan',
  ]),
  inEngine('downloads-go-where-they-were-planned', 'shell/take-findings.ts', [
    'if (!isWanted || !hasItsAttributes(triple, file)) return null;',
    'if (!hasItsAttributes(triple, file)) return null;',
  ]),
  inEngine('downloads-of-old-versions-are-placed', 'shell/take-findings.ts', [
    "if (remote.is === 'absent' || !isAskedFor(triple, file)) return null;",
    "if (remote.is === 'absent') return null;",
  ]),
  inEngine('what-the-power-took-is-deleted', 'shell/power-losses.ts', [
    'for (const id of seen) bringBack(parts, id);',
    '',
  ]),
  inEngine('placed-files-are-not-synced', 'shell/take-findings.ts', [
    'if (!(await isSynced(parts, folder))) taken.rescan.add(folder);',
    '',
  ]),
  inEngine('placed-files-are-not-written-down', 'shell/take-findings.ts', [
    'journal.set(id, result.mayHideSave ? readOnceMore(agreed) : agreed);\n  taken.cleared.push(id);',
    'taken.cleared.push(id);',
  ]),
  // What was sent
  inEngine('sent-commit-is-forgotten', 'shell/push.ts', [
    'if (isDefinite(error)) parts.journal.setSent(null);',
    'parts.journal.setSent(null);',
  ]),
  inEngine('sent-commit-is-not-written-down', 'shell/push.ts', [
    '  parts.journal.setSent(sent, youngNow(parts, young));',
    '',
  ]),
  inEngine('sent-commit-is-never-done-with', 'shell/push.ts', [
    'noteDeletes(parts, ops, output.results);\n    parts.journal.setSent(null);',
    'noteDeletes(parts, ops, output.results);',
  ]),
  inEngine('commit-is-sent-again-as-another', 'shell/push.ts', [
    'opId: sent.opId, ...batch',
    'opId: newOpId(parts.random), ...batch',
  ]),
  inEngine('agrees-on-what-is-there-now', 'shell/push.ts', [
    'agreeOn(triple.base, localAsSaid(op, local), remote)',
    "agreeOn(triple.base, triple.local.is === 'present' ? { ...triple.local, body: localAsSaid(op, local).body } : localAsSaid(op, local), remote)",
  ]),
  inEngine('answered-head-is-forgotten', 'shell/push.ts', [
    'parts.journal.setAnswered(cursorAt({ libraryId: parts.record.libraryId, seq, chain }));',
    'void [seq, chain, cursorAt];',
  ]),
  inEngine('cursor-goes-before-the-changes', 'shell/pull.ts', [
    'for (const { state } of page.changes) setRemote({ journal }, state);',
    'for (const { state } of page.changes.slice(0, -1)) setRemote({ journal }, state);',
  ]),
  inEngine('cursor-is-not-written-down', 'shell/pull.ts', [
    'journal.setCursor(page.cursor);',
    'if (!page.more && page.changes.length === 0) journal.setCursor(page.cursor);',
  ]),
  inEngine('diverged-history-is-followed', 'shell/pull.ts', [
    'journal.forgetTrees();\n  log(',
    'journal.setCursor(null);\n  log(',
  ]),
  inEngine('staged-contents-are-believed-for-ever', 'shell/sync-root.ts', [
    'this.#staged.clear();\n      this.#facts.forget();',
    'this.#facts.forget();',
  ]),
  inEngine('uploaded-chunks-are-not-hashed', 'shell/transfer/read-chunks.ts', [
    'return sha256(bytes) === place.ref.id ? bytes : null;',
    'return sha256(bytes) === null ? null : bytes;',
  ]),
  inEngine('downloads-are-not-hashed', 'shell/transfer/fetch-chunks.ts', [
    'if (ports.sha256(chunk) === chunkId) await',
    'if (ports.sha256(chunk) !== null) await',
  ]),
  inEngine('downloads-are-not-synced', 'shell/transfer/temp-file.ts', ['await handle.sync();', '']),
  inEngine('assembly-finishes-too-early', 'shell/transfer/assembly.ts', [
    'return left.size === 0;',
    'return left.size <= 1;',
  ]),
  inEngine('offline-is-for-ever', 'shell/sync-root.ts', [
    "if (this.offline !== null && this.#work.awaits('offline')) return false;",
    'if (this.offline !== null) return false;',
  ]),
  inEngine('halted-root-turns-on', 'shell/sync-root.ts', [
    'this.#open = null;\n    this.#haltFor(halt);',
    'this.#open = null;\n    this.#work.scanAll();\n    this.#haltFor(halt);',
  ]),
  inEngine('held-entries-are-fresh-failures', 'shell/trouble-book.ts', [
    'for (const id of ids) this.cleared(id);',
    'void ids;',
  ]),
  inEngine('stuck-holders-may-leave', 'core/ways.ts', [
    "if (!canExistHere(context.rules, place.name)) return 'stays';",
    '',
  ]),
  inEngine('refused-addresses-are-kept', 'shell/transfer/fetch-chunks.ts', [
    'ports.signed.forget(packId);\n          throw error;',
    'throw error;',
  ]),
  inEngine('root-is-not-looked-at', 'shell/root-folder.ts', [
    "return known ? null : 'rootReplaced';",
    'return null;',
  ]),
  // What was decided
  inEngine('content-conflict-is-a-pull', 'core/decide.ts', [
    "return remoteIsBase === true ? 'push' : 'conflict';",
    "return remoteIsBase === true ? 'push' : 'pull';",
  ]),
  inEngine('content-conflict-is-a-push', 'core/decide.ts', [
    "return remoteIsBase === true ? 'push' : 'conflict';",
    "return 'push';",
  ]),
  inEngine('edit-does-not-outlive-delete', 'core/decide.ts', [
    "return untouched ? is.deleteHere : { is: 'makeThere', why: 'outlived' };",
    'return is.deleteHere;',
  ]),
  inEngine('delete-takes-the-edit-of-others', 'core/decide.ts', [
    "return untouched ? is.deleteThere : { is: 'makeHere', why: 'outlived' };",
    'return is.deleteThere;',
  ]),
  inEngine('absences-need-no-proof', 'core/decide.ts', ['if (!local.confirmed) return is.prove;', '']),
  inEngine('children-do-not-keep-a-folder', 'core/fates.ts', [
    "if (verdicts.has('stays')) return { is: here ? 'makeThere' : 'makeHere', why: 'outlived' };",
    '',
  ]),
  inEngine('cycles-are-not-seen', 'core/fates.ts', [
    "return moves && closesCycle(id) ? { ...fate, place: 'pull' } : fate;",
    'return fate;',
  ]),
  inEngine('base-takes-the-content-of-others', 'core/agree.ts', [
    'contentAgreed ? remote.body : old.body,',
    'remote.body,',
  ]),
  inEngine('base-takes-the-new-stamp', 'core/agree.ts', [
    'stamp: contentAgreed ? local.stamp : old.stamp,',
    'stamp: local.stamp,',
  ]),
  inEngine('moves-agree-on-the-old-place', 'core/agree.ts', [
    'return samePlace(sent, op) ? sent : { ...sent, parentId, name, localName: name };',
    'return sent;',
  ]),
];
