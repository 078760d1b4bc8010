import type { RelPath } from '@tidesync/shared/names';
import type { OpenParts } from './root-parts.ts';

/** `scanned`: the disk has just been looked at. `pulled`: and the remote tree was brought up to date. */
export type VisitTime = 'scanned' | 'pulled';

/** `look` asks for another look at a folder, before anything is decided. */
export type VisitWork<T> = (parts: OpenParts, look: (folder: RelPath) => void) => Promise<T>;

interface Visit {
  readonly time: VisitTime;
  receive(parts: OpenParts): Promise<void>;
  refuse(): void;
}

/** Work that others ask a root's loop to do in its own turn: nothing else changes the trees meanwhile. */
export class Visits {
  #waiting: Visit[] = [];
  #due: Visit[] = [];
  #isClosed = false;

  /** Null: the round ended before, because the root is halted, offline (what is to be pulled) or stopped. */
  ask<T>(time: VisitTime, work: (parts: OpenParts) => Promise<T>): Promise<T | null> {
    if (this.#isClosed) return Promise.resolve(null);
    return new Promise((resolve, reject) => {
      this.#waiting.push({
        time,
        receive: (parts) => work(parts).then(resolve, reject),
        refuse: () => resolve(null),
      });
    });
  }

  /** A round begins: those that wait now are its own. */
  begin(): void {
    this.#due.push(...this.#waiting.splice(0));
  }
  /** Does what is due, if anything is. Whoever asked hears of failures. */
  async receive(parts: OpenParts, time: VisitTime): Promise<boolean> {
    const due = this.#due.filter((visit) => visit.time === time);
    this.#due = this.#due.filter((visit) => visit.time !== time);
    for (const visit of due) await visit.receive(parts);
    return due.length > 0;
  }
  /** The round is over. */
  end(): void {
    for (const visit of this.#due.splice(0)) visit.refuse();
  }
  /** There will be no round any more. */
  close(): void {
    this.#isClosed = true;
    this.begin();
    this.end();
  }
}
