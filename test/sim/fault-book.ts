import type { Fault } from './scenario.ts';

/** The faults of a scenario by when they strike. Each strikes once; the n-th of two at one moment is the later one. */
export class FaultBook {
  readonly #byCall = new Map<string, Fault>();
  readonly #byStep: Extract<Fault, { atStep: number }>[];
  readonly #counts = new Map<string, number>();
  #healed = false;

  constructor(faults: readonly Fault[]) {
    for (const fault of faults) {
      if (!('nth' in fault)) continue;
      for (let more = 0; more < ('times' in fault ? fault.times : 1); more++)
        this.#byCall.set(`${keyOf(fault)}#${fault.nth + more}`, fault);
    }
    this.#byStep = faults.filter((fault) => 'atStep' in fault).sort((a, b) => a.atStep - b.atStep);
  }

  /** From now on nothing goes wrong any more. */
  heal(): void {
    this.#healed = true;
  }

  /** The fault of this call of its kind, counted from 1 on; `at`: of the calls that count together. */
  next<K extends Fault['kind']>(kind: K, device?: number, at = 'any'): Extract<Fault, { kind: K }> | null {
    const key = device === undefined ? kind : `${kind}/${device}/${at}`;
    const count = (this.#counts.get(key) ?? 0) + 1;
    this.#counts.set(key, count);
    if (this.#healed) return null;
    return (this.#byCall.get(`${key}#${count}`) as Extract<Fault, { kind: K }> | undefined) ?? null;
  }

  /** What strikes at this step of the world, each once. */
  dueAt(step: number): Extract<Fault, { atStep: number }>[] {
    const due: Extract<Fault, { atStep: number }>[] = [];
    while (!this.#healed && (this.#byStep[0]?.atStep ?? Number.POSITIVE_INFINITY) <= step) {
      due.push(this.#byStep.shift() as Extract<Fault, { atStep: number }>);
    }
    return due;
  }
}

function keyOf(fault: Fault): string {
  if (!('device' in fault)) return fault.kind;
  return `${fault.kind}/${fault.device}/${('at' in fault ? fault.at : undefined) ?? 'any'}`;
}
