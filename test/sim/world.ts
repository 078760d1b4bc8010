import { seededRandom } from '@tidesync/engine/testing/seeded-random';
import { sessionEndOf } from '@tidesync/server/domain/session-life';
import { tokenHashOf } from '@tidesync/server/use-cases/auth/token';
import type { FilePolicy } from '@tidesync/shared/file-policy';
import { OPEN_POLICY } from '@tidesync/shared/file-policy';
import type { AccountId, DeviceId, LibraryId } from '@tidesync/shared/ids';
import { uuidFromBytes } from '@tidesync/shared/ids';
import { limits } from '@tidesync/shared/limits';
import { isFailure } from '@tidesync/shared/problems';
import { AskingPerson } from './asking-person.ts';
import { approveDeletes, giveUpDamaged } from './device-answers.ts';
import { textsOn } from './device-texts.ts';
import { Dice } from './dice.ts';
import { everything } from './disk-texts.ts';
import { FaultBook } from './fault-book.ts';
import { START_MS } from './gate.ts';
import { loneWriter } from './lone-writer.ts';
import { Person } from './people.ts';
import { beRude } from './rude-program.ts';
import type { DeedPlan, Fault, Scenario } from './scenario.ts';
import { isAsked } from './scenario.ts';
import { Scheduler } from './scheduler.ts';
import { sharedServerDatabase } from './server-database.ts';
import { contentIdFor, contentsInHistory, isCurrent } from './server-tree.ts';
import { SightLaw } from './sight-law.ts';
import type { Acked, Forgetting } from './sim-device.ts';
import { SimDevice } from './sim-device.ts';
import { SimServer } from './sim-server.ts';
import { ValueLedger } from './value-ledger.ts';

/** Steps between two looks at all of the trees in all journals: each write of them is looked at by itself. */
const LAWS_EVERY_STEPS = 150;
const REVIVED_AFTER_MS = 1_000;

interface Waiting {
  readonly atStep: number;
  readonly wake: () => void;
}

/** Devices, people and a server, as a scenario has them. */
export class World {
  readonly scenario: Scenario;
  readonly scheduler: Scheduler;
  readonly ledger = new ValueLedger();
  readonly faults: FaultBook;
  readonly server: SimServer;
  readonly sight: SightLaw;
  readonly devices: SimDevice[] = [];
  readonly libraries: { libraryId: LibraryId; token: string }[] = [];
  /** Answers that devices have heard, and that no restored backup has undone. */
  acked: Acked[] = [];
  /** Set by the first thing that must not happen. */
  broken: { readonly error: unknown } | null = null;
  readonly #waiting = new Set<Waiting>();
  readonly #saves: number[];
  /** Steps at which the journal of a device is copied, and whose. */
  readonly #journalSaves: { readonly step: number; readonly device: number }[];
  #people = 0;
  #accounts: AccountId[] = [];
  /** What has to be over before the next step: it happens in one moment. */
  #pending: Promise<void> = Promise.resolve();

  private constructor(scenario: Scenario) {
    this.scenario = scenario;
    this.scheduler = new Scheduler(scenario.jitter);
    this.faults = new FaultBook(scenario.faults);
    this.#saves = scenario.faults
      .flatMap((fault) => (fault.kind === 'restore' ? [fault.savedAtStep] : []))
      .sort((a, b) => a - b);
    this.#journalSaves = scenario.faults
      .flatMap((fault) =>
        fault.kind === 'journal' && fault.savedAtStep !== null
          ? [{ step: fault.savedAtStep, device: fault.device }]
          : [],
      )
      .sort((a, b) => a.step - b.step);
    const database = sharedServerDatabase();
    database.empty();
    const troubles = {
      downOf: () => this.faults.next('server')?.downMs ?? null,
      databaseTroubleOf: () => this.faults.next('database')?.how ?? null,
    };
    this.server = new SimServer(this.scheduler, { database, seed: scenario.seed, troubles });
    this.sight = new SightLaw(scenario, database);
    this.scheduler.afterStep = () => this.#afterStep();
  }

  static async open(scenario: Scenario): Promise<World> {
    const world = new World(scenario);
    await world.#prepare();
    return world;
  }

