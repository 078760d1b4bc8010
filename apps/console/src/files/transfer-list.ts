import type { Problem } from '@tidesync/shared/problems';
import { Failure } from '@tidesync/shared/problems';
import { useSyncExternalStore } from 'react';
import { unanswered } from '../api/server-call.ts';

export type TransferState =
  | { readonly is: 'running' }
  | { readonly is: 'done' }
  | { readonly is: 'stopped' }
  | { readonly is: 'failed'; readonly problem: Problem };

/** One thing that goes up or comes down, as it is shown. */
export interface Transfer {
  readonly id: number;
  readonly direction: 'up' | 'down';
  readonly label: string;
  readonly doneBytes: number;
  readonly totalBytes: number;
  readonly startedMs: number;
  readonly state: TransferState;
  /** Of several files: those that did not make it, the others did. */
  readonly faults: readonly Fault[];
}
export interface Fault {
  readonly name: string;
  readonly problem: Problem;
}

/** What a transfer says while it works. */
export interface TransferWatch {
  readonly signal: AbortSignal;
  onProgress(doneBytes: number): void;
  onFault(fault: Fault): void;
}

export interface TransferOrder {
  readonly direction: 'up' | 'down';
  readonly label: string;
  readonly totalBytes: number;
  readonly work: (watch: TransferWatch) => Promise<unknown>;
}

let shown: readonly Transfer[] = [];
let lastId = 0;
const orders = new Map<number, TransferOrder>();
const stops = new Map<number, AbortController>();
const listeners = new Set<() => void>();

function set(next: readonly Transfer[]): void {
  shown = next;
  for (const listener of listeners) listener();
}
function change(id: number, changes: Partial<Transfer>): void {
  set(shown.map((one) => (one.id === id ? { ...one, ...changes } : one)));
}

/** Starts it, shown from now on until it is taken off the list. Resolves at its end, however that was. */
export async function startTransfer(order: TransferOrder): Promise<void> {
  const id = ++lastId;
  orders.set(id, order);
  set([...shown, { ...fresh(order), id }]);
  await run(id, order);
}

const fresh = ({ direction, label, totalBytes }: TransferOrder): Omit<Transfer, 'id'> => ({
  direction,
  label,
  totalBytes,
  doneBytes: 0,
  startedMs: Date.now(),
  state: { is: 'running' },
  faults: [],
});

async function run(id: number, order: TransferOrder): Promise<void> {
  const stop = new AbortController();
  stops.set(id, stop);
  let faults: readonly Fault[] = [];
  try {
    await order.work({
      signal: stop.signal,
      onProgress: (doneBytes) => change(id, { doneBytes }),
      onFault: (fault) => {
        faults = [...faults, fault];
        change(id, { faults });
      },
    });
    change(id, { state: { is: 'done' }, doneBytes: order.totalBytes });
  } catch (error) {
    if (stop.signal.aborted) change(id, { state: { is: 'stopped' } });
    else
      change(id, {
        state: { is: 'failed', problem: error instanceof Failure ? error.problem : strange(error) },
      });
  } finally {
    stops.delete(id);
  }
}

const strange = (error: unknown): Problem => ({ ...unanswered(), detail: String(error) }) as Problem;

export function stopTransfer(id: number): void {
  stops.get(id)?.abort(new DOMException('stopped', 'AbortError'));
}

/** Once more, from where it was: what was sent is not sent again. */
export function retryTransfer(id: number): void {
  const order = orders.get(id);
  if (order === undefined) return;
  change(id, fresh(order));
  void run(id, order);
}

export function removeTransfer(id: number): void {
  orders.delete(id);
  set(shown.filter((one) => one.id !== id));
}

export function useTransfers(): readonly Transfer[] {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => shown,
  );
}
