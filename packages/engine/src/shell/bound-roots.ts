import type { RelPath } from '@tidesync/shared/names';
import { fail } from '@tidesync/shared/problems';
import type { RootJournal, RootRecord } from '../ports/journal.ts';
import { isInside } from './bind-folder.ts';
import type { EngineParts } from './engine-parts.ts';
import type { StartedRoot } from './start-root.ts';
import type { SyncRoot } from './sync-root.ts';
import { asEntryPath } from './why.ts';

/** A folder that is bound to a library, and its loop where one runs. */
export interface Root {
  record: RootRecord;
  readonly journal: RootJournal;
  running: SyncRoot | null;
  started: StartedRoot | null;
}

/** The roots of an engine, found by any path inside them. No two overlap. */
export class BoundRoots {
  readonly #folders: EngineParts['folders'];
  #roots: readonly Root[] = [];

  constructor(folders: EngineParts['folders']) {
    this.#folders = folders;
  }

  all(): readonly Root[] {
    return this.#roots;
  }
  add(root: Root): void {
    this.#roots = [...this.#roots, root];
  }
  remove(root: Root): void {
    this.#roots = this.#roots.filter((one) => one !== root);
  }

  find(realPath: string): Root | undefined {
    return this.#roots.find(({ record }) => isInside(realPath, record.path));
  }

  /** Fails with `folderUnbound`. */
  async at(path: string): Promise<Root> {
    const real = await this.#folders.resolve(path);
    return this.find(real) ?? this.find(path) ?? fail({ reason: 'folderUnbound', path });
  }
  /** The root that a path lies in, and where in it. Fails with `folderUnbound`. */
  async below(path: string): Promise<[Root, RelPath]> {
    const root = await this.at(path);
    const real = await this.#folders.resolve(path);
    return [root, asEntryPath(real.slice(root.record.path.length))];
  }
  async named(path: string | 'all'): Promise<readonly Root[]> {
    return path === 'all' ? this.#roots : [await this.at(path)];
  }
}
