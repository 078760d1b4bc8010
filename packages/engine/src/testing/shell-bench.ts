import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileRevision } from '@tidesync/shared/chunk-list';
import type { ChunkId, RootId } from '@tidesync/shared/ids';
import type { EntryName, RelPath } from '@tidesync/shared/names';
import { joinPath } from '@tidesync/shared/names';
import { fail } from '@tidesync/shared/problems';
import { nodeSha256 } from '../adapters/node-environment.ts';
import { openSqliteJournal } from '../adapters/sqlite-journal.ts';
import { sameStamp } from '../core/entry.ts';
import type { Cutter } from '../ports/cutter.ts';
import type { Disk, DiskFault, ListedNode } from '../ports/disk.ts';
import { DiskError } from '../ports/disk.ts';
import type { RootJournal, RootRecord } from '../ports/journal.ts';
import { folderIdOf, markRoot } from '../shell/root-folder.ts';
import type { RootParts } from '../shell/root-parts.ts';
import { SyncRoot } from '../shell/sync-root.ts';
import { createDownloader } from '../shell/transfer/downloader.ts';
import { UNPACED } from '../shell/transfer/pace.ts';
import { createUploader } from '../shell/transfer/uploader.ts';
import type { Call } from './around.ts';
import { around, replaced } from './around.ts';
import { askings, looks, WRITING, writes } from './bench-calls.ts';
import type { DiskModes } from './disk-modes.ts';
import type { Death } from './dying-process.ts';
import { FakeClock } from './fake-clock.ts';
import type { Choose, CrashProfile, DiskOperation } from './memory-disk.ts';
import { MemoryDisk } from './memory-disk.ts';
import { contentIdOf, LIBRARY, MemoryLibrary } from './memory-library.ts';
import { seededRandom } from './seeded-random.ts';

/** In memory where there is such a folder: the journal waits for the disk at every transaction. */
const folder = mkdtempSync(path.join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'tidesync-bench-'));
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
const { journal: engineJournal } = openSqliteJournal(path.join(folder, 'journal.db'), 0);
let roots = 0;
let lives = 0;

type MaybePromise<T> = T | Promise<T>;

/** One process that works on the root, from its start to its end. */
interface Life {
  isOver: boolean;
}

const never = () => new Promise<never>(() => undefined);
const half = (bytes: Uint8Array) => bytes.subarray(0, bytes.length >> 1);

export const at = (text: string) => text as RelPath;

/** A disk on which a person, too, writes into a file that is there. */
export type BenchDisk = Disk & Pick<MemoryDisk, 'overwrite'>;

interface BenchParts<D extends BenchDisk> {
  readonly disk: D;
  readonly clock: FakeClock;
  /** Lets everything happen that needs no clock. */
  readonly turn: () => Promise<void>;
}

/**
 * One root with a disk (in memory where nothing else is said), the real journal and a library in memory. Whoever uses
 * it moves the clock.
 */
export class ShellBench<D extends BenchDisk = MemoryDisk> {
  readonly clock = new FakeClock();
  readonly library: MemoryLibrary;
  readonly disk: D;
  readonly #turn: () => Promise<void>;
  /** Of whom tests ask; it knows no crash. */
  readonly journal: RootJournal;
  readonly log: string[] = [];
  /** Comes before every operation of the root on its disk; may work on the disk, or answer the fault to end in. */
  onDisk: ((operation: DiskOperation, path: RelPath) => MaybePromise<DiskFault | null | undefined>) | null =
    null;
  /** Comes before every write of the journal; true: its disk is full. */
  onJournal: (() => boolean) | null = null;
  /** What listings show instead: names, devices and kinds that this disk has none of. */
  onList: ((folder: RelPath, nodes: ListedNode[]) => ListedNode[]) | null = null;
  /** Changes of disk, journal and server so far; at number `crashAt` the process is gone. */
  calls = 0;
  crashAt = Number.POSITIVE_INFINITY;
  /** How far that change comes. */
  crash: Death = 'before';
  readonly record: RootRecord;
  #life: Life = { isOver: false };
  #boots = 1;
  root: SyncRoot | null = null;

