import type { RelPath } from '@tidesync/shared/names';
import type { Disk, DiskNode, ReadHandle, WriteHandle } from '../ports/disk.ts';
import { DiskError } from '../ports/disk.ts';
import type { DiskStep, EngineStep, HandleStep, PersonStep } from './disk-steps.ts';
import { isOfPerson, isOnHandle, TOLD_BEFORE_MS } from './disk-steps.ts';
import type { PersonHandle, PersonOnDisk } from './memory-person.ts';

/** What other programs do in a script. */
export type ScriptPerson = Pick<
  PersonOnDisk,
  'write' | 'append' | 'saveByRename' | 'truncate' | 'open' | 'makeOther' | 'writeUnnamed' | 'link' | 'rename'
>;

type Held =
  | { readonly by: 'reader'; readonly handle: ReadHandle }
  | { readonly by: 'writer'; readonly handle: WriteHandle }
  | { readonly by: 'person'; readonly handle: PersonHandle };

/** A disk on which a script is played, with the handles that it holds. */
export class PlayedDisk {
  readonly #disk: Disk;
  readonly #person: ScriptPerson;
  readonly #held = new Map<number, Held>();

  constructor(disk: Disk, person: ScriptPerson) {
    this.#disk = disk;
    this.#person = person;
  }

  /** What came of it: what was seen, or the fault, as text. */
  async play(step: DiskStep): Promise<string> {
    try {
      const seen = await this.#play(step);
      return typeof seen === 'string' ? seen : 'done';
    } catch (error) {
      if (error instanceof DiskError) return `fault ${error.fault}`;
      throw error;
    }
  }

  async end(): Promise<void> {
    for (const { handle } of this.#held.values()) await handle.close();
    this.#held.clear();
  }

  #play(step: DiskStep): unknown {
    if (isOnHandle(step)) return this.#playHandle(step);
    return isOfPerson(step) ? this.#playPerson(step) : this.#playEngine(step);
  }

  #playEngine(step: EngineStep): unknown {
    const disk = this.#disk;
    switch (step.do) {
      case 'list':
        return listed(disk, step.path);
      case 'look':
        return disk.look(step.path).then((node) => (node === null ? 'nothing' : summaryOf(node)));
      case 'readLink':
        return disk.readLink(step.path);
      case 'read':
        return disk
          .openForRead(step.path)
          .then(async (handle) => `${await textIn(handle)}${await handle.close()}`);
      case 'link':
      case 'rename':
        return disk[step.do](step.path, step.to);
      case 'makeSymlink':
        return disk.makeSymlink(step.path, step.target);
      case 'setAttributes':
        return disk.setAttributes(step.path, step.attributes);
      case 'openForRead':
      case 'createFile':
        return this.#open(step.do, step.path, step.handle);
      case 'makeFolder':
      case 'unlink':
      case 'removeFolder':
      case 'syncFolder':
        return disk[step.do](step.path);
    }
  }

  async #open(how: 'openForRead' | 'createFile', path: RelPath, number: number): Promise<string> {
    const held: Held =
      how === 'openForRead'
        ? { by: 'reader', handle: await this.#disk.openForRead(path) }
        : { by: 'writer', handle: await this.#disk.createFile(path) };
    return this.#hold(number, held);
  }

  async #hold(number: number, held: Held): Promise<string> {
    await this.#held.get(number)?.handle.close();
    this.#held.set(number, held);
    return 'open';
  }

  #playPerson(step: PersonStep): unknown {
    const person = this.#person;
    const bytes = new TextEncoder().encode('text' in step ? step.text : '');
    switch (step.do) {
      case 'personWrites':
        return person.write(step.path, bytes);
      case 'personAppends':
        return person.append(step.path, bytes);
      case 'personSaves':
        return person.saveByRename(step.path, bytes);
      case 'personCuts':
        return person.truncate(step.path, step.sizeBytes);
      case 'personLinks':
        return person.link(step.path, step.to);
      case 'personMoves':
        return person.rename(step.path, step.to);
      case 'personMakesOther':
        return person.makeOther(step.path);
      case 'personWritesUnnamed':
        return person.writeUnnamed(step.path, 'a\ufffd', bytes);
      case 'personOpens':
        return this.#hold(step.handle, { by: 'person', handle: person.open(step.path) });
    }
  }

  async #playHandle(step: HandleStep): Promise<unknown> {
    const held = this.#held.get(step.handle);
    if (held === undefined) return 'no such handle';
    if (step.do === 'handleCloses') {
      this.#held.delete(step.handle);
      return held.handle.close();
    }
    return held.by === 'person' ? playOfPerson(held.handle, step) : playOfEngine(held, step);
  }
}

