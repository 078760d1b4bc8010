import path from 'node:path';
import { nodeSha256 } from '@tidesync/engine/adapters/node-environment';
import { openSqliteJournal } from '@tidesync/engine/adapters/sqlite-journal';
import { syncServerOf } from '@tidesync/engine/adapters/trpc-server';
import type { EngineJournal, RootJournal, RootRecord } from '@tidesync/engine/ports/journal';
import type { WatchHint } from '@tidesync/engine/ports/watcher';
import { folderIdOf, markRoot } from '@tidesync/engine/shell/root-folder';
import { startRoot } from '@tidesync/engine/shell/start-root';
import type { SyncRoot } from '@tidesync/engine/shell/sync-root';
import type { DiskModes } from '@tidesync/engine/testing/disk-modes';
import { MemoryDisk } from '@tidesync/engine/testing/memory-disk';
import { seededRandom } from '@tidesync/engine/testing/seeded-random';
import type { LibraryId, RootId } from '@tidesync/shared/ids';
import type { RelPath } from '@tidesync/shared/names';
import { isFailure } from '@tidesync/shared/problems';
import type { CommitInput, CommitOutput } from '@tidesync/shared/wire/sync';
import { objectTransfer, serverApi } from './device-link.ts';
import { Dice, hashOf } from './dice.ts';
import { DiskGuards } from './disk-guards.ts';
import { everything, isOwn } from './disk-texts.ts';
import type { FaultBook } from './fault-book.ts';
import { clockOf, failGone, Gate, isOfTheGone, START_MS } from './gate.ts';
import { lineCutter } from './line-cutter.ts';
import type { DiskKind, Fault } from './scenario.ts';
import type { Scheduler } from './scheduler.ts';
import { workFolder } from './server-database.ts';
import { simDisk } from './sim-disk.ts';
import type { SimServer } from './sim-server.ts';
import type { ValueLedger } from './value-ledger.ts';

const journals: EngineJournal[] = [];
/** The journal of the n-th device, used by one world after the other. */
function journalFile(index: number): EngineJournal {
  journals[index] ??= openSqliteJournal(path.join(workFolder, `journal-${index}.db`), 0).journal;
  return journals[index] as EngineJournal;
}

const journalWrites = new Set<keyof RootJournal>([
  'transaction',
  'set',
  'setSent',
  'setCursor',
  'setAnswered',
  'forgetTrees',
]);

/** What the disks of simulated devices are like. FAT: times of two seconds. */
const diskModes: Readonly<Record<DiskKind, Partial<DiskModes>>> = {
  linux: {},
  fat: { mtimeStepNs: 2_000_000_000n },
  mac: { names: 'caseInsensitive', unicode: 'nfcInsensitive' },
};