  private constructor({ disk, clock, turn: turns }: BenchParts<D>, record: RootRecord) {
    this.#turn = turns;
    this.record = record;
    this.clock = clock;
    this.disk = disk;
    this.library = new MemoryLibrary(clock);
    engineJournal.putRoot(record);
    this.journal = engineJournal.openRoot(record);
  }

  /** On a disk as Linux has it, but for what `modes` say. */
  static async open(modes: Partial<DiskModes> = {}): Promise<ShellBench> {
    const clock = new FakeClock();
    return ShellBench.on({ disk: new MemoryDisk({ clock, blockBytes: 1, ...modes }), clock, turn });
  }

  static async on<D extends BenchDisk>(parts: BenchParts<D>): Promise<ShellBench<D>> {
    const { disk } = parts;
    const rootId = `00000000-0000-4000-8000-${String(++roots).padStart(12, '0')}` as RootId;
    await markRoot(disk, rootId);
    const folderId = folderIdOf(await disk.root());
    const record: RootRecord = {
      ...{ rootId, libraryId: LIBRARY, libraryName: 'L', path: disk.shownPath, folderId },
      pause: { is: 'running' },
    };
    return new ShellBench(parts, record);
  }

  /** What a root has to work with, in a process of its own. */
  parts(): RootParts {
    const life: Life = { isOver: false };
    this.#life = life;
    const disk = around<Disk>(this.disk, (call) => this.#diskCall(life, call));
    const { list } = disk;
    const shown = async (folder: RelPath) => {
      const nodes = await list(folder);
      return this.onList === null ? nodes : this.onList(folder, nodes);
    };
    const seen = replaced(disk, { list: shown });
    return {
      record: this.record,
      journal: this.#journalOf(life),
      disk: seen,
      cutter: cutterOf(disk),
      watcher: { watch: async () => ({ close: async () => undefined }) },
      server: around(this.library.sync, (call) => this.#serverCall(life, call)),
      objects: around(this.library.objects, (call) => this.#serverCall(life, call)),
      clock: this.clock,
      random: seededRandom(++lives),
      sha256: nodeSha256,
      deviceName: 'bench',
      bootId: `boot ${this.#boots}`,
      log: (line) => this.log.push(line),
    };
  }

  /** Starts the root's loop, as after a start of the engine. */
  start(parts = this.parts()): SyncRoot {
    const ports = { ...parts, libraryId: LIBRARY };
    const ends = {
      uploader: createUploader({ ...ports, pace: UNPACED, resumeKey: null }),
      downloader: createDownloader({ ...ports, pace: UNPACED }),
    };
    this.root = new SyncRoot(parts, ends, {
      changed: () => undefined,
      libraryNamed: () => undefined,
      signedOut: () => undefined,
    });
    this.root.start();
    return this.root;
  }

  /** Lets the root work until it is at rest, or gone. `ms` bounds how long the clock may go. */
  async settle(ms = 90_000): Promise<void> {
    const { root } = this;
    if (root === null) throw new Error('start the root first');
    root.rescan();
    for (let passed = 0; passed <= ms; passed += STEP_MS) {
      await this.#turn();
      if (this.isCrashed || root.isSettled()) return;
      this.clock.advance(STEP_MS);
    }
    throw new Error(
      `not settled: ${JSON.stringify({ plan: root.lastPlan, troubles: this.journal.troubles() })}`,
    );
  }

  /** Lets the root turn for that time. */
  async pass(ms: number): Promise<void> {
    for (let passed = 0; passed < ms; passed += STEP_MS) {
      await this.#turn();
      this.clock.advance(Math.min(STEP_MS, ms - passed));
    }
    await this.#turn();
  }

  get isCrashed(): boolean {
    return this.#life.isOver;
  }

  async stop(): Promise<void> {
    const { root } = this;
    this.root = null;
    if (root === null || this.isCrashed) return;
    const stopped = root.stop();
    await this.pass(STEP_MS);
    await stopped;
  }

  /** After a crash, or not: what disk and journal hold is all there is. */
  async restart(): Promise<SyncRoot> {
    await this.stop();
    this.crashAt = Number.POSITIVE_INFINITY;
    return this.start();
  }

  /** The power goes, and what of the disk was not synced is left to chance. The computer starts; no engine does. */
  cutPower(this: ShellBench, profile: CrashProfile, choose: Choose): void {
    this.#life.isOver = true;
    this.disk.powerCut(profile, choose);
    this.#boots++;
  }

  // What a person does.

  /** Writes a file in place, or a new one. */
  async write(file: string, text: string): Promise<void> {
    if ((await this.disk.look(at(file))) === null) await writeNew(this.disk, file, text);
    else await this.disk.overwrite(at(file), new TextEncoder().encode(text));
  }
  /** Writes a new file and renames it over the old one, as editors do. */
  async saveByRename(file: string, text: string): Promise<void> {
    await writeNew(this.disk, `${file}.new`, text);
    await this.disk.rename(at(`${file}.new`), at(file));
  }
  /** Every file outside `.tidesync`, with its text; folders end in `/`. */
  files(): Promise<Record<string, string>> {
    return textsOf(this.disk);
  }
  /** Whether the server has all of that, and the same bytes, and nothing else; and the journal knows it. */
  async isSynced(): Promise<boolean> {
    const files = await this.files();
    const { library, journal } = this;
    if (Object.keys(files).sort().join() !== library.paths().join()) return false;
    const same = Object.entries(files).every(([path, text]) => {
      if (path.endsWith('/')) return true;
      const { body } = library.at(path).state;
      if (body.kind === 'symlink') return text === `-> ${body.target}`;
      return body.kind === 'file' && body.contentId === contentIdOf(text);
    });
    return same && journal.countEntries().dirty === 0;
  }
  everything(): Promise<Record<string, string>> {
    return textsOf(this.disk, '');
  }

  /** What becomes of a change: it is done, as ever; or the process is gone, or goes with it. */
  #fateOf(life: Life): 'done' | 'gone' | Death {
    if (life.isOver) return 'gone';
    this.calls++;
    if (this.calls < this.crashAt) return 'done';
    this.crashAt = Number.POSITIVE_INFINITY;
    if (this.crash !== 'after') life.isOver = true;
    return this.crash;
  }
  #fateOfLook(life: Life): 'done' | 'gone' {
    return life.isOver ? 'gone' : 'done';
  }

  async #diskCall(life: Life, { key, path, args, run }: Call): Promise<unknown> {
    const operation = key as DiskOperation;
    const fate = looks.has(operation) ? this.#fateOfLook(life) : this.#fateOf(life);
    if (fate === 'gone' || fate === 'before') return never();
    const fault = await this.onDisk?.(operation, path as RelPath);
    if (fault) throw new DiskError(fault, path as RelPath);
    if (fate === 'done') return run(args);
    // A name changes whole or not at all; only what is written can be there in part.
    if (fate === 'after') await run(args).catch(() => undefined);
    else if (operation === 'write') await run([half(args[0] as Uint8Array), args[1]]);
    life.isOver = true;
    return never();
  }