function playOfPerson(handle: PersonHandle, step: HandleStep): unknown {
  switch (step.do) {
    case 'handleReads':
      return new TextDecoder().decode(handle.read());
    case 'handleSyncs':
      return handle.sync();
    case 'handleCuts':
      return handle.truncate(step.sizeBytes);
    case 'handleWrites':
      if (step.position === 0) return handle.append(new TextEncoder().encode(step.text));
      return handle.writeAt(new TextEncoder().encode(step.text), step.position);
    default:
      return 'not of this handle';
  }
}

async function playOfEngine(held: Exclude<Held, { by: 'person' }>, step: HandleStep): Promise<unknown> {
  if (step.do === 'handleStats') return summaryOf(await held.handle.stat());
  if (held.by === 'reader') return step.do === 'handleReads' ? textIn(held.handle) : 'not of this handle';
  switch (step.do) {
    case 'handleSyncs':
      return held.handle.sync();
    case 'handleSets':
      return held.handle.setAttributes(step.attributes);
    case 'handleWrites':
      return held.handle.write(new TextEncoder().encode(step.text), step.position);
    default:
      return 'not of this handle';
  }
}

async function listed(disk: Disk, path: RelPath): Promise<string> {
  const nodes = await disk.list(path);
  const lines = nodes.map(({ name, shown, node }) => `${name ?? UNNAMED} ${shown} ${summaryOf(node)}`);
  return lines.sort().join('\n');
}

async function textIn(handle: ReadHandle): Promise<string> {
  const buffer = new Uint8Array(20_000);
  return new TextDecoder().decode(buffer.subarray(0, await handle.read(buffer, 0)));
}

/** What two disks must agree on. Sizes and links of folders are their own business, and what time it is. */
export function summaryOf({ kind, stamp, links, executable, mtimeMs }: DiskNode): string {
  if (kind === 'folder') return kind;
  const time = kind === 'file' && mtimeMs < TOLD_BEFORE_MS ? ` of ${mtimeMs}` : '';
  return `${kind} ${stamp.sizeBytes} links ${links}${executable ? ' executable' : ''}${time}`;
}

/** Instead of what is in a file that no path leads to. */
export const UNNAMED = '(unnamed)';

export interface SeenName {
  readonly path: string;
  readonly inode: string;
  /** Of its node, and what is in it. */
  readonly summary: string;
}

/** Everything below a disk's root, in the order of paths. */
export async function everythingOn(disk: Disk, folder = '' as RelPath): Promise<SeenName[]> {
  const seen: SeenName[] = [];
  for (const { name, shown, node } of await disk.list(folder)) {
    const path = (folder === '' ? shown : `${folder}/${shown}`) as RelPath;
    const inode = `${node.device}/${node.stamp.inode}`;
    seen.push({ path, inode, summary: `${summaryOf(node)} ${await insideOf(disk, name && path, node)}` });
    if (node.kind === 'folder') seen.push(...(await everythingOn(disk, path)));
  }
  return seen.sort((a, b) => (a.path < b.path ? -1 : 1));
}

async function insideOf(disk: Disk, path: string | null, { kind }: DiskNode): Promise<string> {
  if (path === null) return UNNAMED;
  if (kind === 'symlink') return disk.readLink(path as RelPath);
  if (kind !== 'file') return '';
  const handle = await disk.openForRead(path as RelPath);
  const text = await textIn(handle);
  await handle.close();
  return text;
}

/**
 * Compares what two disks show: null if it is the same, with the same sharing of inodes among names, else what is
 * not. `pairs` has which inode of the one is which of the other and is brought up to date: one that stays on the one
 * stays on the other.
 */
export function differenceOf(one: SeenName[], other: SeenName[], pairs: Map<string, string>): string | null {
  const shown = (names: SeenName[]) => names.map(({ path, summary }) => `${path}: ${summary}`).join('\n');
  if (shown(one) !== shown(other)) return `${shown(one)}\n-- against --\n${shown(other)}`;
  const now = new Map<string, string>();
  const back = new Map<string, string>();
  for (const [at, { path, inode }] of one.entries()) {
    const twin = other[at]?.inode ?? '';
    const known = now.get(inode) ?? pairs.get(inode) ?? twin;
    if (known !== twin || (back.get(twin) ?? inode) !== inode) return `${path} is another inode`;
    now.set(inode, twin);
    back.set(twin, inode);
  }
  pairs.clear();
  for (const [inode, twin] of now) pairs.set(inode, twin);
  return null;
}