  close(): void {
    for (const device of this.devices) device.close();
    this.server.stop(null);
  }

  /** Resolves when nothing of the last moment goes on. */
  settled(): Promise<void> {
    return this.#pending;
  }

  get peopleAtWork(): number {
    return this.#people;
  }

  /** Starts everything; whoever has it turns the scheduler. */
  begin(): void {
    this.server.start();
    for (const device of this.devices) {
      device.start();
      const own = this.scenario.deeds.filter((deed) => deed.device === device.parts.index);
      this.#people++;
      void this.#live(device, own)
        .catch((error: unknown) => this.break(error))
        .finally(() => this.#people--);
    }
  }

  /** From now on nothing goes wrong any more, and whoever is away comes back. */
  calm(): void {
    this.faults.heal();
    this.scheduler.note('-- nothing fails from here on');
    for (const device of this.devices) {
      device.cutOff(false);
      device.mendRoot();
      device.mounts.unmountAll();
      this.#inThisMoment(() => device.mendFolders());
      if (device.root === null)
        this.scheduler.at(REVIVED_AFTER_MS, `${device.name} is started`, () => device.start());
    }
    if (!this.server.isUp)
      this.scheduler.at(REVIVED_AFTER_MS, 'server is started', () => this.server.start());
  }

  /** The same, and everyone may do everything. */
  heal(): void {
    this.calm();
    if (this.server.files !== OPEN_POLICY) this.#setPolicy(OPEN_POLICY);
    this.#inThisMoment(() => this.#liftBounds());
    this.tidy();
  }

  #setPolicy(files: FilePolicy): void {
    this.server.files = files;
    if (this.server.isUp) this.server.stop(REVIVED_AFTER_MS);
  }

