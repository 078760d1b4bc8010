import { CHAIN_START, chainInput } from '@tidesync/shared/chain';
import type { Chain, ContentId, DeviceId, LibraryId, OpId } from '@tidesync/shared/ids';
import type { EntryState } from '@tidesync/shared/wire/entries';
import type { Store } from '../../ports/store.ts';
import type { TransferRow } from '../../ports/store-transfer.ts';
import { pagesOf } from '../moving/live-source.ts';
import { RowStream } from '../moving/row-stream.ts';
import { sha256Hex } from '../sha256-hex.ts';
import type { VerifyWatch } from './verify-watch.ts';
import { counting } from './verify-watch.ts';

/** What the journal and the current entries have to have in common. */
const STATE_COLUMNS = [
  'entryId',
  'parentId',
  'name',
  'kind',
  'contentId',
  'sizeBytes',
  'executable',
  'target',
  'mtimeMs',
  'contentSeq',
  'placeSeq',
  'attributesSeq',
] as const;
const CHANGES_PER_LOOK = 500;

/** A change with the device whose commit made it. */
export interface MadeChange {
  readonly row: TransferRow;
  readonly deviceId: DeviceId | null;
}

export interface HistoryParts {
  readonly store: Pick<Store, 'read'>;
  readonly watch: VerifyWatch;
  /** Hears what is wrong. */
  readonly tell: (says: string) => void;
  /** Sees every change, some at a time. */
  readonly each: (changes: readonly MadeChange[]) => Promise<void>;
}
export interface CheckedHistory {
  readonly commits: number;
  readonly changes: number;
  readonly entries: number;
}

interface Library {
  readonly libraryId: LibraryId;
  readonly headSeq: number;
  readonly headChain: Chain;
}

/**
 * Goes through a library's history up to its head: no seq is missing, every commit continues the chain, and the
 * current entries are what replaying the journal gives. What is committed meanwhile is left out.
 * Errors: `databaseUnavailable`.
 */
export async function checkHistory(parts: HistoryParts, row: TransferRow): Promise<CheckedHistory> {
  const library = row as unknown as Library;
  const told = counting(parts.watch, 'history', library.headSeq);
  const walk = new HistoryWalk(parts, library);
  for (let more = true; more && !parts.watch.signal.aborted; ) {
    const before = walk.changes;
    more = await walk.next();
    told.add(walk.changes - before);
  }
  await walk.close();
  if (parts.watch.signal.aborted) return { commits: walk.commits, changes: walk.changes, entries: 0 };
  walk.judgeEnd();
  const entries = await checkEntries(parts, library, walk.unended);
  return { commits: walk.commits, changes: walk.changes, entries };
}

class HistoryWalk {
  readonly #parts: HistoryParts;
  readonly #library: Library;
  readonly #commits: RowStream;
  readonly #changes: RowStream;
  #seq = 0;
  #chain: Chain = CHAIN_START;
  #isBroken = false;
  #held: TransferRow | null = null;
  #looked: MadeChange[] = [];
  commits = 0;
  changes = 0;
  /** Changes that are their entry's latest, as of the head. */
  unended = 0;

  constructor(parts: HistoryParts, library: Library) {
    this.#parts = parts;
    this.#library = library;
    const { rows } = parts.store.read;
    const { libraryId } = library;
    this.#commits = new RowStream(pagesOf(rows, { table: 'commits', libraryId }, null));
    this.#changes = new RowStream(pagesOf(rows, { table: 'changes', libraryId }, null));
  }

