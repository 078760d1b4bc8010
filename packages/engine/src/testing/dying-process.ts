import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import promises from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** Where in an I/O point a process is gone. `torn`: a part of what it writes is there. */
export type Death = 'before' | 'after' | 'torn';
export const DEATHS: readonly Death[] = ['before', 'torn', 'after'];

export interface Kill {
  /** The number of the I/O point, from 1. */
  readonly at: number;
  readonly death: Death;
}

/** Of node:fs/promises: what changes a file or folder. */
const CHANGES = ['rm', 'rename', 'mkdir', 'chmod', 'writeFile', 'unlink'] as const;
const HANDLE_CHANGES: ReadonlySet<string> = new Set(['writeFile', 'write', 'sync', 'truncate']);

type Call = (...args: never[]) => Promise<unknown>;

/**
 * Runs some work with real files as a process that is gone at one of its I/O points: from there on none of its calls
 * does anything, and none ends. Only changes below `folder` are its I/O points, and what goes through `point`.
 */
export class DyingProcess {
  readonly #folder: string;
  readonly #kill: Kill | null;
  /** Files that it has open; the system closes them. */
  readonly #handles = new Set<FileHandle>();
  #points = 0;
  readonly #over = Promise.withResolvers<'killed'>();
  #isOver = false;

  constructor(folder: string, kill: Kill | null) {
    this.#folder = folder;
    this.#kill = kill;
  }

  /** I/O points so far. */
  get points(): number {
    return this.#points;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** What came of it, or `killed`. */
  async run<T>(work: () => Promise<T>): Promise<T | 'killed'> {
    const restore = this.#patchFiles();
    try {
      return await Promise.race([work(), this.#over.promise]);
    } finally {
      restore();
      for (const handle of this.#handles) await handle.close();
    }
  }

  /** An I/O point of another kind, which begins at once. `torn` does a part of it. */
  async point<T>(whole: () => Promise<T>, torn: (() => unknown) | null): Promise<T> {
    if (this.#isOver) return new Promise<never>(() => undefined);
    this.#points += 1;
    const death = this.#kill?.at === this.#points ? this.#kill.death : null;
    if (death === null) return whole();
    this.#isOver = true;
    if (death === 'after') await whole().catch(() => undefined);
    if (death === 'torn') await torn?.();
    this.#over.resolve('killed');
    return new Promise<never>(() => undefined);
  }

  #patchFiles(): () => void {
    const real = new Map<string, Call>();
    const patch = (name: (typeof CHANGES)[number] | 'open', to: (call: Call) => Call) => {
      const call = promises[name] as unknown as Call;
      real.set(name, call);
      Object.assign(promises, { [name]: to(call) });
    };
    for (const name of CHANGES) {
      patch(name, (call) => (...args) => {
        if (!this.#isOurs(args[0])) return call(...args);
        return this.point(() => call(...args), null);
      });
    }
    patch('open', (call) => async (...args) => {
      if (!this.#isOurs(args[0])) return call(...args);
      const isChange = args[1] !== undefined && args[1] !== 'r';
      const opened = async () => {
        const handle = (await call(...args)) as FileHandle;
        this.#handles.add(handle);
        return this.#watched(handle);
      };
      return isChange ? this.point(opened, null) : opened();
    });
    syncBuiltinESMExports();
    return () => {
      Object.assign(promises, Object.fromEntries(real));
      syncBuiltinESMExports();
    };
  }

  #isOurs(file: unknown): boolean {
    return typeof file === 'string' && (file === this.#folder || file.startsWith(this.#folder + path.sep));
  }

  #watched(handle: FileHandle): FileHandle {
    return new Proxy(handle, {
      get: (target, key) => {
        const value = Reflect.get(target, key, target) as unknown;
        if (typeof value !== 'function' || typeof key !== 'string') return value;
        if (key === 'close') this.#handles.delete(target);
        if (!HANDLE_CHANGES.has(key)) return value.bind(target);
        return (...args: unknown[]) => {
          const [first] = args;
          const half =
            typeof first === 'string' ? () => target.writeFile(first.slice(0, first.length / 2)) : null;
          return this.point(async () => value.apply(target, args) as unknown, half);
        };
      },
    });
  }
}

/** In memory where there is such a folder: every write here waits for its disk. */
const TEMPORARY = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

/** Folders of a test, removed by `end`. */
export class TestFolders {
  readonly #made: string[] = [];

  make(): string {
    const folder = mkdtempSync(path.join(TEMPORARY, 'tidesync-killed-'));
    this.#made.push(folder);
    return folder;
  }

  /** As a process that was killed has left it; that process still holds the old one. */
  copyOf(folder: string): string {
    const copy = this.make();
    cpSync(folder, copy, { recursive: true });
    return copy;
  }

  end(): void {
    for (const folder of this.#made.splice(0)) rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * Writes into a database's log only half of what `change` adds to it: what may be on the disk of a transaction that
 * was cut off. The connection that did it must not be used any more.
 */
export function tornInLog(databaseFile: string, change: () => void): void {
  const log = `${databaseFile}-wal`;
  const before = readFileSync(log).length;
  change();
  const after = readFileSync(log);
  writeFileSync(log, after.subarray(0, before + Math.floor((after.length - before) / 2)));
}