export interface DeviceParts {
  readonly scheduler: Scheduler;
  readonly server: SimServer;
  readonly faults: FaultBook;
  readonly ledger: ValueLedger;
  readonly seed: number;
  readonly index: number;
  readonly disk: DiskKind;
  readonly libraryId: LibraryId;
  readonly token: string;
  readonly committed: (input: CommitInput, output: CommitOutput) => void;
  readonly broken: (error: unknown) => void;
  readonly meddle: (
    device: SimDevice,
    path: RelPath,
    how: Extract<Fault, { kind: 'meddle' }>['how'],
  ) => Promise<void>;
  /** Whether the server's history or another device has a text that this one has lost. */
  readonly isElsewhere: (device: SimDevice, text: string) => Promise<boolean>;
}

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
  readonly record: RootRecord;
  /** Of whom checks ask; it knows no crash. */
  readonly journal: RootJournal;
  /** How far its wall clock is off. */
  readonly wall: { offsetMs: number };
  /** What its machine is: off after a power cut, when nobody works on it. */
  isOff = false;
  isCutOff = false;
  root: SyncRoot | null = null;
  readonly log: string[] = [];
  readonly #guards: DiskGuards;
  #gate: Gate | null = null;
  #lives = 0;
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
    this.record = record;
    const engineJournal = journalFile(parts.index);
    engineJournal.putRoot(record);
    this.journal = engineJournal.openRoot(record);
    this.#guards = new DiskGuards(this.name, disk, parts.ledger);
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
    journalFile(this.parts.index).removeRoot(this.record.rootId);
  }

  start(): void {
    if (this.#gate !== null) return;
    this.isOff = false;
    this.#lives++;
    const { scheduler, server, faults, index, seed, token } = this.parts;
    const gate: Gate = new Gate(scheduler, `${this.name}.${this.#lives}`, () => this.#isLast(gate));
    this.#gate = gate;
    const clock = clockOf(scheduler, gate, this.wall);
    const disk = simDisk({
      ...{ disk: this.disk, gate, guards: this.#guards, broken: this.parts.broken },
      faultOf: () => faults.next('disk', index)?.fault ?? null,
      touched: (folder) => this.touched(folder),
      meddle: (path) => this.#meddle(path),
    });
    const link = {
      ...{ scheduler, server, gate, faults, device: index, token, nowMs: clock.nowMs },
      isCutOff: () => this.isCutOff,
      committed: this.parts.committed,
    };
    const running = this.#orGone(
      () =>
        startRoot(
          {
            parts: {
              ...{ clock, sha256: nodeSha256, random: seededRandom(hashOf(seed, gate.actor)) },
              openDisk: () => disk,
              openCutter: () => lineCutter(disk),
              watcher: { watch: async (_path, onHint) => this.#watched(gate, onHint) },
              log: (line) => this.log.push(line),
            },
            connection: { sync: syncServerOf(serverApi(link)), objects: objectTransfer(link) },
            deviceName: `dev${index}`,
            record: this.record,
            journal: this.#journalOf(gate),
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
    void this.#listen(gate).catch((error: unknown) => this.parts.broken(error));
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
    this.#forgetProcess();
    if (power === 'kept') this.disk.processKill();
    const { scheduler } = this.parts;
    scheduler.note(`${this.name} ${power === 'kept' ? 'is killed' : 'loses power'}`);
    if (power !== 'kept') {
      this.isOff = true;
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
    await root.stop();
    if (this.#gate !== gate) return;
    gate.isOver = true;
    this.#forgetProcess();
    this.parts.scheduler.at(downMs, `${this.name} starts`, () => this.start());
  }

  cutOff(isCutOff: boolean): void {
    this.isCutOff = isCutOff;
    if (!isCutOff) return;
    this.#cut.abort();
    this.#cut = new AbortController();
  }

  /** Something in that folder has changed, by whomever; the engine may be told. */
  touched(folder: RelPath): void {
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

  async #meddle(path: RelPath): Promise<void> {
    const fault = this.parts.faults.next('meddle', this.parts.index);
    if (fault !== null) await this.parts.meddle(this, path, fault.how);
  }

  #forgetProcess(): void {
    this.#gate = null;
    this.root = null;
    this.#onHint = null;
    this.#hinted.clear();
    this.#cut.abort();
    this.#cut = new AbortController();
  }

  #isLast(gate: Gate): boolean {
    if (this.#gate !== gate) return false;
    const fault = this.parts.faults.next('crash', this.parts.index);
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

  /** The journal as one process has it; of one that is gone, every call ends at once and does nothing. */
  #journalOf(gate: Gate): RootJournal {
    return new Proxy(this.journal, {
      get: (journal, key: keyof RootJournal) => {
        const value = journal[key];
        if (typeof value !== 'function') return value;
        return (...args: unknown[]) => {
          const goesOn = journalWrites.has(key) ? gate.touch() : !gate.isOver;
          if (!goesOn) failGone();
          return (value as (...given: unknown[]) => unknown).apply(journal, args);
        };
      },
    });
  }

  /** Doorbells, as long as this process lives: connects, rings, and connects again. */
  async #listen(gate: Gate): Promise<void> {
    const { server } = this.parts;
    for (let tries = 1; !gate.isOver; tries++) {
      await gate.wait(Math.min(30_000, 500 * 2 ** Math.min(tries, 6)), 'connects');
      if (this.isCutOff || !server.isUp) continue;
      tries = 1;
      this.#ring(gate);
      try {
        await this.#hearBells(gate);
      } catch (error) {
        if (!isFailure(error)) throw error;
      }
    }
  }

  /** Of one connection, until it ends. */
  async #hearBells(gate: Gate): Promise<void> {
    const { server, faults, index, token, libraryId, scheduler } = this.parts;
    const ring = () => this.#ring(gate);
    for await (const bell of server.bells(token, this.#cut.signal)) {
      if (gate.isOver) return;
      const fault = faults.next('bell', index);
      if (bell.libraryId !== libraryId || fault?.how === 'lost') continue;
      if (fault?.how === 'late') scheduler.at(30_000, `${this.name} late bell`, ring);
      else await scheduler.park(this.name, 'bell', 'network').then(ring);
      if (fault?.how === 'twice') scheduler.at(3_000, `${this.name} second bell`, ring);
    }
  }

  #ring(gate: Gate): void {
    if (!gate.isOver) this.root?.ring();
  }

  /** The disk keeps what was synced, and some of the rest. What people had not synced may be gone with it. */
  async #loseUnsynced(profile: 'ordered' | 'strict'): Promise<void> {
    const { ledger, seed, scheduler, isElsewhere } = this.parts;
    const before = await textsOn(this.disk);
    const dice = new Dice(seed, `power ${this.name} ${this.#lives}`);
    this.disk.powerCut(profile, (n) => dice.below(n));
    const after = await textsOn(this.disk);
    for (const text of after) ledger.appeared(text);
    for (const text of before) {
      if (after.has(text) || !ledger.isOwed(text) || !ledger.isBy(this.name, text)) continue;
      scheduler.note(`${this.name} lost ${JSON.stringify(text.slice(0, 20))} with its power`);
      ledger.lostPower(text, await isElsewhere(this, text));
    }
  }
}

async function textsOn(disk: MemoryDisk): Promise<Set<string>> {
  const shown = [...(await everything(disk)), ...(await everything(disk, '.tidesync' as RelPath))];
  return new Set(shown.filter(({ node }) => node.kind === 'file').map(({ text }) => text));
}
