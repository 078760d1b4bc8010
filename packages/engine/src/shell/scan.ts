import type { EntryId } from '@tidesync/shared/ids';
import { limits } from '@tidesync/shared/limits';
import type { EntryName, RelPath } from '@tidesync/shared/names';
import {
  isWithin,
  joinPath,
  lastName,
  nameFault,
  OWN_FOLDER,
  parentPath,
  segments,
  TOP,
} from '@tidesync/shared/names';
import { localEqualsBase } from '../core/entry.ts';
import type { IgnoreRules } from '../core/ignore-rules.ts';
import { localPathOf } from '../core/path-of.ts';
import type { PathTrouble } from '../core/trouble.ts';
import type { DiskFault, DiskNode, ListedNode } from '../ports/disk.ts';
import { isDiskError } from '../ports/disk.ts';
import { identify } from './identify.ts';
import type { Absence, Seen } from './observe.ts';
import { detach, localStateOf, markAbsent } from './observe.ts';
import type { OpenParts } from './root-parts.ts';
import { newEntryId } from './root-parts.ts';
import type { Reach } from './work-list.ts';

/** What a scan found out beside the local tree, which it wrote to the journal. */
export interface ScanReport {
  /** Folders that could not be listed, and what a volume covers: what is in them is unknown, not absent. */
  readonly unknown: ReadonlySet<EntryId>;
  /** Of these, the folders that could not be listed. */
  readonly unlisted: ReadonlySet<EntryId>;
  /** Everything was to be looked at. */
  readonly isWhole: boolean;
  /** Folders that were listed whole. */
  readonly listed: ReadonlySet<EntryId>;
  /** The same, each with how many milliseconds that took. */
  readonly listedPaths: ReadonlyMap<RelPath, number>;
  readonly troubles: ReadonlyMap<RelPath, PathTrouble>;
  /** Entries that were there until now. */
  readonly absent: readonly Absence[];
  /** Of the detached folders, those that hold nothing but ignored files still. */
  readonly detached: ReadonlySet<RelPath>;
}

export interface ScanRequest {
  readonly folders: ReadonlyMap<RelPath, Reach> | 'all';
  readonly ignore: IgnoreRules;
  /** Folders deleted elsewhere that stay here for ignored files inside. */
  readonly detached: ReadonlySet<RelPath>;
  /** What the server has in folders that are left out on this device. */
  readonly isExcluded: (id: EntryId) => boolean;
  /** What earlier scans could not look into: it is looked into as soon as it is seen. */
  readonly unknown: ReadonlySet<EntryId>;
  readonly signal: AbortSignal;
}

interface Task {
  readonly id: EntryId;
  readonly path: RelPath;
  /** Whether folders below that were known before are walked too. */
  readonly deep: boolean;
}

/**
 * Looks at folders (or at everything) and brings the local tree of the journal up to what the disk shows.
 * A folder's listing is applied whole or not at all; what cannot be listed is reported as unknown.
 */
export async function scan(parts: OpenParts, request: ScanRequest): Promise<ScanReport> {
  return new Scan(parts, request).run();
}

class Scan {
  readonly #parts: OpenParts;
  readonly #request: ScanRequest;
  readonly #tasks: Task[] = [];
  readonly #unknown = new Set<EntryId>();
  readonly #unlisted = new Set<EntryId>();
  readonly #listed = new Set<EntryId>();
  readonly #listedPaths = new Map<RelPath, number>();
  readonly #troubles = new Map<RelPath, PathTrouble>();
  readonly #absent: Absence[] = [];
  /** Folders that an entry was found to have left, and that were not listed since. */
  readonly #left = new Set<EntryId>();
  readonly #repeated = new Set<EntryId>();
  /** A folder was found elsewhere than before, or gone: so may be what is still to be looked at. */
  #hasMoved = false;
  readonly #stillDetached: Set<RelPath>;
  #device = '';

  constructor(parts: OpenParts, request: ScanRequest) {
    this.#parts = parts;
    this.#request = request;
    this.#stillDetached = new Set(request.detached);
  }

  async run(): Promise<ScanReport> {
    this.#device = (await this.#parts.disk.root()).device;
    this.#begin();
    for (let task = this.#next(); task !== null; task = this.#next()) {
      this.#request.signal.throwIfAborted();
      await this.#folder(task);
    }
    return {
      unknown: this.#unknown,
      unlisted: this.#unlisted,
      isWhole: this.#request.folders === 'all',
      listed: this.#listed,
      listedPaths: this.#listedPaths,
      troubles: this.#troubles,
      absent: this.#absent,
      detached: this.#stillDetached,
    };
  }

