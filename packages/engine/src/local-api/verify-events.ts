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
  const done = face.verify({ ...order, progress }).finally(() => wake.resolve());
  const ended = done.then(
    () => true,
    () => true,
  );
  for (let over = false; !over; ) {
    await wake.promise;
    wake = Promise.withResolvers();
    over = await Promise.race([ended, Promise.resolve(false)]);
    if (newest !== null && !over) yield { is: 'progress', now: newest };
    newest = null;
  }
  const folders = await done;
  if (folders !== null) yield { is: 'done', folders };
}
