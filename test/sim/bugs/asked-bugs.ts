import type { SeededBug } from './seeded-bug.ts';

const inEngine = (name: string, file: string, [from, to]: readonly [string, string]): SeededBug => ({
  ...{ name, from, to },
  file: `packages/engine/src/${file}`,
});

/** What guards the choice of folders, answers to conflicts, deletes that wait, and files that are in use, broken on purpose. */
export const askedBugs: readonly SeededBug[] = [
  // Folders that are left out
  inEngine('left-out-edits-leave', 'core/excluded.ts', [
    "if (base === null || remote.is === 'absent' || !sameContent(local.body, base.body)) return null;",
    "if (base === null || remote.is === 'absent') return null;",
  ]),
  inEngine('left-out-is-deleted', 'shell/local-steps.ts', [
    'journal.set(id, { ...journal.get(id), base: null, local: LOCAL_ABSENT })',
    "journal.set(id, { ...journal.get(id), local: { is: 'absent', confirmed: true } })",
  ]),
  inEngine('written-while-leaving-is-removed', 'shell/leaving.ts', [
    'if (untouched) await disk.unlink(own);',
    'if (left !== null) await disk.unlink(own);',
  ]),
  // Answers to conflicts
  inEngine('answers-are-to-anything', 'shell/conflicts.ts', [
    "if (viewOf(parts, root, record).shown !== shown) fail({ reason: 'conflictChanged', path: record.path });",
    '',
  ]),
  inEngine('chosen-away-files-are-removed', 'shell/settle-conflict.ts', [
    'await disk.rename(own, trashPath);',
    'await disk.unlink(own);',
  ]),
  // Deletes that wait for a yes
  inEngine('asked-about-what-had-left', 'shell/batch-book.ts', [
    'isOnItsWay: (id) => onTheirWay.has(id),',
    'isOnItsWay: () => false,',
  ]),
  inEngine('answers-agree-on-what-was-undone', 'shell/held-batches.ts', [
    'forgetSentLocals(journal, new Set(ids));',
    '',
  ]),
  inEngine('holds-are-forgotten', 'core/mass-delete.ts', [
    'const isHeld = known.isHolding && wanted.files > 0;',
    'const isHeld = false;',
  ]),
  inEngine('deletes-that-left-do-not-count', 'shell/push.ts', [
    "if (!isApproved && result.state.kind !== 'folder') files++;",
    '',
  ]),
  // Files that are in use, or have several names
  inEngine('failures-are-not-told', 'shell/trouble-book.ts', [
    'this.#retryAt.set(id, { ...when, path, trouble, signature });\n    this.#write(path, trouble, when);',
    'this.#retryAt.set(id, { ...when, path, trouble, signature });',
  ]),
  inEngine('second-names-are-moves', 'shell/identify.ts', [
    'return old?.stamp.inode !== node.stamp.inode && hasOneName ? id : null;',
    'return old?.stamp.inode !== node.stamp.inode || node.links > 1 ? id : null;',
  ]),
];
