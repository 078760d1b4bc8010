import { formatBytes } from '@tidesync/shared/format';
import type { Moved, MoveFrom, MoveTo } from '../compose-move.ts';
import { moveData } from '../compose-move.ts';
import type { CliIo } from './cli-io.ts';
import { progressPrinter, stopOnSignal } from './long-work.ts';
import { counted } from './move-progress-line.ts';
import type { Flags } from './setting-flags.ts';

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
