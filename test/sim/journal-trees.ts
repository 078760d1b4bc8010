import type { LocalState, RemoteState, Triple } from '@tidesync/engine/core/entry';
import type { RootJournal } from '@tidesync/engine/ports/journal';
import type { EntryId } from '@tidesync/shared/ids';
import type { Node } from './tree-law.ts';
import { isSame, TreeLaw } from './tree-law.ts';

const watched = new Set<keyof RootJournal>(['transaction', 'set', 'rename', 'forgetTrees']);

export interface JournalTreesParts {
  readonly device: string;
  /** Whether the remote tree is the server's of one moment: an answer may tell of one entry before the others. */
  readonly isCurrent: () => boolean;
  readonly broken: (error: unknown) => void;
}

/**
 * I10 in the local and the remote tree of one journal, after every transaction that writes them. What is agreed on has
 * no such law: entry by entry, it is of many moments.
 */
export class JournalTrees {
  readonly #parts: JournalTreesParts;
  readonly #journal: RootJournal;
  #local: TreeLaw;
  #remote: TreeLaw;
  #depth = 0;
  /** A transaction has ended without its records. */
  #isUnknown = true;

  constructor(journal: RootJournal, parts: JournalTreesParts) {
    this.#journal = journal;
    this.#parts = parts;
    this.#local = this.#lawOf('local');
    this.#remote = this.#lawOf('remote');
  }

  /** The journal's own method, looked at if it writes trees. */
  method(key: keyof RootJournal): unknown {
    const value = this.#journal[key];
    if (!watched.has(key)) return value;
    return (...args: unknown[]) => this.#do(key, args, value as (...given: unknown[]) => unknown);
  }

  /** That what was looked at by its records alone is what the journal holds, and that all of it is a tree. */
  checkWhole(): void {
    const [local, remote] = [this.#local, this.#remote];
    const wasKnown = !this.#isUnknown;
    this.#readAnew();
    if (wasKnown) {
      this.#requireSame('local', local, this.#local);
      this.#requireSame('remote', remote, this.#remote);
    }
    this.#judge();
  }

  #do(key: keyof RootJournal, args: unknown[], write: (...given: unknown[]) => unknown): unknown {
    this.#depth++;
    try {
      const result = write.apply(this.#journal, args);
      this.#note(key, args);
      return result;
    } catch (error) {
      this.#isUnknown = true;
      throw error;
    } finally {
      this.#depth--;
      if (this.#depth === 0) this.#look();
    }
  }

  #note(key: keyof RootJournal, args: unknown[]): void {
    if (key === 'forgetTrees') this.#isUnknown = true;
    else if (key === 'set') this.#put(args[0] as EntryId, args[1] as Triple);
    else if (key === 'rename' && args[0] !== args[1]) {
      const [from, to] = args as [EntryId, EntryId];
      for (const id of [from, to]) this.#put(id, this.#journal.get(id));
      for (const law of [this.#local, this.#remote]) law.reparent(from, to);
    }
  }

  #put(id: EntryId, { local, remote }: Triple): void {
    this.#local.put(id, localNode(local));
    this.#remote.put(id, remoteNode(remote));
  }

  #look(): void {
    try {
      if (this.#isUnknown) this.#readAnew();
      this.#judge();
    } catch (error) {
      this.#parts.broken(error);
    }
  }

  #judge(): void {
    this.#local.check();
    if (this.#remote.isTouched && this.#parts.isCurrent()) this.#remote.check();
  }

  #readAnew(): void {
    this.#isUnknown = false;
    this.#local = this.#lawOf('local');
    this.#remote = this.#lawOf('remote');
    for (const id of this.#journal.allIds()) this.#put(id, this.#journal.get(id));
  }

  #lawOf(tree: 'local' | 'remote'): TreeLaw {
    return new TreeLaw(`the ${tree} tree of ${this.#parts.device}`, this.#journal.topId);
  }

  #requireSame(tree: string, noted: TreeLaw, held: TreeLaw): void {
    for (const id of new Set([...noted.nodes.keys(), ...held.nodes.keys()]))
      if (!isSame(noted.nodes.get(id) ?? null, held.nodes.get(id) ?? null))
        throw new Error(
          `the ${tree} tree of ${this.#parts.device} was written without being looked at: ${id}`,
        );
  }
}

function localNode(local: LocalState): Node | null {
  if (local.is === 'absent') return null;
  const { parentId, localName, body } = local;
  return { parentId, name: localName, isFolder: body.kind === 'folder' };
}

function remoteNode(remote: RemoteState): Node | null {
  if (remote.is === 'absent') return null;
  const { parentId, name, body } = remote;
  return { parentId, name, isFolder: body.kind === 'folder' };
}
