import type { LibraryId, RootId } from '@tidesync/shared/ids';
import type { DeviceSettingsChange } from '@tidesync/shared/wire/device-settings';
import type { ConflictAnswer, EngineStatus, WhyAnswer } from '@tidesync/shared/wire/engine';
import type { DeleteThresholds } from '../core/mass-delete.ts';
import type { RootRecord } from '../ports/journal.ts';
import { bindFolder, libraryFor, refuseOverlap } from './bind-folder.ts';
import type { Root } from './bound-roots.ts';
import { BoundRoots } from './bound-roots.ts';
import { ChangeNews } from './change-news.ts';
import { checkAll } from './check-root.ts';
import { withDevices } from './conflict-devices.ts';
import { openConflicts, resolveConflict, resolvedConflicts, undoConflict } from './conflicts.ts';
import { decideDamageAt } from './damages.ts';
import { DeviceRules } from './device-rules.ts';
import { DeviceSession } from './device-session.ts';
import type { EngineParts } from './engine-parts.ts';
import { engineStatusOf } from './engine-status.ts';
import type { Engine, FolderAdded, LoginInput } from './face.ts';
import { approveHeldBatch, heldBatches, showHeldBatch, undoHeldBatch } from './held-batches.ts';
import { listPath } from './list-path.ts';
import { PauseTimer } from './pauses.ts';
import { folderIdOf, requireMarker, unmarkRoot } from './root-folder.ts';
import { rootStatusOf } from './root-status.ts';
import { allActivity, allTroubles } from './root-views.ts';
import { RunBook } from './run-book.ts';
import { screensOf } from './screens.ts';
import type { ScreensFace } from './screens-face.ts';
import { excludeFolder, includeFolder, selectionTreeOf } from './selection.ts';
import { startRoot } from './start-root.ts';
import { forgetFolder } from './tally.ts';
import type { Paces } from './transfer/pace.ts';
import { createPaces } from './transfer/pace.ts';
import { asEntryPath, plainAnswer, whyOf } from './why.ts';

export async function openEngine(parts: EngineParts): Promise<Engine> {
  const engine = new RootsEngine(parts);
  await engine.open();
  return engine;
}

/** The engine: a session, its roots, and a loop for each root that runs. */
class RootsEngine implements Engine {
  readonly #parts: EngineParts;
  readonly #roots: BoundRoots;
  readonly #paces: Paces;
  readonly #rules: DeviceRules;
  readonly #pauses: PauseTimer;
  readonly #news: ChangeNews;
  readonly #abort = new AbortController();
  readonly #runs: RunBook;
  readonly #session: DeviceSession;
  #isRunning = false;

