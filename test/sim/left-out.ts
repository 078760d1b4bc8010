import { shownPathOf } from '@tidesync/engine/core/path-of';
import { rememberingTrees } from '@tidesync/engine/core/remembering-trees';
import type { RootJournal, SentCommit } from '@tidesync/engine/ports/journal';
import { layout } from '@tidesync/engine/shell/layout';
import { selectionOf } from '@tidesync/engine/shell/round';
import { filesOf } from './disk-texts.ts';
import type { ServerDatabase } from './server-database.ts';
import { entryPaths } from './server-tree.ts';
import type { SimDevice } from './sim-device.ts';
import { Violation } from './violation.ts';

/** E3: what this device leaves out is nobody's delete. */
export function checkNoDeleteOfLeftOut({
  device,
  journal,
  sent,
}: {
  readonly device: string;
  readonly journal: RootJournal;
  readonly sent: SentCommit;
}): void {
  const deletes = sent.ops.filter(({ op }) => op.op === 'delete');
  if (deletes.length === 0 || journal.excludedFolders().length === 0) return;
  const trees = rememberingTrees(journal);
  const { isExcluded } = selectionOf(journal, trees);
  const wrong = deletes.find(({ op }) => isExcluded(op.entryId));
  if (wrong === undefined) return;
  const path = shownPathOf(journal, wrong.op.entryId);
  throw new Violation('E3', `${device} sends a delete of ${path}, which it leaves out`);
}

/** Whether the server has a path in a folder that a device leaves out. */
export function leftOutOf(
  { journal, record }: SimDevice,
  database: ServerDatabase,
): (path: string) => boolean {
  const folders = journal.excludedFolders();
  if (folders.length === 0) return () => false;
  const paths = entryPaths(database, record.libraryId);
  const out = folders.flatMap((id) => paths.get(id.replaceAll('-', '')) ?? []);
  return (path) => out.some((one) => path === one || path.startsWith(`${one}/`));
}

/** E1: long after it was left out, nothing of it is on the disk any more. */
export async function checkHasLeft({ name, disk }: SimDevice): Promise<void> {
  const [left] = await filesOf(disk, layout.leaving).catch(() => []);
  if (left !== undefined) throw new Violation('E1', `${name} still has ${left.path}, which it leaves out`);
}
