import { seededRandom } from '@tidesync/engine/testing/seeded-random';
import { localDoorbells } from '@tidesync/server/adapters/events/local-doorbells';
import { appRouter } from '@tidesync/server/api/app-router';
import type { ErrorShape } from '@tidesync/server/api/problem-codes';
import { errorShapeOf, problemOf } from '@tidesync/server/api/problem-codes';
import type { RequestContext } from '@tidesync/server/api/trpc';
import { LoginThrottle } from '@tidesync/server/domain/login-throttle';
import { NO_METRICS } from '@tidesync/server/ports/metrics';
import type { ServerPorts } from '@tidesync/server/ports/server-ports';
import { authenticate } from '@tidesync/server/use-cases/auth/authenticate';
import { watchLibraries } from '@tidesync/server/use-cases/changes/watch-libraries';
import { collectGarbage } from '@tidesync/server/use-cases/garbage/collect-garbage';
import { expireUploads } from '@tidesync/server/use-cases/uploads/expire-uploads';
import type { FilePolicy } from '@tidesync/shared/file-policy';
import { OPEN_POLICY } from '@tidesync/shared/file-policy';
import { limits } from '@tidesync/shared/limits';
import { fail } from '@tidesync/shared/problems';
import { PROTOCOL_VERSION } from '@tidesync/shared/wire/people';
import type { Doorbell } from '@tidesync/shared/wire/sync';
import { Gate, START_MS } from './gate.ts';
import type { Scheduler } from './scheduler.ts';
import type { ServerDatabase } from './server-database.ts';
import { ServerTreeLaw } from './server-tree-law.ts';
import { SimObjects } from './sim-objects.ts';
import type { DatabaseTrouble } from './sim-store.ts';
import { simStore } from './sim-store.ts';

export interface ServerTroubles {
  /** Asked before each step of the server: how long it is gone, from before that step on; null for not at all. */
  readonly downOf: () => number | null;
  readonly databaseTroubleOf: () => DatabaseTrouble | null;
}

export type Answer =
  | { readonly ok: true; readonly data: unknown }
  | { readonly ok: false; readonly shape: ErrorShape };

interface Asked {
  readonly token: string;
  readonly name: string;
  readonly input: unknown;
}

const COLLECT_ALL = { libraryId: null, dryRun: false, actor: 'server', untilMs: null } as const;
const watches = { open: () => true, close: () => undefined, recheckMs: 1_000_000_000 };

/** One process of the server, from its start to its end. */
interface Run {
  readonly gate: Gate;
  readonly ports: ServerPorts;
  readonly over: AbortController;
}

/**
 * The production use-cases behind the production router, called without HTTP: inputs and outputs pass the same schemas,
 * errors leave in the same shape. It may be gone before any of its steps, and is another process afterwards.
 */
export class SimServer {
  readonly objects: SimObjects;
  readonly database: ServerDatabase;
  readonly wall = { offsetMs: 0 };
  /** What no server may ever say: a bug, with its error. */
  readonly bugs: unknown[] = [];
  readonly #scheduler: Scheduler;
  readonly #troubles: ServerTroubles;
  readonly #random: ServerPorts['random'];
  readonly #treeLaw: ServerTreeLaw;
  #run: Run | null = null;
  #runs = 0;
  /** What files it takes, from its next start on. */
  files: FilePolicy = OPEN_POLICY;
  /** Counts the backups that were restored. */
  era = 0;

  constructor(
    scheduler: Scheduler,
    parts: { database: ServerDatabase; seed: number; troubles: ServerTroubles },
  ) {
    this.#scheduler = scheduler;
    this.#troubles = parts.troubles;
    this.database = parts.database;
    this.#treeLaw = new ServerTreeLaw(parts.database);
    this.objects = new SimObjects(() => this.nowMs());
    this.#random = seededRandom(parts.seed ^ 0x5e17e7);
  }

