import type { LibraryId } from '@tidesync/shared/ids';
import type { EntryState } from '@tidesync/shared/wire/entries';
import type { WantedFile } from '../transfer/messages.ts';
import { fetchBytes } from '../transfer/transfers.ts';
import { withAllInside } from './change-entries.ts';
import { chooseTarget, saveBytes } from './save-bytes.ts';
import { startTransfer } from './transfer-list.ts';

export type FileState = Extract<EntryState, { kind: 'file' }>;

const wantedFile = ({ contentId, sizeBytes, mtimeMs }: FileState, path: string): WantedFile => ({
  path,
  contentId,
  sizeBytes,
  mtimeMs,
});

/** Saves one file. To be called in the press of a button. Errors: Failure `tooLargeHere`. */
export async function downloadFile(libraryId: LibraryId, state: FileState): Promise<void> {
  const { name, sizeBytes } = state;
  const target = await chooseTarget(name, sizeBytes);
  if (target === null) return;
  await startTransfer({
    direction: 'down',
    label: name,
    totalBytes: sizeBytes,
    work: (watch) => {
      const bytes = fetchBytes(libraryId, { kind: 'file', file: wantedFile(state, name) });
      return saveBytes({ name, target, bytes, ...watch });
    },
  });
}

/** Saves files and folders as one archive. To be called in the press of a button. Errors: as `downloadFile`. */
export async function downloadZip(
  libraryId: LibraryId,
  entries: readonly EntryState[],
  archive: string,
): Promise<void> {
  const all = await withAllInside(libraryId, entries);
  const files = all.flatMap(({ state, path }) => (state.kind === 'file' ? [wantedFile(state, path)] : []));
  const folders = all.flatMap(({ state, path }) => (state.kind === 'folder' ? [path] : []));
  const totalBytes = files.reduce((sum, file) => sum + file.sizeBytes, 0);
  const name = `${archive}.zip`;
  const target = await chooseTarget(name, totalBytes);
  if (target === null) return;
  await startTransfer({
    direction: 'down',
    label: name,
    totalBytes,
    work: (watch) => {
      const bytes = fetchBytes(libraryId, { kind: 'zip', files, folders });
      return saveBytes({ name, target, bytes, ...watch });
    },
  });
}
