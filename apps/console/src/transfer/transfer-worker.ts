import { Failure } from '@tidesync/shared/problems';
import { unanswered } from '../api/server-call.ts';
import { zipOf } from './build-zip.ts';
import { fileReader } from './fetch-files.ts';
import type { FromWorker, ToWorker, WorkId } from './messages.ts';
import { sendFiles } from './send-files.ts';

// Moves content off the page's own thread: cutting and hashing would hold it up.

type Bytes = AsyncIterator<Uint8Array<ArrayBuffer>, unknown>;

const stops = new Map<WorkId, AbortController>();
const reading = new Map<WorkId, Bytes>();

const tell = (message: FromWorker, transfer: Transferable[] = []) => postMessage(message, { transfer });

/** Ends a piece of work; one that was stopped is told to nobody. */
function failed(id: WorkId, error: unknown): void {
  const wasStopped = stops.get(id)?.signal.aborted ?? true;
  forget(id);
  if (wasStopped) return;
  const problem = error instanceof Failure ? error.problem : { ...unanswered(), detail: String(error) };
  tell({ is: 'failed', id, problem });
}

function forget(id: WorkId): void {
  stops.delete(id);
  reading.delete(id);
}

async function send({ id, libraryId, files }: Extract<ToWorker, { do: 'send' }>, signal: AbortSignal) {
  const onProgress = (key: string, doneBytes: number) => tell({ is: 'progress', id, key, doneBytes });
  const outcomes = await sendFiles({ libraryId, files, signal, onProgress });
  forget(id);
  tell({ is: 'sent', id, outcomes });
}

function open({ id, libraryId, wanted }: Extract<ToWorker, { do: 'fetch' }>, signal: AbortSignal): void {
  const reader = fileReader(libraryId);
  const bytes =
    wanted.kind === 'file'
      ? reader.read(wanted.file, signal)
      : zipOf(wanted, (file) => reader.read(file, signal));
  reading.set(id, bytes);
}

async function pull(id: WorkId): Promise<void> {
  const next = await reading.get(id)?.next();
  if (next === undefined) return;
  if (next.done) {
    forget(id);
    tell({ is: 'end', id });
    return;
  }
  tell({ is: 'bytes', id, bytes: next.value }, [next.value.buffer]);
}

addEventListener('message', ({ data }: MessageEvent<ToWorker>) => {
  const { id } = data;
  const fails = (error: unknown) => failed(id, error);
  switch (data.do) {
    case 'send': {
      const stop = new AbortController();
      stops.set(id, stop);
      send(data, stop.signal).catch(fails);
      return;
    }
    case 'fetch': {
      const stop = new AbortController();
      stops.set(id, stop);
      open(data, stop.signal);
      return;
    }
    case 'pull':
      pull(id).catch(fails);
      return;
    case 'stop':
      stops.get(id)?.abort(new DOMException('stopped', 'AbortError'));
      void reading.get(id)?.return?.();
      forget(id);
      return;
  }
});