  /** What people do who are told: no ignore rules any more, and a file that a power cut has damaged is the server's. */
  tidy(): void {
    for (const device of this.devices)
      this.#inThisMoment(async () => {
        await new Person(device).stopIgnoring();
        giveUpDamaged(device);
      });
  }

  /** What was deleted is to be deleted, however much it is. */
  sayYes(): void {
    for (const device of this.devices)
      if ((device.root?.batches.held ?? null) !== null) this.#inThisMoment(() => approveDeletes(device));
  }

  /** Everyone may write, as much as there is. */
  async #liftBounds(): Promise<void> {
    const [owner, ...others] = this.#accounts;
    await this.server.database.store.transact(async (tx) => {
      if (owner !== undefined) await tx.accounts.setLimit(owner, limits.quotaBytesDefault);
      for (const { libraryId } of this.libraries)
        for (const accountId of others) await tx.libraries.setMember(libraryId, accountId, 'editor');
    });
  }

  #inThisMoment(work: () => Promise<void>): void {
    this.#pending = this.#pending.then(work).catch((error: unknown) => this.break(error));
  }

  /** Whether a device knows of everything that the server has. */
  isCurrent(device: SimDevice): boolean {
    return isCurrent(this.server.database, device);
  }

  /** Resolves when its journal is another one; its engine starts later. */
  forget(device: SimDevice, how: Forgetting): Promise<void> {
    return device.forget(how).catch((error: unknown) => this.break(error));
  }

  break(error: unknown): void {
    this.broken ??= { error };
  }

  async #prepare(): Promise<void> {
    const { scenario } = this;
    const random = seededRandom(scenario.seed);
    const newId = <T extends string>() => uuidFromBytes(random.bytes(16)) as T;
    const { store } = this.server.database;
    const members = Array.from({ length: scenario.members }, () => newId<AccountId>());
    this.#accounts = members;
    const libraryIds = Array.from({ length: scenario.libraries }, () => newId<LibraryId>());
    const createdAtMs = START_MS;
    const tokens: string[] = [];
    await store.transact(async (tx) => {
      for (const [index, accountId] of members.entries()) {
        const account = { accountId, email: `m${index}@sim`, passwordHash: '-', admin: false };
        const limitBytes = scenario.quotaBytes ?? limits.quotaBytesDefault;
        await tx.accounts.create({ ...account, limitBytes, createdAtMs });
      }
      const ownerId = members[0] as AccountId;
      for (const libraryId of libraryIds) {
        await tx.libraries.create({ libraryId, ownerId, name: `L-${libraryId}`, createdAtMs });
        for (const [index, accountId] of members.slice(1).entries())
          await tx.libraries.setMember(libraryId, accountId, index < scenario.viewers ? 'viewer' : 'editor');
      }
      for (const [index, { member }] of scenario.devices.entries()) {
        const token = `sim-${scenario.seed}-${index}`;
        tokens.push(token);
        const accountId = members[member % members.length] as AccountId;
        const device = { deviceId: newId<DeviceId>(), accountId, name: `dev${index}`, createdAtMs };
        await tx.devices.create({
          ...device,
          ...sessionEndOf('device', createdAtMs),
          tokenHash: tokenHashOf(token),
        });
      }
    });
    for (const [index, { library }] of scenario.devices.entries()) {
      const libraryId = libraryIds[library % libraryIds.length] as LibraryId;
      this.devices.push(await this.#openDevice(index, { libraryId, token: tokens[index] as string }));
    }
    for (const libraryId of libraryIds) this.libraries.push({ libraryId, token: tokens[0] as string });
  }

  #openDevice(
    index: number,
    { libraryId, token }: { libraryId: LibraryId; token: string },
  ): Promise<SimDevice> {
    const { scheduler, server, faults, ledger } = this;
    return SimDevice.open({
      ...{ scheduler, server, faults, ledger, seed: this.scenario.seed, index, libraryId, token },
      committed: (input, output) => void this.acked.push({ token, input, output }),
      disk: this.scenario.devices[index]?.disk ?? 'linux',
      heldFrom: this.scenario.heldFrom ?? null,
      writesAlone: loneWriter(this.scenario) === index,
      broken: (error) => this.break(error),
      meddle: (device, path, how) => new Person(device).meddle(path, how),
      isElsewhere: (device, text) => this.#isElsewhere(device, text),
    });
  }

  async #isElsewhere(device: SimDevice, text: string): Promise<boolean> {
    if (contentsInHistory(this.server.database).has(contentIdFor(text))) return true;
    for (const other of this.devices) {
      if (other === device || other.isAway) continue;
      // With a folder that cannot be listed, nobody can tell.
      const shown = await everything(other.disk).catch(() => []);
      if (shown.some((one) => one.text === text)) return true;
    }
    return false;
  }

  async #live(device: SimDevice, plans: readonly DeedPlan[]): Promise<void> {
    const [person, asking] = [new Person(device), new AskingPerson(device)];
    for (const plan of plans) {
      await this.#stepsOrTime(device, plan);
      while (device.isOff || device.isAway)
        await this.scheduler.wait(500, `${device.name} person looks at a dark screen`);
      await (isAsked(plan.deed) ? asking.do(plan) : person.do(plan));
    }
    await person.programsEnded();
  }

  #stepsOrTime(device: SimDevice, { afterSteps, afterMs }: DeedPlan): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        timer.cancel();
        this.#waiting.delete(waiting);
        resolve();
      };
      const waiting = { atStep: this.scheduler.steps + afterSteps, wake };
      const timer = this.scheduler.at(afterMs, `${device.name} person comes`, wake);
      this.#waiting.add(waiting);
    });
  }

  #afterStep(): void {
    const { steps } = this.scheduler;
    const [bug] = this.server.bugs;
    if (bug !== undefined) this.break(bug);
    if (this.broken !== null) throw this.broken.error;
    while ((this.#saves[0] ?? Number.POSITIVE_INFINITY) <= steps) this.#save(this.#saves.shift() as number);
    while ((this.#journalSaves[0]?.step ?? Number.POSITIVE_INFINITY) <= steps) this.#saveJournal();
    for (const fault of this.faults.dueAt(steps)) this.#strike(fault);
    for (const { atStep, wake } of this.#waiting) if (atStep <= steps) wake();
    for (const { root, proofs } of this.devices) proofs.held.waits(root?.batches.held?.ids ?? []);
    if (steps % LAWS_EVERY_STEPS === 0) for (const device of this.devices) device.shelf.checkTrees();
  }

  readonly #ackedAtSave = new Map<number, readonly Acked[]>();
  #save(step: number): void {
    this.server.database.save(`step-${step}`);
    this.#ackedAtSave.set(step, [...this.acked]);
    this.scheduler.note('the database is saved');
  }

  #saveJournal(): void {
    const next = this.#journalSaves.shift();
    if (next !== undefined) this.devices[next.device]?.saveJournal(next.step);
  }

  #strike(fault: Extract<Fault, { atStep: number }>): void {
    this.scheduler.note(`strikes: ${JSON.stringify(fault)}`);
    if ('device' in fault) {
      const device = this.devices[fault.device];
      if (device !== undefined) this.#strikeAt(device, fault);
    } else if (fault.kind === 'restore') {
      this.server.stop(null);
      void this.#restore(fault.savedAtStep).catch((error: unknown) => this.break(error));
    } else if (fault.kind === 'policy') {
      const { fileBytesMax, allowedExtensions } = fault;
      this.#setPolicy({ fileBytesMax: fileBytesMax ?? limits.fileBytesMax, allowedExtensions });
    } else if (fault.kind === 'serverClock') this.server.wall.offsetMs += fault.byMs;
    else {
      this.server.wall.offsetMs += fault.laterMs;
      void this.server.doJobs(fault.collects === true).catch((error: unknown) => this.#jobFailed(error));
    }
  }

  #strikeAt(device: SimDevice, fault: Extract<Fault, { atStep: number; device: number }>): void {
    if (fault.kind === 'root') device.spoilRoot(fault);
    else if (fault.kind === 'unlistable') this.#inThisMoment(() => device.spoilFolder(fault));
    else if (fault.kind === 'mount') this.#inThisMoment(() => device.mounts.mount(fault));
    else if (fault.kind === 'rude') this.#inThisMoment(() => this.#beRude(device, fault));
    else if (fault.kind === 'clock') device.wall.offsetMs += fault.byMs;
    else if (fault.kind === 'quit')
      void device.quit(fault.downMs).catch((error: unknown) => this.break(error));
    else if (fault.kind === 'journal') void this.forget(device, fault);
    else {
      device.cutOff(true);
      this.scheduler.at(fault.forMs, `${device.name} is connected again`, () => device.cutOff(false));
    }
  }

  /** What a power cut had left to the server alone is gone with what the backup undid. */
  async #forgive(): Promise<void> {
    const history = contentsInHistory(this.server.database);
    const kept = new Set<string>();
    for (const { disk } of this.devices)
      for (const text of await textsOn(disk).catch(() => [])) kept.add(text);
    for (const text of [...this.ledger.owed.keys()])
      if (this.ledger.isLeftToServer(text) && !kept.has(text) && !history.has(contentIdFor(text)))
        this.ledger.ended(text);
  }

  #rude = { steps: -1, count: 0 };
  async #beRude(device: SimDevice, { how, which }: Extract<Fault, { kind: 'rude' }>): Promise<void> {
    const { libraryId, token } = device.parts;
    const { steps } = this.scheduler;
    // Two of one moment are two programs: each has ids of its own.
    this.#rude = { steps, count: this.#rude.steps === steps ? this.#rude.count + 1 : 0 };
    const { count } = this.#rude;
    const dice = new Dice(this.scenario.seed, count === 0 ? `rude ${steps}` : `rude ${steps} ${count}`);
    await beRude(this.server, { how, which, libraryId, token, dice });
  }

  /** As the background jobs do: what fails is for the next time. */
  #jobFailed(error: unknown): void {
    if (!isFailure(error)) this.break(error);
  }

  async #restore(savedAtStep: number): Promise<void> {
    await this.scheduler.wait(10, 'the backup is restored');
    if (this.server.isUp) this.server.stop(null);
    await this.server.database.restore(`step-${savedAtStep}`);
    this.server.era++;
    this.acked = [...(this.#ackedAtSave.get(savedAtStep) ?? [])];
    await this.#forgive();
    this.scheduler.at(REVIVED_AFTER_MS, 'server is started', () => this.server.start());
  }
}
