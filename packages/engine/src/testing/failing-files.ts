import fs, { constants, readlinkSync } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import promises from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';

export type ErrorCode = 'EIO' | 'ENOSPC' | 'EDQUOT' | 'EROFS' | 'ESTALE';

/**
 * What becomes of a call. `after`: it does its work and says that it failed, as a network disk may whose answer is
 * lost. `torn`: the same, but of what is written only a part is there.
 */
export interface FileFault {
  readonly code: ErrorCode;
  readonly extent: 'before' | 'torn' | 'after';
}

/** Every call of Node that changes a disk, as the disk of an engine makes them. */
export const CHANGING = [
  ...(['createFile', 'write', 'chmod', 'utimes', 'sync', 'closeWritten'] as const),
  ...(['mkdir', 'symlink', 'link', 'rename', 'unlink', 'rmdir', 'openToSync', 'syncFolder'] as const),
] as const;
/** And that reads one. `holdFolder` is the handle by which every path is come to. */
export const READING = [
  ...(['holdFolder', 'readdir', 'lstat', 'readlink', 'realpath', 'openForRead', 'stat', 'read'] as const),
] as const;
export type FileCall = (typeof CHANGING)[number] | (typeof READING)[number];

type Opened = 'createFile' | 'openToSync' | 'openForRead';
interface Called {
  readonly call: FileCall;
  readonly path: string;
}
type Written = [bytes: Uint8Array, from: number, length: number, position: number];
type Run<T = unknown> = (...args: unknown[]) => Promise<T>;

const NAMES = [
  ...(['readdir', 'lstat', 'readlink', 'realpath', 'mkdir', 'symlink', 'link', 'rename'] as const),
  ...(['unlink', 'rmdir'] as const),
] as const;

/** What a handle's method is called here; null: it cannot fail, or nobody asks. */
function callOn(opened: Opened, method: string): FileCall | null {
  if (method === 'sync') return opened === 'openToSync' ? 'syncFolder' : 'sync';
  if (method === 'close') return opened === 'createFile' ? 'closeWritten' : null;
  return method === 'write' ||
    method === 'chmod' ||
    method === 'utimes' ||
    method === 'stat' ||
    method === 'read'
    ? method
    : null;
}

function openedBy(flags: unknown): Opened {
  if (typeof flags !== 'number') return 'openForRead';
  if ((flags & constants.O_CREAT) !== 0) return 'createFile';
  return (flags & constants.O_DIRECTORY) !== 0 ? 'openToSync' : 'openForRead';
}

function failure({ code }: FileFault, call: FileCall): Error {
  return Object.assign(new Error(`${code}: made by a test, ${call}`), { code, syscall: call });
}

/**
 * Lets calls to the file system fail with the errors of a system, below whatever adapter makes them. Only paths below
 * one folder are concerned, by whatever handle they are named.
 */
export class FailingFiles {
  /** Asked before each call, with its path below the folder (its own: empty); null: the call is made as ever. */
  plan: ((call: FileCall, path: string) => FileFault | null) | null = null;
  readonly #folder: string;
  /** What is open, and how it was opened. */
  readonly #open = new Map<FileHandle, Opened>();
  #underWay = 0;

  /** @param folder absolute, without symlinks. */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Whether the engine waits for some call. */
  get isWaiting(): boolean {
    return this.#underWay > 0;
  }

  /** How the handles were opened that nobody has closed. */
  get open(): readonly string[] {
    return [...this.#open.values()];
  }

  /** Stands before Node's own calls until what it answers is called. */
  patch(): () => void {
    const real: Record<string, unknown> = {};
    const { openSync } = fs;
    for (const name of NAMES) {
      const run = promises[name] as unknown as Run;
      real[name] = run;
      const seen: Run = (...args) => {
        // What a symlink shall lead to may be anything; its place comes second.
        const place = name === 'symlink' ? args[1] : args[0];
        const path = this.#pathOf(place);
        return path === null ? run(...args) : this.#call({ call: name, path }, () => run(...args));
      };
      Object.assign(promises, { [name]: seen });
    }
    const open = promises.open as unknown as Run<FileHandle>;
    const opening: Run = async (...args) => {
      const path = this.#pathOf(args[0]);
      if (path === null) return open(...args);
      const opened = openedBy(args[1]);
      const closed = (made: FileHandle) => made.close();
      return this.#seen(await this.#call({ call: opened, path }, () => open(...args), closed), opened, path);
    };
    const holding = (...args: Parameters<typeof openSync>): number => {
      const path = this.#pathOf(args[0]);
      const fault = path === null ? null : this.plan?.('holdFolder', path);
      if (fault) throw failure(fault, 'holdFolder');
      return openSync(...args);
    };
    Object.assign(promises, { open: opening });
    Object.assign(fs, { openSync: holding });
    syncBuiltinESMExports();
    return () => {
      Object.assign(promises, { ...real, open });
      Object.assign(fs, { openSync });
      syncBuiltinESMExports();
    };
  }

  #call<T>({ call, path }: Called, run: () => Promise<T>, undo?: (made: T) => Promise<void>): Promise<T> {
    return this.#counted(async () => {
      const fault = this.plan?.(call, path) ?? null;
      if (fault === null) return run();
      // A handle is closed whatever its close says; one that nobody gets is closed here.
      if (fault.extent !== 'before' || call === 'closeWritten') {
        const made = await run();
        await undo?.(made);
      }
      throw failure(fault, call);
    });
  }

  async #counted<T>(run: () => Promise<T>): Promise<T> {
    this.#underWay++;
    try {
      return await run();
    } finally {
      this.#underWay--;
    }
  }

  #seen(handle: FileHandle, opened: Opened, path: string): FileHandle {
    this.#open.set(handle, opened);
    return new Proxy(handle, {
      get: (target, key) => {
        const value = Reflect.get(target, key, target) as unknown;
        if (typeof value !== 'function' || typeof key !== 'string') return value;
        const run: Run = (...args) => value.apply(target, args) as Promise<unknown>;
        const call = callOn(opened, key);
        if (key === 'close') this.#open.delete(target);
        if (call === 'write') return (...args: Written) => this.#write(path, run, args);
        return (...args: unknown[]) =>
          call === null ? this.#counted(() => run(...args)) : this.#call({ call, path }, () => run(...args));
      },
    });
  }

  #write(path: string, run: Run, [bytes, from, length, position]: Written): Promise<unknown> {
    return this.#counted(async () => {
      const fault = this.plan?.('write', path) ?? null;
      const part = fault?.extent === 'torn' ? length >> 1 : length;
      const written = fault?.extent === 'before' ? null : await run(bytes, from, part, position);
      if (fault !== null) throw failure(fault, 'write');
      return written;
    });
  }

  /** Null: it is not below the folder. */
  #pathOf(place: unknown): string | null {
    const shown = String(place);
    const held = /^\/proc\/self\/fd\/\d+/.exec(shown)?.[0];
    const whole = held === undefined ? shown : `${readlinkSync(held)}${shown.slice(held.length)}`;
    if (whole === this.#folder) return '';
    return whole.startsWith(`${this.#folder}/`) ? whole.slice(this.#folder.length + 1) : null;
  }
}
