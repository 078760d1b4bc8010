import { Button, FileButton } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconFolderPlus, IconFolderUp, IconUpload } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import type { EntryId } from '@tidesync/shared/ids';
import type { Library } from '@tidesync/shared/wire/people';
import { Message } from '@tidesync/ui/message-page.tsx';
import { useFormats } from '@tidesync/ui/words.tsx';
import type { ReactNode } from 'react';
import { useRef } from 'react';
import type { Folder } from '../api/queries.ts';
import { libraryKey, quotaQuery } from '../api/queries.ts';
import { useConsoleWords } from '../words/use-words.ts';
import { folderIdOr } from './change-entries.ts';
import type { Chosen } from './collect-drop.ts';
import { chosenFiles } from './collect-drop.ts';
import { DropZone } from './drop-zone.tsx';
import { EntryList } from './entry-list.tsx';
import { NewFolderDialog } from './name-dialogs.tsx';
import { startTransfer } from './transfer-list.ts';
import { uploadRun } from './upload-chosen.ts';

interface Shown {
  readonly library: Library;
  readonly folderId: EntryId | null;
  readonly folder: Folder;
}

/** One folder: its entries, and what can be put into it. */
export function FolderView({ library, folderId, folder }: Shown) {
  const words = useConsoleWords();
  const upload = useUpload(library, folderId);
  const canEdit = library.role !== 'viewer';
  const rows = folder.entries.map((state) => ({ state, path: state.name }));
  const list =
    rows.length > 0 ? (
      <EntryList library={library} rows={rows} />
    ) : (
      <Message title={words('files.empty')}>
        {words(canEdit ? 'files.emptyHint' : 'files.emptyViewer')}
      </Message>
    );
  if (!canEdit) return list;
  const name = folder.above.at(-1)?.name ?? library.name;
  return (
    <DropZone label={words('files.drop', { folder: name })} onDrop={upload}>
      <PutBar library={library} folderId={folderId} onChoose={upload} />
      {list}
    </DropZone>
  );
}

function PutBar(props: Pick<Shown, 'library' | 'folderId'> & { onChoose: (chosen: Chosen) => void }) {
  const words = useConsoleWords();
  const [isMaking, making] = useDisclosure(false);
  const { library, folderId, onChoose } = props;
  return (
    <div className="tc-bar">
      <FileButton multiple onChange={(files) => onChoose(chosenFiles(files))}>
        {({ onClick }) => (
          <Button leftSection={<IconUpload size={16} aria-hidden="true" />} onClick={onClick}>
            {words('files.upload')}
          </Button>
        )}
      </FileButton>
      <FolderButton onChoose={onChoose}>{words('files.uploadFolder')}</FolderButton>
      <Button
        variant="default"
        leftSection={<IconFolderPlus size={16} aria-hidden="true" />}
        onClick={making.open}
      >
        {words('files.newFolder')}
      </Button>
      <NewFolderDialog
        opened={isMaking}
        onClose={making.close}
        libraryId={library.libraryId}
        parentId={folderIdOr(library.libraryId, folderId)}
      />
    </div>
  );
}

/** A chooser of whole folders, which the kit has no part for. */
function FolderButton({ onChoose, children }: { onChoose: (chosen: Chosen) => void; children: ReactNode }) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <input
        ref={input}
        type="file"
        webkitdirectory=""
        hidden
        onChange={(event) => {
          const { files } = event.currentTarget;
          if (files !== null && files.length > 0) onChoose(chosenFiles([...files]));
          event.currentTarget.value = '';
        }}
      />
      <Button
        variant="default"
        leftSection={<IconFolderUp size={16} aria-hidden="true" />}
        onClick={() => input.current?.click()}
      >
        {children}
      </Button>
    </>
  );
}

/** Starts an upload into this folder, named after what it is. */
function useUpload(library: Library, folder: EntryId | null): (chosen: Chosen) => void {
  const words = useConsoleWords();
  const formats = useFormats();
  const queries = useQueryClient();
  return (chosen) => {
    const { files, folders } = chosen;
    if (files.length + folders.length === 0) return;
    const { libraryId } = library;
    const count = files.length;
    const tops = new Set([...files.map(({ path }) => path), ...folders].map(([top = '']) => top));
    const [first = ''] = tops;
    const label = tops.size === 1 ? first : words('transfers.files', { count, shown: formats.count(count) });
    const run = uploadRun({ libraryId, folderId: folderIdOr(libraryId, folder), chosen });
    void startTransfer({
      direction: 'up',
      label,
      totalBytes: files.reduce((sum, { file }) => sum + file.size, 0),
      work: (watch) =>
        run(watch).finally(() => {
          void queries.invalidateQueries({ queryKey: libraryKey(libraryId) });
          void queries.invalidateQueries({ queryKey: quotaQuery.queryKey });
        }),
    });
  };
}