  /** `torn`: the server has done it, and nobody hears the answer. */
  async #serverCall(life: Life, { key, args, run }: Call): Promise<unknown> {
    const fate = askings.has(key) ? this.#fateOf(life) : this.#fateOfLook(life);
    if (fate === 'done') return run(args);
    if (fate === 'after' || fate === 'torn') {
      await run(args).catch(() => undefined);
      life.isOver = true;
    }
    return never();
  }

  /** The journal as a root sees it; of one that is gone, every call ends at once and does nothing. */
  #journalOf(life: Life): RootJournal {
    return new Proxy(this.journal, {
      get: (journal, key: keyof RootJournal) => {
        const value = journal[key];
        if (typeof value !== 'function') return value;
        return (...args: unknown[]) => {
          const fate = writes.has(key) ? this.#fateOf(life) : this.#fateOfLook(life);
          const call = value as (...args: unknown[]) => unknown;
          if (WRITING.test(key) && this.onJournal?.())
            fail({ reason: 'ownDataFailed', path: 'journal.db', detail: 'SQLITE_FULL' });
          if (fate === 'done') return call.apply(journal, args);
          if (fate === 'after') call.apply(journal, args);
          life.isOver = true;
          return fail({ reason: 'unreachable', url: 'nowhere', detail: 'the process is gone' });
        };
      },
    });
  }
}

