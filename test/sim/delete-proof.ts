import type { BaseEntry, Stamp, Triple } from '@tidesync/engine/core/entry';
import { localEntryAt } from '@tidesync/engine/core/path-of';
import type { ListedNode } from '@tidesync/engine/ports/disk';
import type { RootJournal, SentCommit } from '@tidesync/engine/ports/journal';
import type { EntryId } from '@tidesync/shared/ids';
import type { RelPath } from '@tidesync/shared/names';
import { shortened } from './disk-guards.ts';
import { Violation } from './violation.ts';

interface Listing {
  readonly atMs: number;
  /** Names with which file or folder they are of. */
  readonly names: ReadonlySet<string>;
}

/** Between the two looks that prove an absence, at least: programs delete a file and make it again. */
const PROOF_MS = 490;
const LISTINGS_MAX = 60;

/** I4: each delete that a device sends was twice seen to be one, in listings of the folder without an error. */
export class DeleteProof {
  readonly #device: string;
  readonly #journal: RootJournal;
  readonly #nowMs: () => number;
  readonly #listings = new Map<EntryId, Listing[]>();
  readonly #proved = new Set<EntryId>();

  constructor(device: string, journal: RootJournal, nowMs: () => number) {
    this.#device = device;
    this.#journal = journal;
    this.#nowMs = nowMs;
  }

  listed(folder: RelPath, nodes: readonly ListedNode[]): void {
    const id = localEntryAt(this.#journal, folder);
    if (id === null) return;
    const names = new Set(nodes.map(({ shown, node }) => nameOf(shown, node.stamp)));
    this.#listings.set(id, [
      ...(this.#listings.get(id) ?? []).slice(1 - LISTINGS_MAX),
      { atMs: this.#nowMs(), names },
    ]);
  }

  /** Before the journal takes over what is known of an entry. */
  noted(id: EntryId, { base, local }: Triple): void {
    if (local.is === 'present') this.#proved.delete(id);
    else if (local.confirmed && base !== null && !this.#proved.has(id)) this.#prove(id, base);
  }

  /** Before a commit is sent. */
  sent({ ops }: SentCommit): void {
    for (const { op, local } of ops)
      if (op.op === 'delete' && (local.is === 'present' || !local.confirmed))
        throw new Violation(
          'I4',
          `${this.#device} sends a delete of ${op.entryId}, which it has not seen go`,
        );
  }

  #prove(id: EntryId, base: BaseEntry): void {
    this.#proved.add(id);
    let gone = placeOf(base);
    const runs = [this.#lackOf(gone)];
    const { topId } = this.#journal;
    while (gone.folder !== topId && this.#journal.get(gone.folder).local.is === 'absent') {
      const above = this.#journal.get(gone.folder).base;
      // Where the folder above was is not known any more.
      if (above === null) return;
      gone = placeOf(above);
      runs.push(this.#lackOf(gone));
    }
    const forMs =
      Math.max(...runs.map(({ untilMs }) => untilMs)) - Math.min(...runs.map(({ sinceMs }) => sinceMs));
    if (forMs >= PROOF_MS) return;
    throw new Violation(
      'I4',
      `${this.#device} takes ${shortened(gone.name)} for deleted, which listings lacked for ${Math.round(forMs)} ms`,
    );
  }

  #lackOf({ folder, name }: Place): Run {
    return longestLack(this.#listings.get(folder) ?? [], name);
  }
}

interface Place {
  readonly folder: EntryId;
  readonly name: string;
}
function placeOf({ parentId, localName, stamp }: BaseEntry): Place {
  return { folder: parentId, name: nameOf(localName, stamp) };
}
/** Disks use the numbers of deleted files again. */
function nameOf(name: string, { inode, birthtimeNs }: Stamp): string {
  return `${name} of ${inode}, born ${birthtimeNs}`;
}

interface Run {
  readonly sinceMs: number;
  readonly untilMs: number;
}
/** The longest run of listings that lack a name. Another entry may have taken it since. */
function longestLack(listings: readonly Listing[], name: string): Run {
  let longest: Run = { sinceMs: Number.POSITIVE_INFINITY, untilMs: 0 };
  let sinceMs: number | null = null;
  for (const { atMs, names } of listings) {
    if (names.has(name)) sinceMs = null;
    else sinceMs ??= atMs;
    if (sinceMs !== null && atMs - sinceMs >= longest.untilMs - longest.sinceMs)
      longest = { sinceMs, untilMs: atMs };
  }
  return longest;
}