  nowMs(): number {
    return Math.floor(START_MS + this.#scheduler.nowMs + this.wall.offsetMs);
  }

  get isUp(): boolean {
    return this.#run !== null;
  }
  /** Null while it is down. Aborts when this process of the server ends. */
  get runSignal(): AbortSignal | null {
    return this.#run?.over.signal ?? null;
  }

  start(): void {
    if (this.#run !== null) return;
    this.#runs++;
    const gate: Gate = new Gate(this.#scheduler, `server${this.#runs}`, () => {
      const downMs = this.#run?.gate === gate ? this.#troubles.downOf() : null;
      if (downMs !== null) this.stop(downMs);
      return downMs !== null;
    });
    const pass = (what: string) => gate.pass(what, 'server');
    this.#run = { gate, ports: this.#ports(pass), over: new AbortController() };
  }

  /** Gone from one moment to the next; in flight is lost. Null: until somebody starts it. */
  stop(downMs: number | null): void {
    const run = this.#run;
    if (run === null) return;
    this.#run = null;
    run.gate.isOver = true;
    this.#scheduler.note(`server${this.#runs} is gone`);
    run.over.abort();
    if (downMs !== null) this.#scheduler.at(downMs, 'server starts', () => this.start());
  }

  /** Does not resolve if the server goes meanwhile: `runSignal` tells. */
  async handle(token: string, name: string, input: unknown): Promise<Answer> {
    const run = this.#run;
    if (run === null) throw new Error('whoever calls looks first whether the server is up');
    const answer = await this.#answer(run.ports, { token, name, input });
    await run.gate.pass(`answers ${name}`, 'server');
    return answer;
  }

  /** The same without trouble and without time, for those who look at the end. Throws the problem. */
  async ask<T>(token: string, name: string, input: unknown): Promise<T> {
    const answer = await this.#answer(this.quietPorts(), { token, name, input });
    if (!answer.ok) throw new Error(`${name}: ${answer.shape.message}`);
    return answer.data as T;
  }

  /** The doorbells of one device, as long as this process of the server lives and the signal does not end them. */
  async *bells(token: string, closed: AbortSignal): AsyncGenerator<Doorbell, void> {
    const run = this.#run;
    if (run === null) return;
    const { ports } = run;
    const signal = AbortSignal.any([closed, run.over.signal]);
    const ended = new Promise<null>((resolve) => {
      if (signal.aborted) resolve(null);
      else signal.addEventListener('abort', () => resolve(null), { once: true });
    });
    const confirm = () => authenticate(ports, token);
    const caller = await Promise.race([confirm(), ended]);
    if (caller === null) return;
    const rings = watchLibraries(ports, { caller, confirm }, signal);
    for (;;) {
      // What waits for a server that is gone waits for ever.
      const next = await Promise.race([rings.next(), ended]);
      if (next === null || next.done) return;
      yield next.value;
    }
  }

  /** What the server does on its own, now and then. */
  async doJobs(collects: boolean): Promise<void> {
    if (this.#run === null) return;
    const { ports, gate, over } = this.#run;
    await expireUploads(ports);
    if (!collects) return;
    const turn = () => gate.pass('collects', 'server');
    await collectGarbage({ ...ports, turn }, { ...COLLECT_ALL, signal: over.signal });
  }

  /** The same without trouble and without time, for those who look at the end. */
  async collectQuietly(): Promise<void> {
    const ports = this.quietPorts();
    await expireUploads(ports);
    const turn = async () => undefined;
    await collectGarbage({ ...ports, turn }, { ...COLLECT_ALL, signal: new AbortController().signal });
  }

  /** Ports that know no trouble, for those who look at the end. */
  quietPorts(): ServerPorts {
    return this.#ports(async () => undefined, false);
  }

  async #answer(ports: ServerPorts, { token, name, input }: Asked): Promise<Answer> {
    const protocol = String(PROTOCOL_VERSION);
    const session = { keep: () => undefined, drop: () => undefined };
    const context: RequestContext = { ports, token, session, address: 'sim', protocol, watches };
    try {
      let procedure: unknown = appRouter.createCaller(context);
      for (const part of name.split('.')) procedure = (procedure as Record<string, unknown>)[part];
      return { ok: true, data: await (procedure as (given: unknown) => Promise<unknown>)(input) };
    } catch (error) {
      const problem = problemOf(error);
      if (problem.reason === 'internal') this.bugs.push(error);
      return { ok: false, shape: errorShapeOf(problem) };
    }
  }

  #lookAtTrees(): void {
    try {
      this.#treeLaw.check();
    } catch (error) {
      this.bugs.push(error);
    }
  }

  #ports(pass: (what: string) => Promise<void>, mayFail = true): ServerPorts {
    const refused = () => fail({ reason: 'adminOnly' });
    return {
      store: simStore({
        store: () => this.database.store,
        pass,
        committed: () => this.#lookAtTrees(),
        troubleOf: () => (mayFail ? this.#troubles.databaseTroubleOf() : null),
      }),
      objectStore: this.objects.portFor(pass),
      clock: { nowMs: () => this.nowMs() },
      random: this.#random,
      doorbells: localDoorbells(),
      passwords: { hash: async () => refused(), verify: async () => refused() },
      metrics: NO_METRICS,
      policy: {
        files: this.files,
        quotaBytesDefault: limits.quotaBytesDefault,
        retention: { versions: limits.retentionDaysDefault, trash: limits.retentionDaysDefault },
        deleteAfterDays: limits.deleteAfterDaysDefault,
        storage: 'memory',
      },
      throttle: new LoginThrottle(100),
    };
  }
}
