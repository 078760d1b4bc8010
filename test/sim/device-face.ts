import { nodeSha256 } from '@tidesync/engine/adapters/node-environment';
import type { Disk } from '@tidesync/engine/ports/disk';
import type { Clock, Random } from '@tidesync/engine/ports/environment';
import type { EngineJournal, RootJournal, RootRecord } from '@tidesync/engine/ports/journal';
import {
  openConflicts,
  resolveConflict,
  resolvedConflicts,
  undoConflict,
} from '@tidesync/engine/shell/conflicts';
import {
  approveHeldBatch,
  heldBatches,
  showHeldBatch,
  undoHeldBatch,
} from '@tidesync/engine/shell/held-batches';
import { excludeFolder, includeFolder, selectionTreeOf } from '@tidesync/engine/shell/selection';
import type { SyncRoot } from '@tidesync/engine/shell/sync-root';
import type { RelPath } from '@tidesync/shared/names';
import { TOP } from '@tidesync/shared/names';
import type { ConflictAnswer } from '@tidesync/shared/wire/engine';
import type { SelectionTree } from '@tidesync/shared/wire/selection';
import type { Gate } from './gate.ts';

export interface FaceParts {
  readonly gate: Gate;
  readonly clock: Clock;
  readonly random: Random;
  readonly disk: Disk;
  readonly engineJournal: EngineJournal;
  readonly root: { readonly record: RootRecord; readonly journal: RootJournal; readonly running: SyncRoot };
}

/** What a person may ask of one engine process, as commands and screens do. It answers nothing once that is gone. */
export class DeviceFace {
  readonly #parts: FaceParts;

  constructor(parts: FaceParts) {
    this.#parts = parts;
  }

  get isGone(): boolean {
    return this.#parts.gate.isOver;
  }

  /** Every folder of the server, with its state here. */
  folders(): SelectionTree['folders'] {
    const below = (path: RelPath): SelectionTree['folders'] =>
      selectionTreeOf(this.#parts.root, path).folders.flatMap((one) => [
        one,
        ...(one.hasFolders ? below(one.path as RelPath) : []),
      ]);
    return below(TOP);
  }
  leaveOut = (path: RelPath) => excludeFolder(this.#parts.root, { path, dryRun: false });
  takeIn = (path: RelPath) => includeFolder(this.#parts.root, { path, dryRun: false });

  conflicts = () => openConflicts(this.#conflictParts, this.#roots);
  settledConflicts = () => resolvedConflicts(this.#conflictParts, this.#roots);
  settle = (answer: ConflictAnswer) => resolveConflict(this.#conflictParts, this.#roots, answer);
  unsettle = (conflictId: string) => undoConflict(this.#conflictParts, this.#roots, conflictId);

  heldBatches = () => heldBatches(this.#batchParts, this.#roots);
  heldBatch = (batchId: string) => showHeldBatch(this.#batchParts, this.#roots, batchId);
  approve = (batchId: string) => approveHeldBatch(this.#batchParts, this.#roots, batchId);
  undo = (batchId: string) => undoHeldBatch(this.#batchParts, this.#roots, batchId);

  get #roots() {
    return [this.#parts.root];
  }
  get #conflictParts() {
    const { clock, engineJournal } = this.#parts;
    return { clock, sha256: nodeSha256, journal: engineJournal };
  }
  get #batchParts() {
    const { clock, random, disk } = this.#parts;
    return { clock, random, sha256: nodeSha256, openDisk: () => disk };
  }
}
