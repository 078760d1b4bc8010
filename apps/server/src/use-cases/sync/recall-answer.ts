import type { LibraryId, OpId } from '@tidesync/shared/ids';
import { fail } from '@tidesync/shared/problems';
import type { Reads } from '../../ports/store.ts';
import type { RememberedAnswer } from '../../ports/store-tree.ts';
import type { Caller } from '../caller.ts';
import { sha256Hex } from '../sha256-hex.ts';

/** What a device asked for under an operation id, parsed: the same request has the same hash. */
export interface Request {
  readonly libraryId: LibraryId;
  readonly opId: OpId;
  readonly payloadHash: string;
}

export function requestOf(
  verb: string,
  input: { libraryId: LibraryId; opId: OpId; payload: unknown },
): Request {
  const { libraryId, opId, payload } = input;
  return { libraryId, opId, payloadHash: sha256Hex(JSON.stringify([verb, libraryId, payload])) };
}

/**
 * The answer this device got before for this operation id; null if it never asked.
 * Errors: `opIdReused` if it asked for something else then.
 */
export async function recallAnswer(
  reads: Reads,
  caller: Caller,
  request: Request,
): Promise<RememberedAnswer | null> {
  const answer = await reads.tree.answerOf(caller.deviceId, request.opId);
  if (answer !== null && answer.payloadHash !== request.payloadHash) fail({ reason: 'opIdReused' });
  return answer;
}
