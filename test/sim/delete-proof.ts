import type { BaseEntry, LocalPresent, Triple } from '@tidesync/engine/core/entry';
import { localEntryAt } from '@tidesync/engine/core/path-of';
import type { DiskNode, ListedNode } from '@tidesync/engine/ports/disk';
import type { RootJournal, SentCommit } from '@tidesync/engine/ports/journal';
import type { EntryId } from '@tidesync/shared/ids';
import type { RelPath } from '@tidesync/shared/names';
import { shortened } from './disk-guards.ts';
import { Violation } from './violation.ts';

/** One look at a folder, and what it showed. */
interface Look {
  readonly atMs: number;
  readonly shown: ReadonlySet<string>;
}

/** Where a file or folder is or was, and what tells it from another one of its name. */
interface Place {
  readonly folder: EntryId;
  readonly mark: string;
}
interface Seen extends Place {
  readonly atMs: number;
  /** When another entry was noted in its place, after a look had lacked it there: what stands there since is not it. */
  readonly succeededMs: number;
}

/** Between the two looks that prove an absence, at least: programs delete a file and make it again. */
const PROOF_MS = 490;
const LOOKS_MAX = 60;
const NEVER_SEEN = { atMs: 0, succeededMs: Infinity };

/** I4: each delete that a device sends was twice seen to be one, in listings of the folder without an error. */
export class DeleteProof {
  readonly #device: string;
  readonly #journal: RootJournal;
  readonly #nowMs: () => number;
  readonly #looks = new Map<EntryId, Look[]>();
  /** Where the engine last had each entry that it has noted; of the others base tells. */
  readonly #lastSeen = new Map<EntryId, Seen>();
  readonly #proved = new Set<EntryId>();
  /** Whose delete a person has just said yes to. */
  #answered: EntryId | null = null;

  constructor(device: string, journal: RootJournal, nowMs: () => number) {
    this.#device = device;
    this.#journal = journal;
    this.#nowMs = nowMs;
  }

  listed(folder: RelPath, nodes: readonly ListedNode[]): void {
    const id = localEntryAt(this.#journal, folder);
    if (id === null) return;
    const shown = new Set(nodes.map(({ shown: name, node }) => markOf(name, node)));
    this.#keep(id, [{ atMs: this.#nowMs(), shown }]);
  }

  /**
   * Before the journal takes over what a person has answered. An answer to a conflict takes the file away itself, and
   * notes both at once: that needs no look.
   */
  answered(id: EntryId | null): void {
    this.#answered = id;
  }

  /** Before the journal takes over what is known of an entry. */
  noted(id: EntryId, { base, local }: Triple): void {
    if (local.is === 'present') {
      this.#proved.delete(id);
      const place = placeOf(local);
      this.#succeed(id, place);
      this.#lastSeen.set(id, { ...place, atMs: this.#nowMs(), succeededMs: Infinity });
    } else if (id === this.#answered) this.#proved.add(id);
    else if (local.confirmed && base !== null && !this.#proved.has(id)) this.#prove(id, base);
    this.#answered = null;
  }

  /** An entry goes by another id from now on. */
  renamed(from: EntryId, to: EntryId): void {
    this.#keep(to, this.#looks.get(from) ?? []);
    this.#looks.delete(from);
    const seen = this.#lastSeen.get(from);
    if (seen !== undefined) this.#lastSeen.set(to, seen);
    this.#lastSeen.delete(from);
    for (const [id, place] of this.#lastSeen)
      if (place.folder === from) this.#lastSeen.set(id, { ...place, folder: to });
  }

  /** Before a commit is sent. */
  sent({ ops }: SentCommit): void {
    const isHolding = this.#journal.holdsDeletes();
    for (const { op, local } of ops) {
      if (op.op !== 'delete') continue;
      const told = `${this.#device} sends a delete of ${op.entryId}`;
      if (local.is === 'present' || !local.confirmed)
        throw new Violation('I4', `${told}, which it has not seen go`);
      if (isHolding && this.#journal.approvalOf(op.entryId) === null)
        throw new Violation('I4', `${told}, which nobody has said yes to, while deletes wait for a yes`);
    }
  }

  #keep(folder: EntryId, looks: readonly Look[]): void {
    const all = [...(this.#looks.get(folder) ?? []), ...looks].sort((a, b) => a.atMs - b.atMs);
    this.#looks.set(folder, all.slice(-LOOKS_MAX));
  }

  /**
   * A disk may give number, time of birth and name of what has gone to the next one: on disks with times of seconds, a
   * folder that a person removes and the engine makes anew for another entry looks the same.
   */
  #succeed(id: EntryId, place: Place): void {
    for (const [other, seen] of this.#lastSeen) {
      const isSame = other !== id && seen.folder === place.folder && seen.mark === place.mark;
      if (!isSame || seen.succeededMs < Infinity) continue;
      if (this.#looksFor(seen).some(({ atMs, isThere }) => atMs >= seen.atMs && !isThere))
        this.#lastSeen.set(other, { ...seen, succeededMs: this.#nowMs() });
    }
  }

  #prove(id: EntryId, base: BaseEntry): void {
    this.#proved.add(id);
    const gone = this.#lastSeen.get(id) ?? { ...placeOf(base), ...NEVER_SEEN };
    const lackedMs = lackedForMs(this.#looksFor(gone).filter(({ atMs }) => atMs >= gone.atMs));
    if (lackedMs >= PROOF_MS) return;
    throw new Violation(
      'I4',
      `${this.#device} takes ${shortened(gone.mark)} for deleted, which listings lacked for ${Math.round(lackedMs)} ms`,
    );
  }

  /** What each look said of it, in the order of time: whoever sees that a folder is gone sees that all in it is. */
  #looksFor(gone: Seen): Said[] {
    const said: Said[] = this.#looksAt(gone).map(({ atMs, shown }) => ({
      atMs,
      isThere: atMs < gone.succeededMs && shown.has(gone.mark),
    }));
    const { topId } = this.#journal;
    for (let { folder } = gone; folder !== topId; ) {
      const { base } = this.#journal.get(folder);
      const above = this.#lastSeen.get(folder) ?? (base === null ? null : placeOf(base));
      if (above === null) break;
      for (const { atMs, shown } of this.#looksAt(above))
        if (!shown.has(above.mark)) said.push({ atMs, isThere: false });
      folder = above.folder;
    }
    return said.sort((a, b) => a.atMs - b.atMs);
  }

  #looksAt({ folder }: Place): readonly Look[] {
    return this.#looks.get(folder) ?? [];
  }
}

interface Said {
  readonly atMs: number;
  readonly isThere: boolean;
}

/** Another file may have taken the name since, and even the number of the one that is gone. */
function markOf(name: string, { kind, stamp }: Pick<DiskNode, 'kind' | 'stamp'>): string {
  return `${name}, the ${kind} ${stamp.inode} of ${stamp.birthtimeNs}`;
}
function placeOf({ parentId, localName, body, stamp }: BaseEntry | LocalPresent): Place {
  return { folder: parentId, mark: markOf(localName, { kind: body.kind, stamp }) };
}

/** How long all looks have lacked it, up to the last one. */
function lackedForMs(said: readonly Said[]): number {
  const lacks = said.slice(said.findLastIndex(({ isThere }) => isThere) + 1);
  return (lacks.at(-1)?.atMs ?? 0) - (lacks[0]?.atMs ?? 0);
}