  /** One commit; false behind the last. */
  async next(): Promise<boolean> {
    const commit = await this.#commits.next();
    if (commit === null || (commit.firstSeq as number) > this.#library.headSeq) {
      await this.#look();
      const left = await this.#take();
      if (left !== null) this.#parts.tell(`change ${left.seq} belongs to no commit`);
      return false;
    }
    this.commits += 1;
    const rows = await this.#changesOf(commit);
    this.#follow(commit, rows);
    const deviceId = commit.deviceId as DeviceId | null;
    this.#looked.push(...rows.map((row) => ({ row, deviceId })));
    if (this.#looked.length >= CHANGES_PER_LOOK) await this.#look();
    return true;
  }

  async close(): Promise<void> {
    await this.#commits.close();
    await this.#changes.close();
  }

  judgeEnd(): void {
    const { headSeq, headChain } = this.#library;
    if (this.#seq !== headSeq) this.#parts.tell(`its commits end at ${this.#seq}, its head says ${headSeq}`);
    else if (!this.#isBroken && this.#chain !== headChain)
      this.#parts.tell('its chain does not end as its head says');
  }

  /** The next change up to the head. */
  async #take(): Promise<TransferRow | null> {
    const row = this.#held ?? (await this.#changes.next());
    this.#held = null;
    return row === null || (row.seq as number) > this.#library.headSeq ? null : row;
  }

  async #changesOf(commit: TransferRow): Promise<TransferRow[]> {
    const [firstSeq, lastSeq] = [commit.firstSeq as number, commit.lastSeq as number];
    if (firstSeq !== this.#seq + 1)
      this.#parts.tell(`commit ${firstSeq} does not follow change ${this.#seq}`);
    const found: TransferRow[] = [];
    for (let row = await this.#take(); row !== null; row = await this.#take()) {
      if ((row.seq as number) > lastSeq) {
        this.#held = row;
        break;
      }
      if (row.firstSeq !== firstSeq) this.#parts.tell(`change ${row.seq} belongs to no commit`);
      else found.push(row);
    }
    if (found.length !== lastSeq - firstSeq + 1)
      this.#parts.tell(`changes of commit ${firstSeq} are missing`);
    this.#seq = lastSeq;
    return found;
  }

  #follow(commit: TransferRow, rows: readonly TransferRow[]): void {
    const { libraryId } = this.#library;
    const { deviceId, opId, firstSeq } = commit as unknown as {
      deviceId: DeviceId;
      opId: OpId;
      firstSeq: number;
    };
    // The row has all that the chain covers under the same names.
    const changes = rows.map((row) => ({ seq: row.seq as number, state: row as unknown as EntryState }));
    const chain = sha256Hex(
      chainInput(this.#chain, { libraryId, deviceId, opId, firstSeq, changes }),
    ) as Chain;
    if (chain !== commit.chain && !this.#isBroken) {
      this.#parts.tell(`commit ${firstSeq} does not continue the one before it`);
      this.#isBroken = true;
    }
    this.#chain = commit.chain as Chain;
  }

  /** Every change is its entry's latest, or says which one comes next. */
  async #look(): Promise<void> {
    const looked = this.#looked;
    this.#looked = [];
    this.changes += looked.length;
    const { headSeq, libraryId } = this.#library;
    const ended = looked.flatMap(({ row }) => {
      const next = row.endedSeq as number | null;
      if (next === null || next > headSeq) this.unended += 1;
      return next === null || next > headSeq ? [] : [{ row, next }];
    });
    const seqs = [...new Set(ended.map(({ next }) => next))];
    const found = new Map(
      (await this.#parts.store.read.rows.changesAt(libraryId, seqs)).map((row) => [row.seq as number, row]),
    );
    for (const { row, next } of ended) {
      const follows = next > (row.seq as number) && found.get(next)?.entryId === row.entryId;
      if (!follows)
        this.#parts.tell(`change ${row.seq} names ${next} as the next of its entry, which it is not`);
    }
    await this.#parts.each(looked);
  }
}

/** The current entries against the changes that are said to have made them. */
async function checkEntries(parts: HistoryParts, library: Library, unended: number): Promise<number> {
  const { rows } = parts.store.read;
  const { libraryId, headSeq } = library;
  let [entries, moved] = [0, false];
  for await (const page of pagesOf(rows, { table: 'entries', libraryId }, null)) {
    const settled = page.filter((row) => (row.lastSeq as number) <= headSeq);
    moved ||= settled.length < page.length;
    entries += settled.length;
    const made = await rows.changesAt(
      libraryId,
      settled.map((row) => row.lastSeq as number),
    );
    const bySeq = new Map(made.map((row) => [row.seq as number, row]));
    for (const entry of settled) {
      const why = entryFault(entry, bySeq.get(entry.lastSeq as number));
      if (why !== null) parts.tell(`entry ${entry.entryId} ${why}`);
    }
  }
  // Someone commits meanwhile: which entries there were at the head cannot be told by now.
  if (!moved && entries !== unended) {
    parts.tell(`it has ${entries} entries, and its journal makes ${unended}`);
  }
  return entries;
}

function entryFault(entry: TransferRow, change: TransferRow | undefined): string | null {
  if (change === undefined) return `names change ${entry.lastSeq}, which is not there`;
  const other = STATE_COLUMNS.find((column) => entry[column] !== change[column]);
  if (other !== undefined) return `is not as change ${entry.lastSeq} left it (${other})`;
  if ((entry.deletedSeq !== null) !== change.deleted)
    return `is not as change ${entry.lastSeq} left it (deleted)`;
  return null;
}

export const contentOf = (row: TransferRow) => row.contentId as ContentId | null;

/** Whether this change gave a file the content that it names. */
export function setsContent(row: TransferRow): boolean {
  return row.contentId !== null && row.contentSeq === row.seq && row.deleted === false;
}