  constructor(parts: EngineParts) {
    this.#parts = parts;
    this.#roots = new BoundRoots(parts.folders);
    this.#paces = createPaces(parts.clock);
    this.#news = new ChangeNews(parts.clock, this.#abort.signal);
    this.#pauses = new PauseTimer(parts.clock, this.#abort.signal, () => this.#startAll());
    const rest = async () => {
      await Promise.all(this.#roots.all().map((root) => this.#stopRoot(root)));
    };
    const effects = { rest, goOn: () => this.#startAll(), changed: () => this.#news.tell() };
    this.#rules = new DeviceRules({ ...parts, paces: this.#paces }, effects);
    this.#runs = new RunBook(parts);
    const { signal } = this.#abort;
    const ring = (libraryId: LibraryId | null) => this.#ring(libraryId);
    this.#session = new DeviceSession(
      parts,
      { begin: () => this.#startAll(), rest, ring, changed: () => this.#news.tell() },
      signal,
    );
  }

  async open(): Promise<void> {
    const { journal } = this.#parts;
    for (const record of journal.roots()) {
      this.#roots.add({ record, journal: journal.openRoot(record), running: null, started: null });
    }
    await this.#session.open();
    await this.#rules.look();
  }

  run(): void {
    if (this.#isRunning) return;
    this.#isRunning = true;
    void this.#rules.watch(this.#abort.signal);
    void this.#runs.keep(this.#abort.signal);
    void this.#session.keepTokenFresh();
    this.#startAll();
  }

  #startAll(): void {
    if (!this.#isRunning || this.#session.now.is !== 'in') return;
    this.#session.listen();
    for (const root of this.#roots.all()) this.#startRoot(root);
    void this.#session.refreshQuota();
  }

  #ring(libraryId: LibraryId | null): void {
    for (const { record, running } of this.#roots.all()) {
      if (libraryId === null || record.libraryId === libraryId) running?.ring();
    }
  }

  #startRoot(root: Root): void {
    const { now } = this.#session;
    if (!this.#isRunning || now.is !== 'in' || root.running !== null || this.#isPaused(root)) return;
    const { record: session, connection } = now;
    const { record, journal } = root;
    root.started = startRoot(
      { parts: this.#parts, connection, paces: this.#paces, deviceName: session.deviceName, record, journal },
      {
        changed: () => {
          void this.#session.refreshQuota();
          this.#news.tell();
        },
        libraryNamed: (libraryName) => {
          if (libraryName !== root.record.libraryName) this.#write(root, { ...root.record, libraryName });
        },
        signedOut: (problem) => void this.#session.refused(problem),
      },
    );
    root.running = root.started.running;
  }

  #isPaused(root: Root): boolean {
    if (this.#rules.restsFor !== null) return true;
    const { pause } = root.record;
    if (pause.is === 'running') return false;
    if (pause.untilMs === null || pause.untilMs > this.#parts.clock.nowMs()) {
      this.#pauses.wakeAt(pause.untilMs);
      return true;
    }
    this.#write(root, { ...root.record, pause: { is: 'running' } });
    return false;
  }

  async #stopRoot(root: Root): Promise<void> {
    const { started } = root;
    root.running = null;
    root.started = null;
    await started?.running.stop();
    await started?.beside.close();
  }

  onChange = (listener: () => void) => this.#news.listen(listener);

  status(): EngineStatus {
    return engineStatusOf({
      session: this.#session.now,
      roots: this.#roots.all(),
      quota: this.#session.quota,
      rules: this.#rules,
      secretsIn: this.#parts.token.where(),
      version: this.#parts.version,
    });
  }

  login = (input: LoginInput) => this.#session.login(input);
  logout = () => this.#session.logout();

  async addFolder({ path, library }: { path: string; library: string }): Promise<FolderAdded> {
    const { sync } = this.#session.connection();
    const { journal } = this.#parts;
    // Before the folder is made: a new one inside a synced folder would be synced.
    this.#refuseOverlap(await this.#parts.folders.resolve(path), null);
    const real = await this.#parts.folders.prepare(path);
    const { found, libraryWas } = await libraryFor(sync, library, this.#parts.random);
    const record = await bindFolder(this.#parts, real, found);
    journal.putRoot(record);
    const root: Root = { record, journal: journal.openRoot(record), running: null, started: null };
    this.#roots.add(root);
    this.#startRoot(root);
    this.#news.tell();
    return { root: rootStatusOf({ ...root, restsFor: this.#rules.restsFor }), libraryWas };
  }

  #refuseOverlap(path: string, except: RootId | null): void {
    const others = this.#roots.all().filter(({ record }) => record.rootId !== except);
    refuseOverlap(path, [...others.map(({ record }) => record.path), this.#parts.homePath]);
  }

  async removeFolder(path: string): Promise<void> {
    const root = await this.#roots.at(path);
    await this.#stopRoot(root);
    await unmarkRoot(this.#parts.openDisk(root.record.path)).catch(() => undefined);
    this.#roots.remove(root);
    this.#parts.journal.removeRoot(root.record.rootId);
    this.#news.tell();
  }

  async moveFolder(from: string, to: string): Promise<void> {
    const root = await this.#roots.at(from);
    const real = await this.#parts.folders.resolve(to);
    this.#refuseOverlap(real, root.record.rootId);
    const disk = this.#parts.openDisk(real);
    await requireMarker(disk, root.record.rootId);
    await this.#stopRoot(root);
    const folderId = folderIdOf(await disk.root());
    if (folderId !== root.record.folderId) forgetFolder(root.journal);
    this.#write(root, { ...root.record, path: real, folderId });
    this.#startRoot(root);
  }

  #write(root: Root, record: RootRecord): void {
    this.#parts.journal.putRoot(record);
    root.record = record;
    this.#news.tell();
  }

  async pause(path: string | 'all', untilMs: number | null): Promise<void> {
    for (const root of await this.#roots.named(path)) {
      await this.#stopRoot(root);
      this.#write(root, { ...root.record, pause: { is: 'paused', untilMs } });
      this.#pauses.wakeAt(untilMs);
    }
  }

  async resume(path: string | 'all'): Promise<void> {
    for (const root of await this.#roots.named(path)) {
      this.#write(root, { ...root.record, pause: { is: 'running' } });
      this.#startRoot(root);
    }
  }

  async rescan(path: string | 'all'): Promise<void> {
    for (const root of await this.#roots.named(path)) root.running?.rescan();
  }

  async settle(signal: AbortSignal): Promise<void> {
    this.run();
    for (const { running } of this.#roots.all()) running?.rescan();
    const { clock } = this.#parts;
    const isBusy = () => this.#roots.all().some(({ running }) => running?.isSettled() === false);
    while (!signal.aborted && isBusy()) await clock.sleep(SETTLE_LOOK_EVERY_MS, signal);
  }

  async verify({ path, ...order }: Parameters<Engine['verify']>[0]): ReturnType<Engine['verify']> {
    this.run();
    const roots = await this.#roots.named(path);
    return checkAll(
      roots.flatMap(({ started }) => started?.check ?? []),
      order,
    );
  }

  async decideDamage(path: string, take: 'local' | 'server'): Promise<void> {
    const real = await this.#parts.folders.resolve(path);
    decideDamageAt(await this.#roots.at(path), real, take);
  }

  async why(path: string): Promise<WhyAnswer> {
    const real = await this.#parts.folders.resolve(path);
    const root = this.#roots.find(real);
    if (root === undefined) return plainAnswer(path, { code: 'outside' });
    const { record, journal, running } = root;
    const { restsFor } = this.#rules;
    const below = asEntryPath(real.slice(record.path.length));
    return whyOf({ record, journal, root: running, restsFor, path: below });
  }

  list = async (path: string) => listPath(...(await this.#roots.below(path)));
  selectionTree = async (path: string) => selectionTreeOf(...(await this.#roots.below(path)));
  async exclude(path: string, dryRun: boolean): ReturnType<Engine['exclude']> {
    this.run();
    const [root, below] = await this.#roots.below(path);
    return excludeFolder(root, { path: below, dryRun });
  }
  async include(path: string, dryRun: boolean): ReturnType<Engine['include']> {
    const [root, below] = await this.#roots.below(path);
    return includeFolder(root, { path: below, dryRun });
  }

  troubles = (rootId?: RootId) => allTroubles(this.#roots.all(), rootId);
  activity = (limit: number) => allActivity(this.#roots.all(), limit);

  conflicts() {
    const { now } = this.#session;
    const library = now.is === 'in' ? now.connection.library : null;
    return withDevices(openConflicts(this.#parts, this.#roots.all()), this.#roots.all(), library);
  }
  resolvedConflicts = () => resolvedConflicts(this.#parts, this.#roots.all());
  resolveConflict(answer: ConflictAnswer): ReturnType<Engine['resolveConflict']> {
    this.run();
    return resolveConflict(this.#parts, this.#roots.all(), answer);
  }
  undoConflict(conflictId: string): ReturnType<Engine['undoConflict']> {
    this.run();
    return undoConflict(this.#parts, this.#roots.all(), conflictId);
  }

  heldBatches = () => heldBatches(this.#parts, this.#roots.all());
  heldBatch = (batchId: string) => showHeldBatch(this.#parts, this.#roots.all(), batchId);
  approveHeld = (batchId: string) => approveHeldBatch(this.#parts, this.#roots.all(), batchId);
  undoHeld = (batchId: string) => undoHeldBatch(this.#parts, this.#roots.all(), batchId);

  changeDeviceSettings = (change: DeviceSettingsChange) => this.#rules.change(change);
  syncAnyway = () => this.#rules.waive();
  lookAround = () => this.#rules.look();

  deleteThresholds = async (path: string) => (await this.#roots.at(path)).journal.deleteThresholds();
  async setDeleteThresholds(path: string, thresholds: DeleteThresholds): Promise<void> {
    const { journal, running } = await this.#roots.at(path);
    journal.setDeleteThresholds(thresholds);
    running?.ring();
  }

  get screens(): ScreensFace {
    return screensOf({ parts: this.#parts, roots: this.#roots, signedIn: () => this.#session.connection() });
  }

  async close(): Promise<void> {
    this.#abort.abort();
    this.#isRunning = false;
    await this.#session.close(() => Promise.all(this.#roots.all().map((root) => this.#stopRoot(root))));
    this.#runs.note();
    this.#parts.journal.close();
  }
}

const SETTLE_LOOK_EVERY_MS = 50;
