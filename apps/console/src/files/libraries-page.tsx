import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconFolders, IconPlus } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { LibraryId } from '@tidesync/shared/ids';
import type { Library } from '@tidesync/shared/wire/people';
import { Loaded } from '@tidesync/ui/loaded.tsx';
import { Message } from '@tidesync/ui/message-page.tsx';
import { Page } from '@tidesync/ui/page-frame.tsx';
import { ProblemView } from '@tidesync/ui/problem-view.tsx';
import { problemOf } from '@tidesync/ui/problem-words';
import { VirtualList } from '@tidesync/ui/virtual-list.tsx';
import { useKitWords } from '@tidesync/ui/words.tsx';
import type { FormEvent } from 'react';
import { librariesQuery } from '../api/queries.ts';
import { call, unanswered } from '../api/server-call.ts';
import { useConsoleWords } from '../words/use-words.ts';
import { newId } from './change-entries.ts';

/** The libraries that the account may use. */
export function LibrariesPage() {
  const words = useConsoleWords();
  const libraries = useQuery(librariesQuery);
  const [isMaking, making] = useDisclosure(false);
  const make = (
    <Button leftSection={<IconPlus size={16} aria-hidden="true" />} onClick={making.open}>
      {words('libraries.create')}
    </Button>
  );
  return (
    <Page title={words('libraries.title')} actions={make} filled>
      <Loaded
        query={libraries}
        unanswered={unanswered()}
        empty={{
          when: (all) => all.length === 0,
          show: (
            <Message title={words('libraries.empty')} icon={<IconFolders size={32} aria-hidden="true" />}>
              {words('libraries.emptyHint')}
            </Message>
          ),
        }}
      >
        {(all) => (
          <VirtualList
            label={words('libraries.list')}
            rows={[...all].sort((a, b) => a.name.localeCompare(b.name))}
            rowKey={(one) => one.libraryId}
            rowHeightPx={56}
          >
            {(one) => <LibraryRow library={one} />}
          </VirtualList>
        )}
      </Loaded>
      <NewLibrary opened={isMaking} onClose={making.close} />
    </Page>
  );
}

function LibraryRow({ library }: { library: Library }) {
  const words = useConsoleWords();
  const role = words(`libraries.${library.role}`);
  return (
    <>
      <IconFolders size={20} stroke={1.6} color="var(--ts-quiet)" aria-hidden="true" />
      <div className="ts-row-main">
        <Link className="tc-entry" to="/files/$library" params={{ library: library.libraryId }}>
          <bdi>{library.name}</bdi>
        </Link>
        <Text size="xs" c="dimmed" className="ts-cut">
          {library.role === 'owner' ? role : words('libraries.ownedBy', { email: library.ownerEmail })}
        </Text>
      </div>
      {library.role === 'owner' ? null : (
        <Text size="xs" c="dimmed">
          {role}
        </Text>
      )}
    </>
  );
}

function NewLibrary({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const words = useConsoleWords();
  const kit = useKitWords();
  const queries = useQueryClient();
  const make = useMutation({
    mutationFn: (name: string) => call('libraries.create', { libraryId: newId<LibraryId>(), name }),
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: librariesQuery.queryKey });
      onClose();
    },
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    make.mutate(String(new FormData(event.currentTarget).get('name')));
  };
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={words('libraries.createTitle')}
      closeButtonProps={{ 'aria-label': kit('confirm.close') }}
    >
      <form onSubmit={submit}>
        <Stack gap="md">
          <TextInput
            name="name"
            label={words('libraries.name')}
            required
            withAsterisk={false}
            data-autofocus
          />
          {make.error === null ? null : <ProblemView problem={problemOf(make.error, unanswered())} />}
          <Group justify="flex-end">
            <Button type="submit" loading={make.isPending}>
              {words('libraries.submit')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
