import { fileRevision } from '@tidesync/shared/chunk-list';
import type { ContentId, EntryId } from '@tidesync/shared/ids';
import { sameStamp } from '../core/entry.ts';
import { localPathOf } from '../core/path-of.ts';
import { isDiskError } from '../ports/disk.ts';
import { hangsOnTop } from './broken-tree.ts';
import type { Jobs } from './jobs.ts';
import type { RootParts } from './root-parts.ts';
import type { Uploader, UploadFile } from './transfer/upload-types.ts';
import type { TroubleBook } from './trouble-book.ts';

/** Contents whose files go into one call of the uploader. */
const CONTENTS_PER_CALL = 100;
/** Files tried for one content; all of them hold the same bytes, or should. */
const FILES_PER_CONTENT_MAX = 16;
/** A million contents; what comes behind has its turn the next time. */
const PAGES_MAX = 1_000;
/** What nobody had is looked for again that much later, or as soon as something else is wanted. */
const LOOK_AGAIN_AFTER_MS = 10 * 60_000;

export interface HealingParts {
  readonly jobs: Jobs;
  readonly troubles: TroubleBook;
  readonly uploader: Uploader;
}
type Ports = Pick<RootParts, 'record' | 'journal' | 'server' | 'cutter' | 'clock' | 'sha256' | 'log'>;

/**
 * Sends contents again that the server has lost and this device has, beside the loop. It changes neither files nor what
 * is known of them: whatever is not what was agreed on is left to scans and checks.
 */
export class Healing {
  readonly #parts: HealingParts;
  #wanted = 0;
  #lookedAtMs = Number.NEGATIVE_INFINITY;
  #isRunning = false;

  constructor(parts: HealingParts) {
    this.#parts = parts;
  }

  /** The server has said how many contents it wants. */
  learned(ports: Ports, { wanted, mayWrite }: { readonly wanted: number; readonly mayWrite: boolean }): void {
    const before = this.#wanted;
    this.#wanted = wanted;
    // Something is there again, perhaps what a download waits for.
    if (wanted < before) this.#parts.troubles.tryAllNow();
    if (wanted === 0 || !mayWrite || this.#isRunning) return;
    const nowMs = ports.clock.monotonicMs();
    if (wanted === before && nowMs - this.#lookedAtMs < LOOK_AGAIN_AFTER_MS) return;
    this.#lookedAtMs = nowMs;
    this.#isRunning = true;
    this.#parts.jobs.start('upload', [], (signal) =>
      this.#heal(ports, signal).finally(() => {
        this.#isRunning = false;
      }),
    );
  }

  async #heal(ports: Ports, signal: AbortSignal): Promise<void> {
    let [sent, asked] = [0, 0];
    let after: ContentId | null = null;
    for (let pages = 0; pages < PAGES_MAX; pages++) {
      signal.throwIfAborted();
      const page: Awaited<ReturnType<typeof ports.server.wanted>> = await ports.server.wanted(
        ports.record.libraryId,
        after,
      );
      for (let at = 0; at < page.contentIds.length; at += CONTENTS_PER_CALL) {
        const part = page.contentIds.slice(at, at + CONTENTS_PER_CALL);
        asked += part.length;
        sent += await this.#send(ports, part, signal);
      }
      after = page.next;
      if (after === null) break;
    }
    ports.log(
      `The server has lost ${asked} contents of ${ports.record.path}; ${sent} of them were sent again.`,
    );
  }

  /** How many of these contents the server has again. */
  async #send(ports: Ports, contentIds: readonly ContentId[], signal: AbortSignal): Promise<number> {
    let open = contentIds.map((contentId) => ({
      contentId,
      ids: ports.journal.baseByContent(contentId, FILES_PER_CONTENT_MAX),
    }));
    const sent = new Set<ContentId>();
    while (open.length > 0) {
      const files: UploadFile[] = [];
      for (const { contentId, ids } of open) {
        const id = ids.shift();
        const file = id === undefined ? null : await fileOf(ports, { id, contentId, signal });
        if (file !== null) files.push(file);
      }
      const outcomes = files.length === 0 ? [] : await this.#parts.uploader.upload(files, signal);
      files.forEach(({ contentId }, index) => {
        if (outcomes[index]?.is === 'staged') sent.add(contentId);
      });
      open = open.filter(({ contentId, ids }) => ids.length > 0 && !sent.has(contentId));
    }
    return sent.size;
  }
}

interface Wanted {
  readonly id: EntryId;
  readonly contentId: ContentId;
  readonly signal: AbortSignal;
}

/** The file of an entry, if it should hold that content now. Rejects with the signal's reason. */
async function fileOf(ports: Ports, { id, contentId, signal }: Wanted): Promise<UploadFile | null> {
  const { journal, cutter, sha256 } = ports;
  const { local } = journal.get(id);
  if (local.is === 'absent' || local.body.kind !== 'file' || local.body.contentId !== contentId) return null;
  if (!hangsOnTop(journal, local)) return null;
  const path = localPathOf(journal, id);
  if (path === null) return null;
  const { stamp } = local;
  const known = journal.chunksOf(contentId);
  if (known !== null) return { path, contentId, chunks: known, stamp };
  // It came from another device, so that nobody has cut it here yet.
  try {
    const result = await cutter.cut(path, signal);
    if (result.is === 'changed' || !sameStamp(result.node.stamp, stamp)) return null;
    const { chunks } = result;
    const isIt = fileRevision(chunks, sha256).revision.contentId === contentId;
    return isIt ? { path, contentId, chunks, stamp } : null;
  } catch (error) {
    if (isDiskError(error)) return null;
    throw error;
  }
}
