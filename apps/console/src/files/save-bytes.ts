import { fail } from '@tidesync/shared/problems';

const MIB = 1024 * 1024;
/** Kept in memory without asking for a place to save to. */
const QUIET_BYTES_MAX = 64 * MIB;
/** What a browser that cannot write to a file itself is trusted with. */
const MEMORY_BYTES_MAX = 1024 * MIB;
/** So much is handed over at a time: a browser may put finished parts on its disk. */
const PART_BYTES = 32 * MIB;
/** How long a finished download's address is kept for the browser to take it. */
const ADDRESS_LIFE_MS = 60_000;

interface SavePicker {
  showSaveFilePicker?(options: { suggestedName: string }): Promise<FileSystemFileHandle>;
}

/** Where bytes go that a person wants to keep. */
export type Target =
  | { readonly is: 'file'; readonly handle: FileSystemFileHandle }
  | { readonly is: 'memory' };

/**
 * Asks where to save what is large, if the browser can write to a file by itself: then nothing is kept in memory. To be
 * called in the press of a button. Null: the person does not want it after all.
 * Errors: Failure `tooLargeHere`.
 */
export async function chooseTarget(name: string, sizeBytes: number): Promise<Target | null> {
  if (sizeBytes <= QUIET_BYTES_MAX) return { is: 'memory' };
  const { showSaveFilePicker } = window as SavePicker;
  if (showSaveFilePicker !== undefined) {
    try {
      return { is: 'file', handle: await showSaveFilePicker.call(window, { suggestedName: name }) };
    } catch (error) {
      if (error instanceof DOMException && error.name === 'AbortError') return null;
    }
  }
  if (sizeBytes > MEMORY_BYTES_MAX) fail({ reason: 'tooLargeHere', sizeBytes, limitBytes: MEMORY_BYTES_MAX });
  return { is: 'memory' };
}

export interface SaveOrder {
  readonly name: string;
  readonly target: Target;
  readonly bytes: ReadableStream<Uint8Array<ArrayBuffer>>;
  readonly signal: AbortSignal;
  readonly onProgress: (doneBytes: number) => void;
}

/** Rejects as the stream does, or with the signal's reason; nothing half is left. */
export async function saveBytes({ name, target, bytes, signal, onProgress }: SaveOrder): Promise<void> {
  let doneBytes = 0;
  const counted = bytes.pipeThrough(
    new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
      transform(part, controller) {
        doneBytes += part.length;
        onProgress(doneBytes);
        controller.enqueue(part);
      },
    }),
    { signal },
  );
  if (target.is === 'file') {
    await counted.pipeTo(await target.handle.createWritable(), { signal });
    return;
  }
  offer(name, await collect(counted));
}

/** All bytes as one blob. */
async function collect(bytes: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<Blob> {
  const parts: Blob[] = [];
  let open: Uint8Array<ArrayBuffer>[] = [];
  let openBytes = 0;
  const reader = bytes.getReader();
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    open.push(next.value);
    openBytes += next.value.length;
    if (openBytes < PART_BYTES) continue;
    parts.push(new Blob(open));
    open = [];
    openBytes = 0;
  }
  // Of no type: the browser saves it, and never shows it.
  return new Blob([...parts, ...open], { type: 'application/octet-stream' });
}

function offer(name: string, blob: Blob): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), ADDRESS_LIFE_MS);
}