const STEP_MS = 250;

/** Lets everything happen that needs no clock. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

export async function writeNew(disk: Disk, file: string, text: string): Promise<void> {
  const handle = await disk.createFile(at(file));
  await handle.write(new TextEncoder().encode(text), 0);
  await handle.close();
}

interface Collected {
  readonly found: Record<string, string>;
  /** What is ours comes and goes while an engine runs. */
  readonly withOurs: boolean;
}

async function collect(disk: Disk, inside: string, { found, withOurs }: Collected): Promise<void> {
  for (const { shown, node } of await disk.list(at(inside))) {
    if (!withOurs && inside === '' && shown === '.tidesync') continue;
    const path = joinPath(at(inside), shown as EntryName);
    if (node.kind === 'folder') {
      found[`${path}/`] = '';
      await collect(disk, path, { found, withOurs });
    } else if (node.kind === 'symlink') found[path] = `-> ${await disk.readLink(path)}`;
    else found[path] = await readText(disk, path);
  }
}

export async function readText(disk: Disk, file: string): Promise<string> {
  const handle = await disk.openForRead(at(file));
  const buffer = new Uint8Array((await handle.stat()).stamp.sizeBytes);
  await handle.read(buffer, 0);
  await handle.close();
  return new TextDecoder().decode(buffer);
}

/** One chunk for each file. */
export function cutterOf(disk: Disk): Cutter {
  return {
    async cut(file, signal) {
      signal.throwIfAborted();
      const handle = await disk.openForRead(file);
      try {
        const node = await handle.stat();
        const bytes = new Uint8Array(node.stamp.sizeBytes);
        await handle.read(bytes, 0);
        if (!sameStamp(node.stamp, (await handle.stat()).stamp)) return { is: 'changed' };
        const chunks =
          bytes.length === 0 ? [] : [{ id: nodeSha256(bytes) as ChunkId, sizeBytes: bytes.length }];
        fileRevision(chunks, nodeSha256);
        return { is: 'cut', node, chunks };
      } finally {
        await handle.close();
      }
    },
  };
}

/** A disk that asks before each call; the answer may be a fault to end in. */
export function hooked<D extends Disk>(
  disk: D,
  before: (operation: DiskOperation, path: RelPath) => Promise<DiskFault | null | undefined> | Promise<void>,
): D {
  return around(disk, async ({ key, path, args, run }) => {
    const fault = await before(key as DiskOperation, path as RelPath);
    if (fault) throw new DiskError(fault, path as RelPath);
    return run(args);
  });
}

/** Every file inside a folder by its path below it, with its text; of the top folder, without what is ours. */
export async function textsOf(disk: Disk, inside?: string): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  await collect(disk, inside ?? '', { found, withOurs: inside !== undefined });
  const below = inside === undefined || inside === '' ? 0 : inside.length + 1;
  const all = Object.entries(found).map(([name, text]): [string, string] => [name.slice(below), text]);
  return Object.fromEntries(all);
}
