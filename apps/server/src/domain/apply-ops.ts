import type { ContentId } from '@tidesync/shared/ids';
import type { Change } from '@tidesync/shared/wire/entries';
import type { Op, OpResult } from '@tidesync/shared/wire/sync';
import type { OpContext } from './apply-op.ts';
import { applyOp } from './apply-op.ts';
import type { LibraryView } from './library-view.ts';

export interface AppliedOps {
  /** One per operation, in their order. */
  readonly results: readonly OpResult[];
  /** One per applied operation, seq counting up from `firstSeq`. */
  readonly changes: readonly Change[];
}

/** Applies operations in their order, each to what the ones before have left; the view ends as the library will. */
export function applyOps(
  view: LibraryView,
  ops: readonly Op[],
  from: { readonly firstSeq: number } & Omit<OpContext, 'seq'>,
): AppliedOps {
  const results: OpResult[] = [];
  const changes: Change[] = [];
  for (const op of ops) {
    const seq = from.firstSeq + changes.length;
    const result = applyOp(view, op, { ...from, seq });
    results.push(result);
    if (result.result !== 'applied') continue;
    view.put(result.state);
    changes.push({ seq, state: result.state });
  }
  return { results, changes };
}

/** The contents that operations name. */
export function contentsNamed(ops: readonly Op[]): ContentId[] {
  const ids = ops.flatMap((op) => {
    if (op.op === 'write') return [op.contentId];
    return op.op === 'create' && op.body.kind === 'file' ? [op.body.contentId] : [];
  });
  return [...new Set(ids)];
}
