import type { PastChange } from './undo-changes.ts';

/** A content that a file got by a change, and the change that took it away again. */
export interface MadeVersion {
  readonly made: PastChange;
  /** Null: it is what the file has. */
  readonly ended: { readonly seq: number; readonly firstSeq: number } | null;
}

/**
 * Finds versions in a file's history, from its end on. Moves and attributes change no content; a delete ends it, and
 * whoever brings the file back gives it a content anew.
 */
export class VersionWalk {
  /** The changes that have one content, as far as they were seen: which it is, and the earliest of them. */
  #group: { readonly contentSeq: number; readonly ended: MadeVersion['ended'] } | null = null;
  #earliest: NonNullable<MadeVersion['ended']> | null;

  /** `before`: the change behind which the walk begins, which gave the file its next content; null: at its end. */
  constructor(before: MadeVersion['ended']) {
    this.#earliest = before;
  }

  /** Takes the next earlier change; the version that begins with it, if one does. */
  take(row: PastChange): MadeVersion | null {
    const { seq, firstSeq, state } = row;
    if (this.#group?.contentSeq !== state.contentSeq) {
      this.#group = { contentSeq: state.contentSeq, ended: this.#earliest };
    }
    this.#earliest = { seq, firstSeq };
    if (state.deleted || state.kind !== 'file' || state.contentSeq !== seq) return null;
    return { made: row, ended: this.#group.ended };
  }
}
