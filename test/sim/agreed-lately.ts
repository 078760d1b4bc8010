import type { LocalState, Triple } from '@tidesync/engine/core/entry';
import type { SentCommit } from '@tidesync/engine/ports/journal';

/** Within which a power cut may take what its person wrote and the server has: S58 promises it for a little longer. */
const LATELY_MS = 55_000;

/** Which contents a device has sent, or agreed on, a short while ago for the first time, by its own clock. */
export class AgreedLately {
  readonly #nowMs: () => number;
  readonly #firstMs = new Map<string, number>();

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  /** Before a commit is sent. */
  sent({ ops }: SentCommit): void {
    for (const { local } of ops) this.#met(local);
  }

  /** Before the journal takes over what is known of an entry. */
  noted({ base, local }: Triple): void {
    if (base !== null) this.#met(local);
  }

  has(contentId: string): boolean {
    return (this.#firstMs.get(contentId) ?? Number.NEGATIVE_INFINITY) >= this.#nowMs() - LATELY_MS;
  }

  #met(local: LocalState): void {
    const contentId = local.is === 'present' && local.body.kind === 'file' ? local.body.contentId : null;
    if (contentId !== null && !this.#firstMs.has(contentId)) this.#firstMs.set(contentId, this.#nowMs());
  }
}
