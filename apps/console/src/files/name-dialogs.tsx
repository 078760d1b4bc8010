import { Button, Group, Modal, Stack, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { EntryId, LibraryId } from '@tidesync/shared/ids';
import type { EntryName } from '@tidesync/shared/names';
import { parseEntryName } from '@tidesync/shared/names';
import type { EntryState } from '@tidesync/shared/wire/entries';
import type { ConflictReason } from '@tidesync/shared/wire/sync';
import { ProblemView } from '@tidesync/ui/problem-view.tsx';
import { problemOf } from '@tidesync/ui/problem-words';
import { useKitWords } from '@tidesync/ui/words.tsx';
import type { FormEvent } from 'react';
import { libraryKey } from '../api/queries.ts';
import { unanswered } from '../api/server-call.ts';
import { useConsoleWords } from '../words/use-words.ts';
import { lossOf, makeFolder, moveEntries } from './change-entries.ts';

interface NameDialogProps {
  readonly opened: boolean;
  readonly onClose: () => void;
  readonly title: string;
  readonly label: string;
  readonly verb: string;
  readonly start: string;
  readonly libraryId: LibraryId;
  /** Why it did not work; null if it did. */
  readonly onName: (name: EntryName) => Promise<ConflictReason | null>;
}

function NameDialog(props: NameDialogProps) {
  const words = useConsoleWords();
  const kit = useKitWords();
  const queries = useQueryClient();
  const { onClose, libraryId } = props;
  const give = useMutation({
    mutationFn: async (text: string) => {
      const name = parseEntryName(text.trim());
      return name === null ? ('badName' as const) : props.onName(name);
    },
    onSuccess: (fault) => {
      void queries.invalidateQueries({ queryKey: libraryKey(libraryId) });
      if (fault === null) close();
    },
  });
  const close = () => {
    give.reset();
    onClose();
  };
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    give.mutate(String(new FormData(event.currentTarget).get('name')));
  };
  const fault = give.data ?? null;
  return (
    <Modal
      opened={props.opened}
      onClose={close}
      title={props.title}
      closeButtonProps={{ 'aria-label': kit('confirm.close') }}
    >
      <form onSubmit={submit}>
        <Stack gap="md">
          <TextInput
            name="name"
            label={props.label}
            defaultValue={props.start}
            required
            withAsterisk={false}
            autoComplete="off"
            data-autofocus
            error={fault === null ? null : words(`conflict.${fault}`)}
          />
          {give.error === null ? null : <ProblemView problem={problemOf(give.error, unanswered())} />}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={close}>
              {kit('confirm.cancel')}
            </Button>
            <Button type="submit" loading={give.isPending}>
              {props.verb}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

interface NewFolderProps {
  readonly opened: boolean;
  readonly onClose: () => void;
  readonly libraryId: LibraryId;
  readonly parentId: EntryId;
}

export function NewFolderDialog({ opened, onClose, libraryId, parentId }: NewFolderProps) {
  const words = useConsoleWords();
  return (
    <NameDialog
      opened={opened}
      onClose={onClose}
      libraryId={libraryId}
      title={words('files.newFolder')}
      label={words('files.folderName')}
      verb={words('files.make')}
      start=""
      onName={async (name) =>
        (await makeFolder({ libraryId, parentId, name })) === null ? 'nameTaken' : null
      }
    />
  );
}

interface RenameProps {
  readonly onClose: () => void;
  readonly libraryId: LibraryId;
  readonly state: EntryState;
}

export function RenameDialog({ onClose, libraryId, state }: RenameProps) {
  const words = useConsoleWords();
  return (
    <NameDialog
      opened
      onClose={onClose}
      libraryId={libraryId}
      title={words('files.renameTitle', { name: state.name })}
      label={words('files.newName')}
      verb={words('files.rename')}
      start={state.name}
      onName={async (name) => {
        if (name === state.name) return null;
        return lossOf(await moveEntries(libraryId, [state], ({ parentId }) => ({ parentId, name })));
      }}
    />
  );
}
