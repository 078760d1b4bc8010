import { fail } from '@tidesync/shared/problems';

/** How far a move is, within one of its parts. */
export interface MoveProgress {
  readonly part: 'objects' | 'rows' | 'comparing' | 'chains';
  readonly done: number;
  /** What there is to do in all; null where nobody counted. */
  readonly total: number | null;
  readonly doneBytes: number;
  readonly totalBytes: number | null;
}

export interface MoveWatch {
  readonly signal: AbortSignal;
  progress(now: MoveProgress): void;
  /** An object is missing or has other bytes than it should. */
  damaged(key: string, why: string): void;
}

/** Errors: `moveStopped` once someone wants it. */
export function goOn({ signal }: MoveWatch): void {
  if (signal.aborted) fail({ reason: 'moveStopped' });
}
