import { nodeSha256 } from '@tidesync/engine/adapters/node-environment';
import { syncServerOf } from '@tidesync/engine/adapters/trpc-server';
import type { RootJournal, RootRecord } from '@tidesync/engine/ports/journal';
import type { WatchHint } from '@tidesync/engine/ports/watcher';
import { folderIdOf, markRoot } from '@tidesync/engine/shell/root-folder';
import { startRoot } from '@tidesync/engine/shell/start-root';
import type { SyncRoot } from '@tidesync/engine/shell/sync-root';
import { UNPACED } from '@tidesync/engine/shell/transfer/pace';
import { MemoryDisk } from '@tidesync/engine/testing/memory-disk';
import { seededRandom } from '@tidesync/engine/testing/seeded-random';
import type { LibraryId, RootId } from '@tidesync/shared/ids';
import type { RelPath } from '@tidesync/shared/names';
import { TOP } from '@tidesync/shared/names';
import type { CommitInput, CommitOutput } from '@tidesync/shared/wire/sync';
import { CutShort } from './cut-short.ts';
import { listen } from './device-bells.ts';
import { DeviceFace } from './device-face.ts';
import { diskModes, journalFile } from './device-hardware.ts';
import { objectTransfer, serverApi } from './device-link.ts';
import { DeviceMounts, showsMounted } from './device-mounts.ts';
import type { DeviceProofs } from './device-proofs.ts';
import { deviceProofs } from './device-proofs.ts';
import { hashOf } from './dice.ts';
import { DiskGuards } from './disk-guards.ts';
import { isOwn } from './disk-texts.ts';
import type { FaultBook } from './fault-book.ts';
import { clockOf, Gate, isOfTheGone, START_MS } from './gate.ts';
import { checkTold } from './in-use.ts';
import { JournalShelf } from './journal-shelf.ts';
import { lineCutter } from './line-cutter.ts';
import { losePower } from './lose-power.ts';
import { processJournal } from './process-journal.ts';
import { mendFolders, mendRoot, spoilFolder, spoilRoot } from './root-troubles.ts';
import type { DiskKind, Fault, MeddleDeed } from './scenario.ts';
import type { Scheduler } from './scheduler.ts';
import { contentIdFor, isCurrent, liveContents } from './server-tree.ts';
import { simDisk } from './sim-disk.ts';
import type { SimServer } from './sim-server.ts';
import type { ValueLedger } from './value-ledger.ts';
import { Violation } from './violation.ts';
import { countsAmong } from './which-calls.ts';

/** Twenty rounds of a halted engine take at least so long. */
const HALTED_ROUNDS_MS = 2_000;

export interface DeviceParts {
  readonly scheduler: Scheduler;
  readonly server: SimServer;
  readonly faults: FaultBook;
  readonly ledger: ValueLedger;
  readonly seed: number;
  readonly index: number;
  readonly disk: DiskKind;
  readonly libraryId: LibraryId;
  /** See `DiskGuards`. */
  readonly writesAlone: boolean;
  /** See `Scenario`. */
  readonly heldFrom: number | null;
  readonly token: string;
  readonly committed: (input: CommitInput, output: CommitOutput) => void;
  readonly broken: (error: unknown) => void;
  readonly meddle: (device: SimDevice, path: RelPath, how: MeddleDeed) => Promise<void>;
  /** Whether the server's history or another device has a text that this one has lost. */
  readonly isElsewhere: (device: SimDevice, text: string) => Promise<boolean>;
}

export type Forgetting = Pick<Extract<Fault, { kind: 'journal' }>, 'savedAtStep' | 'downMs'>;

export interface Acked {
  readonly token: string;
  readonly input: CommitInput;
  readonly output: CommitOutput;
}

