import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { IconArrowUp, IconFolder } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { EntryId, LibraryId } from '@tidesync/shared/ids';
import type { EntryState } from '@tidesync/shared/wire/entries';
import type { Library } from '@tidesync/shared/wire/people';
import { Loaded } from '@tidesync/ui/loaded.tsx';
import { ProblemView } from '@tidesync/ui/problem-view.tsx';
import { problemOf } from '@tidesync/ui/problem-words';
import { VirtualList } from '@tidesync/ui/virtual-list.tsx';
import { useFormats, useKitWords } from '@tidesync/ui/words.tsx';
import { useState } from 'react';
import type { Folder } from '../api/queries.ts';
import { folderQuery, libraryKey } from '../api/queries.ts';
import { unanswered } from '../api/server-call.ts';
import { useConsoleWords } from '../words/use-words.ts';
import { folderIdOr, lossOf, moveEntries } from './change-entries.ts';
import { sortEntries } from './sort-entries.ts';

interface MoveProps {
  readonly libraryId: LibraryId;
  readonly library: Library;
  readonly states: readonly EntryState[];
  readonly onClose: () => void;
}

/** Walks the folders of the library to where entries are to go. */
export function MoveDialog({ libraryId, library, states, onClose }: MoveProps) {
  const words = useConsoleWords();
  const kit = useKitWords();
  const formats = useFormats();
  const queries = useQueryClient();
  const [folderId, goTo] = useState<EntryId | null>(null);
  const folder = useQuery(folderQuery(libraryId, folderId));
  const parentId = folderIdOr(libraryId, folderId);
  const move = useMutation({
    mutationFn: async () => lossOf(await moveEntries(libraryId, states, ({ name }) => ({ parentId, name }))),
    onSuccess: (lost) => {
      void queries.invalidateQueries({ queryKey: libraryKey(libraryId) });
      if (lost === null) onClose();
    },
  });
  const count = states.length;
  const where = folder.data?.above.at(-1)?.name ?? library.name;
  const isThere = states.every((state) => state.parentId === parentId);
  return (
    <Modal
      opened
      onClose={onClose}
      size="lg"
      title={words('files.moveTitle', { count, shown: formats.count(count) })}
      closeButtonProps={{ 'aria-label': kit('confirm.close') }}
    >
      <Stack gap="sm">
        <Group gap="xs">
          <Button
            variant="default"
            disabled={folderId === null}
            leftSection={<IconArrowUp size={16} aria-hidden="true" />}
            onClick={() => goTo(folder.data?.above.at(-2)?.entryId ?? null)}
          >
            {words('files.up')}
          </Button>
          <Text fw={600}>
            <bdi>{where}</bdi>
          </Text>
        </Group>
        <div className="tc-chooser">
          <Loaded query={folder} unanswered={unanswered()}>
            {(data) => <Folders folder={data} without={states} onOpen={goTo} />}
          </Loaded>
        </div>
        {move.data == null ? null : (
          <Text role="alert" c="var(--ts-error)">
            {words(`conflict.${move.data}`)}
          </Text>
        )}
        {move.error === null ? null : <ProblemView problem={problemOf(move.error, unanswered())} />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            {kit('confirm.cancel')}
          </Button>
          <Button loading={move.isPending} disabled={isThere} onClick={() => move.mutate()}>
            {words('files.moveHere')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

interface FoldersProps {
  readonly folder: Folder;
  /** What is moved cannot go into itself. */
  readonly without: readonly EntryState[];
  readonly onOpen: (folderId: EntryId) => void;
}

function Folders({ folder, without, onOpen }: FoldersProps) {
  const words = useConsoleWords();
  const formats = useFormats();
  const ids = new Set(without.map(({ entryId }) => entryId));
  const folders = folder.entries.filter((one) => one.kind === 'folder' && !ids.has(one.entryId));
  if (folders.length === 0) {
    return (
      <Text c="dimmed" p="md">
        {words('files.noFolders')}
      </Text>
    );
  }
  const order = { by: 'name', descending: false } as const;
  return (
    <VirtualList
      label={words('files.list')}
      rows={sortEntries(folders, { order, locale: formats.locale, stateOf: (state) => state })}
      rowKey={(state) => state.entryId}
      rowHeightPx={36}
    >
      {(state) => (
        <>
          <IconFolder size={18} stroke={1.6} color="var(--mantine-color-anchor)" aria-hidden="true" />
          <button type="button" className="tc-entry ts-row-main" onClick={() => onOpen(state.entryId)}>
            <bdi>{state.name}</bdi>
          </button>
        </>
      )}
    </VirtualList>
  );
}
