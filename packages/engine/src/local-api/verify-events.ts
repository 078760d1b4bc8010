import type { VerifyEvent, VerifyProgress } from '@tidesync/shared/wire/engine';
import type { VerifyOrder } from '../shell/face.ts';
import type { EngineFace } from './engine-face.ts';

/** A check as a stream: the newest progress whenever its reader is ready for it, then the end. */
export async function* verifyEvents(
  face: Pick<EngineFace, 'verify'>,
  order: Omit<VerifyOrder, 'progress'>,
): AsyncGenerator<VerifyEvent> {
  let newest: VerifyProgress | null = null;
  let wake = Promise.withResolvers<void>();
  const progress = (now: VerifyProgress) => {
    newest = now;
    wake.resolve();
  };
  let over = false;
  const end = () => {
    over = true;
    wake.resolve();
  };
  const done = face.verify({ ...order, progress });
  done.then(end, end);
  while (!over) {
    await wake.promise;
    wake = Promise.withResolvers();
    if (newest !== null && !over) yield { is: 'progress', now: newest };
    newest = null;
  }
  const folders = await done;
  if (folders !== null) yield { is: 'done', folders };
}
