import { fail } from '@tidesync/shared/problems';
import type { Store } from '../../ports/store.ts';
import { EVERYTHING } from '../../ports/store-transfer.ts';

/** Errors: `importHalfDone` for a database into which everything is being imported. */
export async function requireWholeImport({ read }: Pick<Store, 'read'>): Promise<void> {
  const mark = await read.rows.importMark(EVERYTHING);
  if (mark !== null && mark.finishedAtMs === null) fail({ reason: 'importHalfDone' });
}
