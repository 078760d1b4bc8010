import type { FilePolicy } from '@tidesync/shared/file-policy';
import { OPEN_POLICY } from '@tidesync/shared/file-policy';
import { Failure } from '@tidesync/shared/problems';
import type { Library } from '@tidesync/shared/wire/people';
import type { Clock } from '../ports/environment.ts';
import type { RootParts } from './root-parts.ts';

/** A ring may mean that the server wants something, or has it again; it mostly does not. */
const ASKED_AGAIN_AFTER_MS = 15_000;

/** What the server says of a root's library. It is no part of the journal: it is asked for now and then. */
export class LibraryFacts {
  readonly #clock: Clock;
  #isKnown = false;
  #askedAtMs = Number.NEGATIVE_INFINITY;
  mayWrite = false;
  files: FilePolicy = OPEN_POLICY;
  /** Contents that the server has lost bytes of. */
  wanted = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get isKnown(): boolean {
    return this.#isKnown;
  }

  forget(): void {
    this.#isKnown = false;
  }

  /** `isMissed`: something is waited for that the server may have again. */
  forgetAtRing(isMissed: boolean): void {
    if (isMissed || this.#clock.monotonicMs() - this.#askedAtMs >= ASKED_AGAIN_AFTER_MS) this.forget();
  }

  /** Errors: `libraryMissing`, and those of the server. */
  async ask({ server, record }: RootParts): Promise<Library> {
    const library = (await server.libraries()).find((one) => one.libraryId === record.libraryId);
    if (library === undefined) throw new Failure({ reason: 'libraryMissing', library: record.libraryName });
    this.#isKnown = true;
    this.#askedAtMs = this.#clock.monotonicMs();
    this.mayWrite = library.role !== 'viewer';
    this.files = library.files ?? OPEN_POLICY;
    this.wanted = library.wanted ?? 0;
    return library;
  }
}
