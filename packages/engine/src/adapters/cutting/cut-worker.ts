import { parentPort } from 'node:worker_threads';
import { assert } from '@tidesync/shared/brand';
import { cutFile } from './cut-file.ts';
import type { CutAnswer, CutMessage, CutRequest } from './cut-pool.ts';

/** A message for each block would be thousands a second. */
const TELL_EVERY_MS = 100;

/** Body of a worker thread: cuts one file after the other. */
const port = parentPort;
assert(port !== null, 'this file runs in a worker thread');
const tell = (message: CutMessage) => port.postMessage(message);
port.on('message', ({ file, cancelled }: CutRequest) => {
  const answer = ((): CutAnswer => {
    try {
      let toldMs = performance.now();
      const chunks = cutFile(file, (readBytes) => {
        if (performance.now() - toldMs > TELL_EVERY_MS) {
          toldMs = performance.now();
          tell({ is: 'reading', readBytes });
        }
        return Atomics.load(cancelled, 0) === 0;
      });
      return chunks === null ? { is: 'cancelled' } : { is: 'cut', chunks };
    } catch (error) {
      // The code is all that anyone looks at, and an error's own fields do not survive the passage.
      const code = error instanceof Error && 'code' in error ? String(error.code) : 'EIO';
      return { is: 'failed', code, message: String(error) };
    }
  })();
  tell(answer);
});
