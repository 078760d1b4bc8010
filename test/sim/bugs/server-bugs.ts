import type { SeededBug } from './seeded-bug.ts';

const inServer = (name: string, file: string, [from, to]: readonly [string, string]): SeededBug => ({
  ...{ name, from, to },
  file: `apps/server/src/${file}`,
});

/** The server, broken on purpose. */
export const serverBugs: readonly SeededBug[] = [
  inServer('commit-is-applied-again', 'use-cases/sync/commit-ops.ts', [
    'if (known !== null) return {',
    'if (known !== null && known.results.length > 99) return {',
  ]),
  inServer('answers-are-not-remembered', 'use-cases/sync/commit-ops.ts', [
    'await tx.tree.remember({ ...answer, deviceId: caller.deviceId, firstSeq, atMs });',
    '',
  ]),
  inServer('answers-before-the-commit', 'use-cases/sync/commit-ops.ts', [
    'const headAfter = await appendChanges(tx, { libraryId, caller, opId, batchId, head, atMs }, changes);',
    'const headAfter = { headSeq: head.headSeq + changes.length, chain: head.chain }; void ports.store.transact((late) => appendChanges(late, { libraryId, caller, opId, batchId, head, atMs }, changes)).catch(() => null);',
  ]),
  inServer('content-need-not-be-staged', 'use-cases/sync/commit-ops.ts', [
    "if (own?.kind !== 'file' || own.contentId !== contentId) fail({ reason: 'revisionMissing', contentId });",
    'if (own === null) sizes.set(contentId, 1);',
  ]),
  inServer('history-is-not-compared', 'use-cases/sync/commit-ops.ts', [
    'if (after !== undefined) await requirePoint(tx, libraryId, parseCursor(after));',
    'void [after, requirePoint, parseCursor];',
  ]),
  inServer('nobody-is-rung', 'use-cases/sync/commit-ops.ts', [
    'if (isNews) ports.doorbells.ring({ libraryId, headSeq: output.headSeq });',
    '',
  ]),
  inServer('any-cursor-is-a-point', 'use-cases/changes/require-point.ts', [
    'return commit !== null && commit.chain === chain;',
    'return commit !== null || chain !== CHAIN_START;',
  ]),
  inServer('chain-forgets-what-was-before', 'use-cases/sync/append-changes.ts', [
    'chainInput(head.chain, chained)',
    'chainInput(sha256Hex(libraryId) as Chain, chained)',
  ]),
  inServer('writes-ignore-the-base', 'domain/apply-op.ts', [
    "if (current.kind !== 'file' || current.contentSeq !== op.baseContentSeq)",
    "if (current.kind !== 'file')",
  ]),
  inServer('moves-ignore-the-base', 'domain/apply-op.ts', [
    "if (current.placeSeq !== op.basePlaceSeq) return conflict('version', current);",
    '',
  ]),
  inServer('deletes-ignore-the-base', 'domain/apply-op.ts', [
    "if (!same) return conflict('version', current);\n  if (current.kind === 'folder' && view.hasChildren",
    "if (current.kind === 'folder' && view.hasChildren",
  ]),
  inServer('deletes-take-full-folders', 'domain/apply-op.ts', [
    "if (current.kind === 'folder' && view.hasChildren(op.entryId)) return conflict('notEmpty', current);",
    '',
  ]),
  inServer('names-may-be-taken-twice', 'domain/apply-op.ts', [
    "if (occupant !== null && occupant.entryId !== op.entryId) return conflict('nameTaken', occupant);",
    '',
  ]),
  inServer('folders-may-lie-in-themselves', 'domain/apply-op.ts', [
    "if (current.kind === 'folder' && view.lineage(op.parentId).includes(op.entryId)) {",
    'if (view.lineage(op.parentId).length > 99) {',
  ]),
  inServer('deletes-keep-their-version', 'domain/apply-op.ts', [
    'deleted: true, contentSeq: seq, placeSeq: seq',
    'deleted: true',
  ]),
  inServer('writes-keep-their-version', 'domain/apply-op.ts', [
    'sizeBytes: sizeOf(contentId), mtimeMs, contentSeq: seq };',
    'sizeBytes: sizeOf(contentId), mtimeMs };',
  ]),
  inServer('later-operations-see-the-old-state', 'domain/apply-ops.ts', ['view.put(result.state);', '']),
  inServer('conflicts-take-a-seq', 'domain/apply-ops.ts', [
    'const seq = from.firstSeq + changes.length;',
    'const seq = from.firstSeq + results.length;',
  ]),
  inServer('packs-need-not-have-arrived', 'use-cases/uploads/seal-packs.ts', [
    "if (facts === null) fail({ reason: 'packMissing', detail: packId });",
    'if (facts === null) return { row, entries };',
  ]),
  inServer('ended-uploads-keep-their-room', 'use-cases/uploads/end-upload.ts', [
    'await releaseRoom(tx, held, held.reservedBytes);',
    'void releaseRoom;',
  ]),
  inServer('chunks-are-charged-again', 'use-cases/uploads/seal-packs.ts', [
    'const chargeBytes = charged.reduce((sum, entry) => sum + entry.storedBytes, 0);',
    'const chargeBytes = [...byChunk.values()].reduce((sum, entry) => sum + entry.storedBytes, 0);',
  ]),
  inServer('quota-is-not-released-at-the-seal', 'use-cases/uploads/seal-packs.ts', [
    'return { chargeBytes, releaseBytes };\n}',
    'return { chargeBytes, releaseBytes: 0 * releaseBytes };\n}',
  ]),
  inServer('missing-chunks-are-there', 'use-cases/uploads/find-missing-chunks.ts', [
    'const missing = chunks.map((chunk) => !usable.has(chunk));',
    'const missing = chunks.map((chunk, index) => index > 0 && !usable.has(chunk));',
  ]),
  inServer('chunks-are-reserved-again', 'use-cases/uploads/find-missing-chunks.ts', [
    'for (const held of await tx.content.reservedChunks(upload.uploadId, [...byId.keys()])) byId.delete(held.id);',
    '',
  ]),
  inServer('stages-what-is-missing', 'use-cases/uploads/stage-revisions.ts', [
    "if (missing.size > 0) fail({ reason: 'chunksMissing', count: missing.size });",
    '',
  ]),
  inServer('pages-end-inside-commits', 'domain/journal-page.ts', [
    'const cut = rows.findIndex((row) => row.firstSeq === beyond.firstSeq);',
    'const cut = limit;',
  ]),
  inServer('listings-leave-out-an-entry', 'use-cases/tree/list-tree.ts', [
    'const last = entries.at(-1);',
    'const last = rows.at(-1);',
  ]),
];