/** A device: its disk and journal last, and engine processes come and go. */
export class SimDevice {
  readonly name: string;
  readonly parts: DeviceParts;
  readonly disk: MemoryDisk;
  /** Of whom checks ask; it knows no crash. */
  readonly journal: RootJournal;
  /** How far its wall clock is off. */
  readonly wall: { offsetMs: number };
  /** What its machine is: off after a power cut, when nobody works on it. */
  isOff = false;
  isCutOff = false;
  /** Nobody works on it: its disk is away, or another one is in its place. */
  isAway = false;
  readonly cutShort: CutShort = new CutShort(() => this.journal);
  root: SyncRoot | null = null;
  readonly log: string[] = [];
  /** The engine's face as its person has it; null: it does not run. */
  face: DeviceFace | null = null;
  /** Texts that an answer to a conflict took out of the folder, by the conflict. */
  readonly chosenAway = new Map<string, string>();
  readonly mounts: DeviceMounts = new DeviceMounts(this);
  /** Inodes of files that its person has open. */
  readonly inUse = new Set<string>();
  readonly #guards: DiskGuards;
  readonly shelf: JournalShelf;
  proofs: DeviceProofs;
  /** When the last rounds of a halted engine began. */
  #haltedRounds: readonly number[] = [];
  #gate: Gate | null = null;
  #lives = 0;
  #boots = 1;
  #onHint: ((hint: WatchHint) => void) | null = null;
  readonly #hinted = new Set<RelPath>();
  #cut = new AbortController();

  private constructor(
    parts: DeviceParts,
    { disk, wall }: { disk: MemoryDisk; wall: { offsetMs: number } },
    record: RootRecord,
  ) {
    this.parts = parts;
    this.wall = wall;
    this.name = `d${parts.index}`;
    this.disk = disk;
    this.shelf = new JournalShelf(parts.index, record, {
      ...{ device: this.name, broken: parts.broken },
      isCurrent: () => isCurrent(parts.server.database, this),
    });
    this.journal = this.shelf.journal;
    const { server, libraryId } = parts;
    const serverHas = (text: string) => liveContents(server.database, libraryId).has(contentIdFor(text));
    this.#guards = new DiskGuards(this.name, disk, { ...parts, serverHas });
    this.proofs = deviceProofs(this);
  }

  get record(): RootRecord {
    return this.shelf.record;
  }

  static async open(parts: DeviceParts): Promise<SimDevice> {
    const wall = { offsetMs: 0 };
    const nowMs = () => Math.floor(START_MS + parts.scheduler.nowMs + wall.offsetMs);
    const disk = new MemoryDisk({ clock: { nowMs }, reusesInodes: true, ...diskModes[parts.disk] });
    const rootId = `00000000-0000-4000-8000-${String(parts.index + 1).padStart(12, '0')}` as RootId;
    await markRoot(disk, rootId);
    const folderId = folderIdOf(await disk.root());
    const { libraryId } = parts;
    const record: RootRecord = {
      ...{ rootId, libraryId, libraryName: 'L', path: disk.shownPath, folderId },
      pause: { is: 'running' },
    };
    return new SimDevice(parts, { disk, wall }, record);
  }

