import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect } from 'vitest';
import { tableShapes } from '../adapters/database/table-shapes.ts';
import { openFolderSource } from '../adapters/export-folder/folder-source.ts';
import { folderTarget } from '../adapters/export-folder/folder-target.ts';
import type { MoveSource, MoveSummary, MoveTarget } from '../ports/moving.ts';
import { liveSource } from '../use-cases/moving/live-source.ts';
import { everythingTarget } from '../use-cases/moving/live-target.ts';
import { move } from '../use-cases/moving/move.ts';
import type { MoveWatch } from '../use-cases/moving/move-watch.ts';
import type { FilledWorld } from './moving-world.ts';
import { allRows, fillWorld, livePorts, quietWatch } from './moving-world.ts';
import type { ServerWorld } from './server-world.ts';
import { makeServerWorld } from './server-world.ts';

type Moving = Promise<MoveSummary | null>;
interface Ends {
  readonly source: MoveSource;
  readonly target: MoveTarget;
}

/** A server that is full, one that is empty, and a folder between them. */
export class MovingBench {
  readonly filled: FilledWorld;
  readonly other: ServerWorld;
  /** Not there yet. */
  readonly folder: string;

  private constructor(filled: FilledWorld, other: ServerWorld, folder: string) {
    this.filled = filled;
    this.other = other;
    this.folder = folder;
  }

  static async make(): Promise<MovingBench> {
    const filled = await fillWorld(await makeServerWorld());
    const top = await mkdtemp(join(tmpdir(), 'tidesync-export-'));
    return new MovingBench(filled, await makeServerWorld(), join(top, 'out'));
  }

  get world(): ServerWorld {
    return this.filled.world;
  }

  run(ends: Ends, watch = quietWatch(), acceptDamaged = false): Moving {
    return move({ ...ends, shapes: tableShapes, watch, acceptDamaged });
  }
  toFolder(): MoveTarget {
    return folderTarget({ folder: this.folder, shapes: tableShapes, nowMs: () => 1 });
  }
  fromFolder(): Promise<MoveSource> {
    return openFolderSource(this.folder, tableShapes);
  }
  everything(): MoveSource {
    return liveSource(livePorts(this.world), { kind: 'everything' });
  }

  exportAll(watch?: MoveWatch, acceptDamaged?: boolean): Moving {
    return this.run({ source: this.everything(), target: this.toFolder() }, watch, acceptDamaged);
  }
  async importAll(watch?: MoveWatch, acceptDamaged?: boolean): Moving {
    const ends = { source: await this.fromFolder(), target: everythingTarget(livePorts(this.other)) };
    return this.run(ends, watch, acceptDamaged);
  }
  moveAcross(watch?: MoveWatch): Moving {
    const ends = { source: this.everything(), target: everythingTarget(livePorts(this.other)) };
    return this.run(ends, watch);
  }

  async expectSame(): Promise<void> {
    expect(await allRows(this.other)).toEqual(await allRows(this.world));
    expect(objectsOf(this.other)).toEqual(objectsOf(this.world));
    for (const key of objectsOf(this.world)) {
      expect(await this.other.objects.read(key as never)).toEqual(
        await this.world.objects.read(key as never),
      );
    }
  }

  async stop(): Promise<void> {
    await this.world.stop();
    await this.other.stop();
    await rm(dirname(this.folder), { recursive: true, force: true });
  }
}

export const objectsOf = (of: ServerWorld) => of.objects.keys().toSorted();

/** Stops a move when it has made so many steps. */
export function stopAfter(steps: number): MoveWatch {
  const told = new AbortController();
  let left = steps;
  return {
    ...quietWatch(told.signal),
    progress: () => {
      left -= 1;
      if (left <= 0) told.abort();
    },
  };
}
