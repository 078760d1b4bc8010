import { makeZip } from 'client-zip';
import type { Wanted, WantedFile } from './messages.ts';

type Bytes = AsyncGenerator<Uint8Array<ArrayBuffer>, void>;

/** One archive, made while it is read: no file is compressed, and none is in memory whole. */
export async function* zipOf(
  { files, folders }: Extract<Wanted, { kind: 'zip' }>,
  read: (file: WantedFile) => Bytes,
): Bytes {
  function* entries() {
    for (const path of folders) yield { name: `${path}/` };
    for (const file of files) {
      const { path: name, sizeBytes: size, mtimeMs } = file;
      yield { name, size, lastModified: new Date(mtimeMs), input: streamOf(read(file)) };
    }
  }
  const reader = makeZip(entries()).getReader();
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      yield Uint8Array.from(part.value);
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

function streamOf(bytes: Bytes): ReadableStream<Uint8Array<ArrayBuffer>> {
  return new ReadableStream({
    async pull(controller) {
      const next = await bytes.next();
      if (next.done) controller.close();
      else controller.enqueue(next.value);
    },
    async cancel() {
      await bytes.return();
    },
  });
}
