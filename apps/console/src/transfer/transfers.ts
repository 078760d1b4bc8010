import type { LibraryId } from '@tidesync/shared/ids';
import { Failure } from '@tidesync/shared/problems';
import { unanswered } from '../api/server-call.ts';
import type { FromWorker, SentFile, SentOutcome, ToWorker, Wanted, WorkId } from './messages.ts';

/** The page's side of the worker that moves content. */
interface Work {
  hear(message: FromWorker): void;
}

const works = new Map<WorkId, Work>();
let lastId: WorkId = 0;
let worker: Worker | null = null;

function tell(message: ToWorker): void {
  worker ??= start();
  worker.postMessage(message);
}

function start(): Worker {
  const made = new Worker(new URL('./transfer-worker.ts', import.meta.url), { type: 'module' });
  made.addEventListener('message', ({ data }: MessageEvent<FromWorker>) => works.get(data.id)?.hear(data));
  made.addEventListener('error', () => {
    // It could not even be loaded: whoever waits is told, and the next work starts another one.
    worker = null;
    for (const [id, work] of works) work.hear({ is: 'failed', id, problem: unanswered() });
  });
  return made;
}

export interface SendWatch {
  readonly signal: AbortSignal;
  readonly onProgress: (key: string, doneBytes: number) => void;
}

/** Brings the content of files to the server; one outcome per file. Rejects with Failure or the signal's reason. */
export function sendFiles(
  libraryId: LibraryId,
  files: readonly SentFile[],
  { signal, onProgress }: SendWatch,
): Promise<readonly SentOutcome[]> {
  signal.throwIfAborted();
  const id = ++lastId;
  return new Promise<readonly SentOutcome[]>((resolve, reject) => {
    const stop = () => {
      tell({ do: 'stop', id });
      reject(signal.reason);
    };
    signal.addEventListener('abort', stop, { once: true });
    works.set(id, {
      hear(message) {
        if (message.is === 'progress') onProgress(message.key, message.doneBytes);
        else if (message.is === 'sent') resolve(message.outcomes);
        else if (message.is === 'failed') reject(new Failure(message.problem));
      },
    });
    tell({ do: 'send', id, libraryId, files });
  }).finally(() => works.delete(id));
}

/** The bytes of a file or an archive, in order, each part asked for when it is wanted. Errors with Failure. */
export function fetchBytes(libraryId: LibraryId, wanted: Wanted): ReadableStream<Uint8Array<ArrayBuffer>> {
  const id = ++lastId;
  let next: { resolve(): void; reject(error: unknown): void } | null = null;
  return new ReadableStream<Uint8Array<ArrayBuffer>>(
    {
      start(controller) {
        works.set(id, {
          hear(message) {
            if (message.is === 'bytes') controller.enqueue(message.bytes);
            else works.delete(id);
            if (message.is === 'end') controller.close();
            if (message.is === 'failed') next?.reject(new Failure(message.problem));
            else next?.resolve();
          },
        });
        tell({ do: 'fetch', id, libraryId, wanted });
      },
      pull: () =>
        new Promise<void>((resolve, reject) => {
          next = { resolve, reject };
          tell({ do: 'pull', id });
        }),
      cancel() {
        works.delete(id);
        tell({ do: 'stop', id });
      },
    },
    { highWaterMark: 1 },
  );
}
