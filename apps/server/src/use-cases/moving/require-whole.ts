import { fail } from '@tidesync/shared/problems';
import type { Store } from '../../ports/store.ts';
import { EVERYTHING } from '../../ports/store-transfer.ts';

/** Errors: `importHalfDone` for a database into which everything is being imported. */
export async function requireWholeImport({ read }: Pick<Store, 'read'>): Promise<void> {
  if ((await read.rows.importMark(EVERYTHING)) !== null) fail({ reason: 'importHalfDone' });
}
