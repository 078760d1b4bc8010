import { Button } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconFolderPlus, IconFolderUp, IconUpload } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import type { EntryId } from '@tidesync/shared/ids';
import type { Library } from '@tidesync/shared/wire/people';
import { Message } from '@tidesync/ui/message-page.tsx';
import { useFormats } from '@tidesync/ui/words.tsx';
import { useRef } from 'react';
import type { Folder } from '../api/queries.ts';
import { libraryKey, quotaQuery } from '../api/queries.ts';
import { useConsoleWords } from '../words/use-words.ts';
import { folderIdOr } from './change-entries.ts';
import type { Chosen } from './collect-drop.ts';
import { chosenFiles } from './collect-drop.ts';
import { DropZone } from './drop-zone.tsx';
import { EntryList } from './entry-list.tsx';
import { FolderWay } from './folder-way.tsx';
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
  const way = <FolderWay library={library} above={folder.above} />;
  if (!canEdit) {
    return (
      <>
        <div className="tc-bar">{way}</div>
        {list}
      </>
    );
  }
  const name = folder.above.at(-1)?.name ?? library.name;
  return (
    <DropZone label={words('files.drop', { folder: name })} onDrop={upload}>
      <div className="tc-bar">
        {way}
        <PutButtons library={library} folderId={folderId} onChoose={upload} />
      </div>
      {list}
    </DropZone>
  );
}

function PutButtons(props: Pick<Shown, 'library' | 'folderId'> & { onChoose: (chosen: Chosen) => void }) {
  const words = useConsoleWords();
  const [isMaking, making] = useDisclosure(false);
  const { library, folderId, onChoose } = props;
  return (
    <div className="tc-bar-end">
      <Button
        variant="default"
        leftSection={<IconFolderPlus size={16} aria-hidden="true" />}
        onClick={making.open}
      >
        {words('files.newFolder')}
      </Button>
      <ChooseButton what="folder" onChoose={onChoose} />
      <ChooseButton what="files" onChoose={onChoose} />
      <NewFolderDialog
        opened={isMaking}
        onClose={making.close}
        libraryId={library.libraryId}
        parentId={folderIdOr(library.libraryId, folderId)}
      />
    </div>
  );
}

/** The same file may be chosen again, which the kit's own button would not notice. */
function ChooseButton({ what, onChoose }: { what: 'files' | 'folder'; onChoose: (chosen: Chosen) => void }) {
  const words = useConsoleWords();
  const input = useRef<HTMLInputElement>(null);
  const Icon = what === 'files' ? IconUpload : IconFolderUp;
  return (
    <>
      <input
        ref={input}
        type="file"
        hidden
        multiple
        {...(what === 'folder' ? { webkitdirectory: '' } : {})}
        onChange={(event) => {
          const files = [...(event.currentTarget.files ?? [])];
          event.currentTarget.value = '';
          onChoose(chosenFiles(files));
        }}
      />
      <Button
        variant={what === 'files' ? 'filled' : 'default'}
        leftSection={<Icon size={16} aria-hidden="true" />}
        onClick={() => input.current?.click()}
      >
        {words(what === 'files' ? 'files.upload' : 'files.uploadFolder')}
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
