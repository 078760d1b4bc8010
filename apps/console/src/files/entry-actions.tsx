import { notifications } from '@mantine/notifications';
import type { EntryState } from '@tidesync/shared/wire/entries';
import type { Library } from '@tidesync/shared/wire/people';
import { problemOf, problemWords } from '@tidesync/ui/problem-words';
import { useFormats, useKitWords } from '@tidesync/ui/words.tsx';
import { useState } from 'react';
import { unanswered } from '../api/server-call.ts';
import { DeleteDialog } from './delete-dialog.tsx';
import type { FileState } from './download-entries.ts';
import { downloadFile, downloadZip } from './download-entries.ts';
import type { ListedEntry } from './entry-list.tsx';
import { MoveDialog } from './move-dialog.tsx';
import { RenameDialog } from './name-dialogs.tsx';
import { PreviewDialog } from './preview-dialog.tsx';
import { VersionsDialog } from './versions-dialog.tsx';

export type EntryAction = 'preview' | 'download' | 'downloadZip' | 'versions' | 'rename' | 'move' | 'delete';

/** What can be done with one entry by someone of this role. */
export function actionsOf(state: EntryState, library: Library): readonly EntryAction[] {
  const looks: Record<EntryState['kind'], readonly EntryAction[]> = {
    file: ['preview', 'download', 'versions'],
    folder: ['downloadZip'],
    symlink: [],
  };
  const changes: readonly EntryAction[] = library.role === 'viewer' ? [] : ['rename', 'move', 'delete'];
  return [...looks[state.kind], ...changes];
}

type Dialog = Exclude<EntryAction, 'download' | 'downloadZip'>;

/** What is being done with which entries. */
export interface EntryActions {
  readonly library: Library;
  readonly files: readonly FileState[];
  readonly open: { readonly dialog: Dialog; readonly rows: readonly ListedEntry[] } | null;
  start(action: EntryAction, rows: readonly ListedEntry[]): void;
  close(): void;
}

export function useEntryActions(library: Library, all: readonly ListedEntry[]): EntryActions {
  const [open, setOpen] = useState<EntryActions['open']>(null);
  const kit = useKitWords();
  const formats = useFormats();
  const { libraryId } = library;
  const tell = (error: unknown) => {
    const { what, cure } = problemWords(problemOf(error, unanswered()), kit, formats);
    notifications.show({ color: 'red', title: what, message: cure });
  };
  return {
    library,
    files: all.flatMap(({ state }) => (state.kind === 'file' ? [state] : [])),
    open,
    close: () => setOpen(null),
    start(action, rows) {
      const first = rows[0]?.state;
      if (first === undefined) return;
      if (action === 'download') {
        if (first.kind === 'file') downloadFile(libraryId, first).catch(tell);
      } else if (action === 'downloadZip') {
        const states = rows.map(({ state }) => state);
        downloadZip(libraryId, states, rows.length === 1 ? first.name : library.name).catch(tell);
      } else setOpen({ dialog: action, rows });
    },
  };
}

export function EntryDialogs({ actions }: { actions: EntryActions }) {
  const { open, library, close } = actions;
  if (open === null) return null;
  const states = open.rows.map(({ state }) => state);
  const first = states[0];
  if (first === undefined) return null;
  const common = { libraryId: library.libraryId, onClose: close };
  switch (open.dialog) {
    case 'preview':
      return first.kind === 'file' ? <PreviewDialog {...common} files={actions.files} first={first} /> : null;
    case 'versions':
      return first.kind === 'file' ? (
        <VersionsDialog {...common} state={first} canEdit={library.role !== 'viewer'} />
      ) : null;
    case 'rename':
      return <RenameDialog {...common} state={first} />;
    case 'move':
      return <MoveDialog {...common} library={library} states={states} />;
    case 'delete':
      return <DeleteDialog {...common} states={states} />;
  }
}
