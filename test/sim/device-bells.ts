import type { LibraryId } from '@tidesync/shared/ids';
import { isFailure } from '@tidesync/shared/problems';
import type { FaultBook } from './fault-book.ts';
import type { Gate } from './gate.ts';
import type { Scheduler } from './scheduler.ts';
import type { SimServer } from './sim-server.ts';

export interface BellParts {
  readonly scheduler: Scheduler;
  readonly server: SimServer;
  readonly faults: FaultBook;
  readonly index: number;
  readonly libraryId: LibraryId;
  readonly token: string;
  readonly gate: Gate;
  readonly isCutOff: () => boolean;
  /** Ends the connection of this moment. */
  readonly cut: () => AbortSignal;
  readonly ring: () => void;
}

/** Doorbells, as long as a process lives: connects, rings, and connects again. */
export async function listen(parts: BellParts): Promise<void> {
  const { gate, server } = parts;
  for (let tries = 1; !gate.isOver; tries++) {
    await gate.wait(Math.min(30_000, 500 * 2 ** Math.min(tries, 6)), 'connects');
    if (parts.isCutOff() || !server.isUp) continue;
    tries = 1;
    parts.ring();
    try {
      await hearBells(parts);
    } catch (error) {
      if (!isFailure(error)) throw error;
    }
  }
}

/** Of one connection, until it ends. */
async function hearBells({ gate, server, faults, ring, ...parts }: BellParts): Promise<void> {
  const { index, token, libraryId, scheduler } = parts;
  for await (const bell of server.bells(token, parts.cut())) {
    if (gate.isOver) return;
    const fault = faults.next('bell', index);
    if (bell.libraryId !== libraryId || fault?.how === 'lost') continue;
    if (fault?.how === 'late') scheduler.at(30_000, `d${index} late bell`, ring);
    else await scheduler.park(`d${index}`, 'bell', 'network').then(ring);
    if (fault?.how === 'twice') scheduler.at(3_000, `d${index} second bell`, ring);
  }
}