  #begin(): void {
    const { folders } = this.#request;
    const { journal } = this.#parts;
    if (folders === 'all') this.#tasks.push({ id: journal.topId, path: TOP, deep: true });
    else
      for (const [folder, reach] of folders) {
        const known = this.#nearestKnown(folder);
        this.#tasks.push({ ...known, deep: reach === 'tree' && known.path === folder });
      }
  }

  /** A folder that was found elsewhere meanwhile is looked into there, not at its old path. */
  #next(): Task | null {
    for (;;) {
      if (this.#tasks.length === 0) this.#lookAgain();
      const task = this.#tasks.pop();
      if (task === undefined) return null;
      if (!this.#hasMoved || localPathOf(this.#parts.journal, task.id) === task.path) return task;
    }
  }

  /** What has the name that a moved entry had before may have passed for that entry until it was found (S41). */
  #lookAgain(): void {
    for (const id of this.#left) {
      const path = localPathOf(this.#parts.journal, id);
      if (path !== null) this.#tasks.push({ id, path, deep: false });
    }
    this.#left.clear();
  }

  /** A hint may name a folder that is not known yet: the nearest one above it shows it as new. */
  #nearestKnown(folder: RelPath): Task {
    const { journal } = this.#parts;
    let id = journal.topId;
    let path = TOP;
    for (const name of segments(folder)) {
      const next = journal.localByDiskName(id, name);
      const known = next === null ? null : journal.get(next).local;
      if (next === null || known?.is !== 'present' || known.body.kind !== 'folder') break;
      id = next;
      path = joinPath(path, name);
    }
    return { id, path, deep: false };
  }

  async #folder(task: Task): Promise<void> {
    const startedMs = this.#parts.clock.monotonicMs();
    let nodes: ListedNode[];
    try {
      nodes = await this.#parts.disk.list(task.path);
    } catch (error) {
      this.#notListed(task, error);
      return;
    }
    if (!(await this.#isOnVolume(task))) return;
    this.#forgetDetached(task, nodes);
    const usable = nodes.filter((listed) => this.#isUsable(task, listed));
    const seen: Seen[] = [];
    for (const { name, node } of usable) {
      const path = joinPath(task.path, name as EntryName);
      if (node.kind === 'folder' && (await this.#staysDetached(task, path))) continue;
      const target = node.kind === 'symlink' ? await this.#target(path) : null;
      if (node.kind !== 'symlink' || target !== null) {
        seen.push({ parentId: task.id, localName: name as EntryName, node, target });
      } else if (!this.#troubles.has(path) && !this.#repeated.has(task.id)) {
        // Gone since it was listed, which no listing has shown yet (S15): this one is repeated, once.
        this.#repeated.add(task.id);
        this.#tasks.push(task);
        return;
      }
    }
    const identities = await identify(this.#parts, seen);
    this.#parts.journal.transaction(() => this.#apply(task, nodes, identities));
    this.#listed.add(task.id);
    this.#listedPaths.set(task.path, this.#parts.clock.monotonicMs() - startedMs);
  }

  /**
   * What is mounted over a folder shows other things under its path, and says nothing of those below (S50). That it is
   * another volume tells the folder above; which may have been listed long before it was mounted.
   */
  async #isOnVolume({ path }: Task): Promise<boolean> {
    if (path === TOP) return true;
    const node = await this.#parts.disk.look(path).catch((error) => {
      if (!isDiskError(error)) throw error;
      return null;
    });
    if (node === null || node.device === this.#device) return true;
    this.#tasks.push({ ...this.#nearestKnown(parentPath(path)), deep: false });
    return false;
  }

  /** Gone or replaced: the folder above tells. Anything else leaves what is inside unknown. */
  #notListed({ id, path }: Task, error: unknown): void {
    if (!isDiskError(error)) throw error;
    const vanished = isDiskError(error, 'missing', 'notFolder', 'linkedParent') && path !== TOP;
    if (vanished) {
      this.#tasks.push({ ...this.#nearestKnown(parentPath(path)), deep: false });
      return;
    }
    this.#unknown.add(id);
    this.#unlisted.add(id);
    this.#troubles.set(path, { code: UNLISTED[error.fault] ?? 'ioError' });
  }

  /** A folder that only ignored files keep here is not new, until something is put into it, or it is made there. */
  async #staysDetached({ id }: Task, path: RelPath): Promise<boolean> {
    if (!this.#request.detached.has(path)) return false;
    const there = this.#parts.journal.remoteAt(id, lastName(path));
    const isWanted = there !== null && !this.#request.isExcluded(there);
    if (isWanted || (await this.#holdsSyncable(path))) {
      this.#stillDetached.delete(path);
      return false;
    }
    return true;
  }

  /** Those that are gone: a folder that is made there later is like any other. */
  #forgetDetached({ path }: Task, nodes: readonly ListedNode[]): void {
    if (this.#request.detached.size === 0) return;
    const depth = path === TOP ? 0 : segments(path).length;
    const names = new Set(nodes.map(({ shown }) => shown));
    for (const one of this.#request.detached) {
      const name = segments(one)[depth];
      if (isWithin(one, path) && name !== undefined && !names.has(name)) this.#stillDetached.delete(one);
    }
  }

  async #holdsSyncable(folder: RelPath): Promise<boolean> {
    const nodes = await this.#parts.disk.list(folder).catch(() => []);
    for (const { shown, node } of nodes) {
      const path = joinPath(folder, shown as EntryName);
      if (this.#request.ignore.isIgnored(path, node.kind === 'folder')) continue;
      if (node.kind !== 'folder' || (await this.#holdsSyncable(path))) return true;
    }
    return false;
  }

  async #target(path: RelPath): Promise<string | null> {
    try {
      const target = await this.#parts.disk.readLink(path);
      if (target !== '') return target;
      this.#troubles.set(path, { code: 'ioError' });
    } catch (error) {
      if (!isDiskError(error)) throw error;
      if (!isDiskError(error, 'missing')) this.#troubles.set(path, { code: 'unreadable' });
    }
    return null;
  }

  /** Whether the node is something that is synced; says why not where a person should know. */
  #isUsable({ path: folder }: Task, { name, shown, node }: ListedNode): boolean {
    const path = joinPath(folder, shown as EntryName);
    if (folder === TOP && name === OWN_FOLDER) return false;
    if (this.#request.ignore.isIgnored(path, node.kind === 'folder')) return false;
    const trouble = troubleOf(name, node, this.#device) ?? depthTrouble(path);
    if (trouble !== null) this.#troubles.set(path, trouble);
    return trouble === null;
  }

  #apply(
    task: Task,
    nodes: readonly ListedNode[],
    identities: ReadonlyMap<Seen, EntryId | 'new' | 'halfMoved'>,
  ): void {
    const { journal } = this.#parts;
    this.#left.delete(task.id);
    const vanished = new Set(journal.localChildren(task.id));
    for (const [seen, identity] of identities) {
      if (identity === 'halfMoved') continue;
      const id = identity === 'new' ? newEntryId(this.#parts.random) : identity;
      vanished.delete(id);
      this.#observe(task, seen, id);
    }
    if (vanished.size === 0) return;
    const byName = new Map(nodes.map((listed) => [listed.name, listed.node]));
    for (const id of vanished) this.#notSeen(task, id, byName);
  }

  #observe(task: Task, seen: Seen, id: EntryId): void {
    const { journal, rules } = this.#parts;
    const path = joinPath(task.path, seen.localName);
    const triple = journal.get(id);
    const { local } = triple;
    const isPlace =
      local.is === 'present' && local.parentId === seen.parentId && local.localName === seen.localName;
    // Another folder that was put here under the old name holds other things, though nothing in it has changed.
    const wasHere = isPlace && local.stamp.inode === seen.node.stamp.inode;
    if (local.is === 'present' && !isPlace) {
      if (local.parentId !== task.id) this.#left.add(local.parentId);
      if (seen.node.kind === 'folder') this.#hasMoved = true;
    }
    const now = localStateOf(seen, triple, rules);
    const { base } = triple;
    if (base === null || !localEqualsBase(local, base) || !localEqualsBase(now, base))
      journal.set(id, { ...triple, local: now });
    const isNews = !wasHere || this.#request.unknown.has(id);
    if (seen.node.kind === 'folder' && (task.deep || isNews)) this.#tasks.push({ id, path, deep: true });
  }

  /** Not in the listing: masked, there but unusable, or gone. */
  #notSeen(task: Task, id: EntryId, byName: ReadonlyMap<string | null, DiskNode>): void {
    const { journal } = this.#parts;
    const { local, base } = journal.get(id);
    if (local.is === 'absent' || local.parentId !== task.id) return; // moved elsewhere by an earlier observation
    const path = joinPath(task.path, local.localName);
    if (this.#request.ignore.isIgnored(path, local.body.kind === 'folder')) {
      detach(journal, id);
      return;
    }
    const there = byName.get(local.localName);
    const unusable = there !== undefined && this.#troubles.has(path);
    if (unusable && base !== null && there.kind === local.body.kind) this.#unknown.add(id);
    else {
      if (local.body.kind === 'folder') this.#hasMoved = true;
      this.#absent.push(...markAbsent(journal, id, { folder: task.id, above: null }));
    }
  }
}

/** What keeps a folder from being listed; any other fault is the disk's. */
const UNLISTED: Partial<Record<DiskFault, 'unreadable' | 'tooManyOpen'>> = {
  denied: 'unreadable',
  tooManyOpen: 'tooManyOpen',
};

function troubleOf(name: string | null, node: DiskNode, device: string): PathTrouble | null {
  if (name === null) return { code: 'notUnicode' };
  const fault = nameFault(name);
  if (fault !== null) return { code: 'badName', fault };
  if (node.kind === 'other') return { code: 'specialFile' };
  if (node.kind === 'folder' && node.device !== device) return { code: 'otherVolume' };
  return null;
}

function depthTrouble(path: RelPath): PathTrouble | null {
  return segments(path).length > limits.pathDepthMax ? { code: 'tooDeep' } : null;
}