  /** Forgets what this world has left in the journal's file. */
  close(): void {
    if (this.#gate !== null) this.#gate.isOver = true;
    this.shelf.close();
  }

  start(): void {
    if (this.#gate !== null) return;
    this.isOff = false;
    this.#lives++;
    const { scheduler, server, faults, index, seed, token } = this.parts;
    const gate: Gate = new Gate(scheduler, `${this.name}.${this.#lives}`, (what) => this.#isLast(gate, what));
    this.#gate = gate;
    const clock = clockOf(scheduler, gate, this.wall);
    const disk = simDisk({
      ...{ disk: this.disk, gate, guards: this.#guards, broken: this.parts.broken },
      faultOf: (call) => {
        if (call === 'root ') this.#roundBegins();
        return this.#struck('disk', call)?.fault ?? null;
      },
      touched: (folder) => this.#hint(folder),
      inUse: (path) => void checkTold(this, path).catch(this.parts.broken),
      meddle: (path, at) => this.#meddle(path, at),
      listed: (folder, nodes) => showsMounted(nodes) || this.proofs.deletes.listed(folder, nodes),
    });
    const link = {
      ...{ scheduler, server, gate, faults, device: index, token, nowMs: clock.nowMs },
      isCutOff: () => this.isCutOff,
      committed: (input: CommitInput, output: CommitOutput) => {
        this.proofs.held.answered(input, output);
        this.parts.committed(input, output);
      },
    };
    const random = seededRandom(hashOf(seed, gate.actor));
    const { proofs } = this;
    const journal = processJournal({
      ...{ device: this.name, journal: this.journal },
      gate,
      proofs,
      broken: this.parts.broken,
    });
    const running = this.#orGone(
      () =>
        startRoot(
          {
            parts: {
              ...{ clock, sha256: nodeSha256, random, bootId: `boot ${this.#boots}` },
              openDisk: () => disk,
              openCutter: () => lineCutter(disk),
              watcher: { watch: async (_path, onHint) => this.#watched(gate, onHint) },
              log: (line) => this.log.push(line),
            },
            connection: { sync: syncServerOf(serverApi(link)), objects: objectTransfer(link) },
            ...{ deviceName: `dev${index}`, paces: { up: UNPACED, down: UNPACED } },
            ...{ record: this.record, journal },
          },
          {
            changed: () => undefined,
            libraryNamed: () => undefined,
            signedOut: (problem) => this.parts.broken(new Error(`signed out: ${problem.reason}`)),
          },
        ).running,
    );
    if (running === null) return;
    this.root = running;
    const root = { record: this.record, journal, running };
    this.face = new DeviceFace({ gate, clock, random, disk, engineJournal: journalFile(index), root });
    const bells = { ...this.parts, gate, isCutOff: () => this.isCutOff, ring: () => this.#ring(gate) };
    void listen({ ...bells, cut: () => this.#cut.signal }).catch((error: unknown) =>
      this.parts.broken(error),
    );
  }

  /** Null: the process was gone before it had begun. */
  #orGone(start: () => SyncRoot): SyncRoot | null {
    try {
      return start();
    } catch (error) {
      if (!isOfTheGone(error)) throw error;
      return null;
    }
  }

  /** The process is gone, or the whole machine. Back after that time. */
  kill(downMs: number, power: 'kept' | 'ordered' | 'strict'): void {
    if (this.#gate === null) return;
    this.#gate.isOver = true;
    this.cutShort.killed();
    this.#forgetProcess();
    if (power === 'kept') this.disk.processKill();
    const { scheduler } = this.parts;
    scheduler.note(`${this.name} ${power === 'kept' ? 'is killed' : 'loses power'}`);
    if (power !== 'kept') {
      this.isOff = true;
      this.#boots++;
      scheduler.at(0, `${this.name} goes dark`, () => void this.#loseUnsynced(power));
    }
    scheduler.at(downMs, `${this.name} starts`, () => this.start());
  }

  /** Ends the engine as a person does. */
  async quit(downMs: number): Promise<void> {
    const { root } = this;
    const gate = this.#gate;
    if (root === null || gate === null) return;
    this.root = null;
    this.face = null;
    await root.stop();
    if (this.#gate !== gate) return;
    gate.isOver = true;
    this.#forgetProcess();
    this.parts.scheduler.at(downMs, `${this.name} starts`, () => this.start());
  }

  saveJournal(step: number): void {
    this.shelf.save(step);
  }

  /** The engine is ended, and its next start has an earlier journal, or none: then its person binds the folder anew. */
  async forget({ savedAtStep, downMs }: Forgetting): Promise<void> {
    await this.quit(downMs);
    if (this.#gate !== null || this.isOff || this.isAway || this.disk.isReadOnly) return;
    const { scheduler, seed } = this.parts;
    scheduler.note(`${this.name} has ${savedAtStep === null ? 'no' : 'an earlier'} journal`);
    if (savedAtStep === null || !this.shelf.putBack(savedAtStep))
      await this.shelf.bindAnew(this.disk, seededRandom(hashOf(seed, `${this.name} binds ${this.#lives}`)));
    this.proofs = deviceProofs(this);
  }

  cutOff(isCutOff: boolean): void {
    this.isCutOff = isCutOff;
    if (!isCutOff) return;
    this.#cut.abort();
    this.#cut = new AbortController();
  }

  /** Its person has changed something in that folder; the engine may be told. */
  touched(folder: RelPath): void {
    this.cutShort.personWorks();
    this.#hint(folder);
  }

  #hint(folder: RelPath): void {
    const gate = this.#gate;
    if (gate === null || this.#onHint === null || isOwn(folder) || this.#hinted.has(folder)) return;
    const fault = this.parts.faults.next('hint', this.parts.index);
    if (fault?.how === 'lost') return;
    this.#hinted.add(folder);
    const tell = () => {
      this.#hinted.delete(folder);
      if (!gate.isOver) this.#onHint?.({ is: 'folder', folder });
    };
    const { scheduler } = this.parts;
    if (fault?.how === 'late') scheduler.at(20_000, `${this.name} late hint ${folder}`, tell);
    else void scheduler.park(this.name, `hint ${folder}`, 'hint').then(tell);
    if (fault?.how === 'twice') scheduler.at(3_000, `${this.name} second hint ${folder}`, tell);
  }

  /** I20: an engine that may do nothing looks now and then whether it may again. */
  #roundBegins(): void {
    const { nowMs } = this.parts.scheduler;
    this.#haltedRounds = (this.root?.halt ?? null) === null ? [] : [...this.#haltedRounds, nowMs].slice(-20);
    const [first = nowMs] = this.#haltedRounds;
    if (this.#haltedRounds.length === 20 && nowMs - first < HALTED_ROUNDS_MS)
      this.parts.broken(new Violation('I20', `${this.name} turns without a pause while it is halted`));
  }

  /** See `Fault`. */
  spoilRoot(fault: Extract<Fault, { kind: 'root' }>): void {
    if (this.isOff) return;
    // As long as an engine has not been here, nothing but its marker tells the folder from a copy of it.
    const isFresh = (this.journal.tally()?.now ?? null) === null;
    spoilRoot(this.disk, fault.how === 'forged' && isFresh ? 'empty' : fault.how);
    this.isAway = fault.how !== 'readOnly';
    this.#hint(TOP);
    this.parts.scheduler.at(fault.forMs, `${this.name} has its folder again`, () => this.mendRoot());
  }

  mendRoot(): void {
    mendRoot(this.disk);
    this.isAway = false;
    this.#hint(TOP);
  }

  /** See `Fault`. */
  async spoilFolder(fault: Extract<Fault, { kind: 'unlistable' }>): Promise<void> {
    const folder = this.isAway || this.isOff ? null : await spoilFolder(this.disk, fault);
    if (folder === null) return;
    this.#hint(folder);
    const again = `${this.name} can list ${folder} again`;
    this.parts.scheduler.at(fault.forMs, again, () => void this.mendFolders());
  }

  async mendFolders(): Promise<void> {
    if (!this.isAway) await mendFolders(this.disk);
  }

  async #meddle(path: RelPath, at: 'change' | 'read' | 'look'): Promise<void> {
    const { faults, index } = this.parts;
    const ofKind = at === 'look' ? null : faults.next('meddle', index, at);
    const fault = faults.next('meddle', index) ?? ofKind;
    if (fault !== null && !this.isAway) await this.parts.meddle(this, path, fault.how);
  }

  #forgetProcess(): void {
    this.#gate = null;
    this.root = null;
    this.face = null;
    this.#onHint = null;
    this.#hinted.clear();
    this.#cut.abort();
    this.#cut = new AbortController();
  }

  /** The fault of a call, which counts among all and perhaps among those about our own files. */
  #struck<K extends 'crash' | 'disk'>(kind: K, call: string): Extract<Fault, { kind: K }> | null {
    const { faults, index } = this.parts;
    const ofSome = countsAmong(call).map((which) => faults.next(kind, index, which));
    return faults.next(kind, index) ?? ofSome.find((fault) => fault !== null) ?? null;
  }

  #isLast(gate: Gate, what: string): boolean {
    if (this.#gate !== gate) return false;
    const fault = this.#struck('crash', what);
    if (fault === null) return false;
    this.kill(fault.downMs, fault.power);
    return true;
  }

  #watched(gate: Gate, onHint: (hint: WatchHint) => void): { close(): Promise<void> } {
    const { parts } = this;
    if (!gate.isOver) this.#onHint = onHint;
    parts.scheduler.note(`${this.name} watches`);
    return {
      close: async () => {
        this.#onHint = null;
      },
    };
  }

  #ring(gate: Gate): void {
    if (!gate.isOver) this.root?.ring();
  }

  async #loseUnsynced(profile: 'ordered' | 'strict'): Promise<void> {
    this.mounts.unmountAll();
    this.mendRoot();
    await this.mendFolders();
    await losePower(this, { profile, life: this.#lives });
  }
}
