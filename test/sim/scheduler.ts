import { hashOf } from './dice.ts';

/** How long a step may take by chance: its kind decides. In microseconds, up to. */
const spreadUs = { disk: 2_000, network: 40_000, server: 3_000, person: 2_000, hint: 30_000 } as const;
export type StepKind = keyof typeof spreadUs;

/** Which orders are tried. Every delay is a function of the seed, the actor and its count: dropping one actor's
 * steps leaves the delays of the others as they were. */
export interface Jitter {
  readonly seed: number;
  /** `even`: all actors alike. `priority`: actors are slow or fast, and change places a few times. */
  readonly policy: 'even' | 'priority';
  /** From this step on there is no chance any more: first come, first served. */
  readonly untilStep: number;
}

export interface Wait {
  cancel(): void;
}

interface Step {
  readonly dueUs: number;
  readonly order: number;
  readonly label: string;
  run: (() => void) | null;
}

/** Steps between two changes of who is slow. */
const CHANGE_EVERY_STEPS = 400;
/** Of ten: how many actors are slow at a time. */
const SLOW_OF_TEN = 3;
const SLOW_FACTOR = 50;
const TRACE_LINES_MAX = 400;

/**
 * The one loop of a simulated world. Whatever would take time parks here; the step that is due first runs, until
 * nothing moves any more, and the clock jumps to the next. So the order of everything is a function of the seed.
 */
export class Scheduler {
  readonly #jitter: Jitter;
  readonly #heap: Step[] = [];
  readonly #counts = new Map<string, number>();
  readonly #trace: string[] = [];
  #order = 0;
  #hash = 0;
  #nowUs = 0;
  steps = 0;
  /** Called after every step, when nothing moves; throws what it finds. */
  afterStep: (() => void) | null = null;

  constructor(jitter: Jitter) {
    this.#jitter = jitter;
  }

  /** Milliseconds since the beginning of the world, with fractions. */
  get nowMs(): number {
    return this.#nowUs / 1_000;
  }
  /** Over every step so far and its time: equal only if two runs were the same. */
  get traceHash(): string {
    return `${this.steps}-${this.#hash.toString(16)}`;
  }
  /** The last lines of what happened. */
  get trace(): readonly string[] {
    return this.#trace.slice(-TRACE_LINES_MAX);
  }

  /** Resolves when its turn comes, after a delay by chance. */
  park(actor: string, what: string, kind: StepKind): Promise<void> {
    return new Promise((resolve) => {
      this.#put(this.#nowUs + this.#delayUs(actor, kind), `${actor} ${what}`, resolve);
    });
  }

  /** Runs at that time, if it is not cancelled before. */
  at(inMs: number, label: string, run: () => void): Wait {
    const step = this.#put(this.#nowUs + Math.max(0, Math.ceil(inMs * 1_000)), label, run);
    return {
      cancel: () => {
        step.run = null;
      },
    };
  }

  wait(inMs: number, label: string): Promise<void> {
    return new Promise((resolve) => {
      this.at(inMs, label, resolve);
    });
  }

  /** Writes a line into the trace, and nothing else. */
  note(line: string): void {
    this.#hash = hashOf(this.#hash, line);
    this.#trace.push(`${(this.#nowUs / 1_000).toFixed(1).padStart(10)} ${line}`);
    if (this.#trace.length > 2 * TRACE_LINES_MAX) this.#trace.splice(0, TRACE_LINES_MAX);
  }

  /** The next step; false if there is none. Time goes to where it was due. */
  async next(): Promise<boolean> {
    const step = this.#take();
    if (step === null) return false;
    this.#nowUs = Math.max(this.#nowUs, step.dueUs);
    this.steps++;
    this.note(step.label);
    step.run?.();
    await turn();
    this.afterStep?.();
    return true;
  }

  #delayUs(actor: string, kind: StepKind): number {
    const count = (this.#counts.get(actor) ?? 0) + 1;
    this.#counts.set(actor, count);
    const { seed, policy, untilStep } = this.#jitter;
    if (this.steps >= untilStep) return 100;
    const share = hashOf(seed + count, actor) / 2 ** 32;
    const delayUs = Math.ceil(share * spreadUs[kind]);
    if (policy === 'even') return delayUs;
    const era = Math.floor(this.steps / CHANGE_EVERY_STEPS);
    return hashOf(seed + era, `slow ${actor}`) % 10 < SLOW_OF_TEN ? delayUs * SLOW_FACTOR : delayUs;
  }

  #put(dueUs: number, label: string, run: () => void): Step {
    const step: Step = { dueUs, order: this.#order++, label, run };
    const heap = this.#heap;
    let at = heap.push(step) - 1;
    while (at > 0) {
      const above = (at - 1) >> 1;
      if (!isBefore(step, heap[above] as Step)) break;
      heap[at] = heap[above] as Step;
      at = above;
    }
    heap[at] = step;
    return step;
  }

  /** The first that was not cancelled. */
  #take(): Step | null {
    for (;;) {
      const first = this.#heap[0];
      if (first === undefined) return null;
      const last = this.#heap.pop() as Step;
      if (this.#heap.length > 0) this.#sink(last);
      if (first.run !== null) return first;
    }
  }

  #sink(step: Step): void {
    const heap = this.#heap;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      const right = child + 1;
      if (right < heap.length && isBefore(heap[right] as Step, heap[child] as Step)) child = right;
      if (!isBefore(heap[child] as Step, step)) break;
      heap[at] = heap[child] as Step;
      at = child;
    }
    heap[at] = step;
  }
}

function isBefore(a: Step, b: Step): boolean {
  return a.dueUs < b.dueUs || (a.dueUs === b.dueUs && a.order < b.order);
}

/** Lets everything happen that waits for nothing. */
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
