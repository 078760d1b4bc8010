import { Worker } from 'node:worker_threads';
import type { ChunkRef } from '@tidesync/shared/chunk-list';
import type { OnRead } from '../../ports/cutter.ts';
import type { OpenedFile } from './cut-file.ts';

export interface CutRequest {
  readonly file: OpenedFile;
  /** Not 0 when nobody waits for the answer any more. */
  readonly cancelled: Int32Array;
}
export type CutAnswer =
  | { readonly is: 'cut'; readonly chunks: readonly ChunkRef[] }
  | { readonly is: 'cancelled' }
  | { readonly is: 'failed'; readonly code: string; readonly message: string };
/** What a thread says: how far it is, again and again, and then the answer. */
export type CutMessage = { readonly is: 'reading'; readonly readBytes: number } | CutAnswer;

interface Job {
  readonly request: CutRequest;
  readonly onRead: OnRead;
  finish(answer: CutAnswer): void;
}

/**
 * A few threads that cut files, started when first needed. They keep the process alive only while they work.
 * A file's handle stays the caller's, who closes it after the answer.
 */
export class CutPool {
  readonly #size: number;
  readonly #idle: Worker[] = [];
  readonly #working = new Map<Worker, Job>();
  readonly #waiting: Job[] = [];
  #closed = false;

  constructor(size: number) {
    this.#size = size;
  }

  /** Resolves always; `cancelled` when the signal fired or the pool was closed first. */
  run(file: OpenedFile, signal: AbortSignal, onRead: OnRead = () => undefined): Promise<CutAnswer> {
    return new Promise((resolve) => {
      const request = { file, cancelled: new Int32Array(new SharedArrayBuffer(4)) };
      const onAbort = (): void => {
        Atomics.store(request.cancelled, 0, 1);
        const place = this.#waiting.indexOf(job);
        if (place < 0) return;
        this.#waiting.splice(place, 1);
        job.finish({ is: 'cancelled' });
      };
      const job: Job = {
        request,
        onRead,
        finish: (answer) => {
          signal.removeEventListener('abort', onAbort);
          resolve(answer);
        },
      };
      if (signal.aborted || this.#closed) return job.finish({ is: 'cancelled' });
      signal.addEventListener('abort', onAbort);
      this.#waiting.push(job);
      this.#startNext();
    });
  }

  /** Ends all threads; what they were at is answered with `cancelled`. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const job of this.#waiting.splice(0)) job.finish({ is: 'cancelled' });
    const workers = [...this.#idle.splice(0), ...this.#working.keys()];
    await Promise.all(workers.map((worker) => worker.terminate()));
  }

  #startNext(): void {
    if (this.#closed || this.#waiting.length === 0) return;
    const worker = this.#idle.pop() ?? (this.#working.size < this.#size ? this.#startWorker() : null);
    if (worker === null) return;
    const job = this.#waiting.shift() as Job;
    this.#working.set(worker, job);
    worker.ref();
    worker.postMessage(job.request);
  }

  #startWorker(): Worker {
    const worker = new Worker(new URL('./cut-worker.ts', import.meta.url));
    worker.on('message', (message: CutMessage) => {
      if (message.is === 'reading') return this.#working.get(worker)?.onRead(message.readBytes);
      this.#finish(worker, message);
      worker.unref();
      this.#idle.push(worker);
      this.#startNext();
    });
    // A thread that dies takes one file with it, and is replaced when the next one comes.
    worker.on('error', (error) => {
      // A thread needs some handles to start, and says only in words that there were none.
      const code = /EMFILE|ENFILE/.exec(String(error))?.[0] ?? 'EIO';
      this.#finish(worker, { is: 'failed', code, message: String(error) });
    });
    worker.on('exit', () => {
      this.#finish(worker, { is: 'cancelled' });
      const place = this.#idle.indexOf(worker);
      if (place >= 0) this.#idle.splice(place, 1);
      this.#startNext();
    });
    return worker;
  }

  #finish(worker: Worker, answer: CutAnswer): void {
    const job = this.#working.get(worker);
    this.#working.delete(worker);
    job?.finish(answer);
  }
}
