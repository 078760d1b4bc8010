import { formatBytes } from '@tidesync/shared/format';
import type { Moved, MoveFrom, MoveTo } from '../compose-move.ts';
import { moveData } from '../compose-move.ts';
import type { MoveProgress } from '../use-cases/moving/move-watch.ts';
import type { CliIo } from './cli-io.ts';
import { counted, progressLine } from './move-progress-line.ts';
import type { Flags } from './setting-flags.ts';

const PROGRESS_EVERY_MS = 2_000;

/** Moves until it is done or someone stops it, and says on standard error how far it is. */
export async function runMove(
  ends: { readonly from: MoveFrom; readonly to: MoveTo },
  flags: Flags,
  io: CliIo,
): Promise<Moved> {
  const stop = stopOnSignal();
  const watch = {
    signal: stop.signal,
    progress: progressPrinter(io),
    damaged: (key: string, why: string) => io.warn(`Damaged: ${key}: ${why}.`),
  };
  try {
    return await moveData(ends.from, ends.to, { watch, acceptDamaged: flags.acceptDamaged === true });
  } finally {
    stop.forget();
  }
}

/** The first signal stops in good order, which the same command goes on from; a second one does not wait. */
function stopOnSignal(): { readonly signal: AbortSignal; forget(): void } {
  const told = new AbortController();
  const stop = () => {
    if (told.signal.aborted) process.exit(1);
    told.abort();
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, stop);
  return {
    signal: told.signal,
    forget: () => {
      for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, stop);
    },
  };
}

function progressPrinter(io: CliIo): (now: MoveProgress) => void {
  let part: MoveProgress['part'] | null = null;
  let [partSinceMs, saidMs] = [0, 0];
  return (now) => {
    const nowMs = Date.now();
    if (now.part !== part) [part, partSinceMs] = [now.part, nowMs];
    if (nowMs - saidMs < PROGRESS_EVERY_MS) return;
    saidMs = nowMs;
    io.warn(progressLine(now, nowMs - partSinceMs));
  };
}

/** What has moved, as JSON or in a sentence, and what to do now. */
export function sayMoved(
  moved: Moved,
  next: readonly string[],
  { flags, io }: { flags: Flags; io: CliIo },
): void {
  const { scope, summary } = moved;
  if (flags.json === true) {
    io.say(JSON.stringify({ scope: scope.kind, ...(summary ?? { moved: 'before' }) }));
    return;
  }
  if (summary === null) {
    io.say('This has moved there before; nothing was left to do.');
    return;
  }
  const { rows, objects, objectBytes, damaged } = summary;
  const total = Object.values(rows).reduce((sum, count) => sum + count, 0);
  const what = scope.kind === 'everything' ? 'Everything' : `The library "${scope.name}"`;
  io.say(
    `${what} has moved: ${counted(total)} rows, ${counted(objects)} packs, ${formatBytes(objectBytes)}.`,
  );
  io.say('Both sides were compared row by row, and every pack was hashed.');
  if (damaged.length > 0) io.say(`${counted(damaged.length)} packs were taken along damaged; see above.`);
  for (const line of next) io.say(line);
}
