import { Badge, Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import type { LibraryOverview } from '@tidesync/shared/wire/admin';
import { Loaded } from '@tidesync/ui/loaded.tsx';
import { Message } from '@tidesync/ui/message-page.tsx';
import { Page } from '@tidesync/ui/page-frame.tsx';
import { VirtualList } from '@tidesync/ui/virtual-list.tsx';
import { useFormats, useKitWords } from '@tidesync/ui/words.tsx';
import { useState } from 'react';
import { unanswered } from '../api/server-call.ts';
import { useConsoleWords } from '../words/use-words.ts';
import { allLibrariesQuery, membersQuery } from './admin-queries.ts';
import { LimitDialog } from './limit-dialog.tsx';
import { useAllPages } from './use-all-pages.ts';

type Open = { readonly is: 'limit' | 'members'; readonly library: LibraryOverview };

/** What all libraries weigh, and whose they are: never what is in them. */
export function AdminLibrariesPage() {
  const words = useConsoleWords();
  const libraries = useInfiniteQuery(allLibrariesQuery);
  useAllPages(libraries);
  const [text, type] = useState('');
  const [open, setOpen] = useState<Open | null>(null);
  const wanted = text.trim().toLowerCase();
  const all = libraries.data?.pages.flatMap((page) => page.libraries) ?? [];
  const rows = all
    .filter(({ name, ownerEmail }) => `${name} ${ownerEmail}`.toLowerCase().includes(wanted))
    .sort((a, b) => b.storedBytes - a.storedBytes);
  return (
    <Page
      title={words('nav.libraries')}
      filled
      actions={
        <TextInput
          aria-label={words('adminLibraries.search')}
          placeholder={words('adminLibraries.search')}
          leftSection={<IconSearch size={16} aria-hidden="true" />}
          value={text}
          onChange={(event) => type(event.currentTarget.value)}
        />
      }
    >
      <Loaded
        query={libraries}
        unanswered={unanswered()}
        empty={{
          when: () => rows.length === 0,
          show: <Message title={words('adminLibraries.empty')} />,
        }}
      >
        {() => (
          <VirtualList
            label={words('nav.libraries')}
            rows={rows}
            rowKey={(one) => one.libraryId}
            rowHeightPx={52}
          >
            {(one) => <LibraryRow library={one} onOpen={setOpen} />}
          </VirtualList>
        )}
      </Loaded>
      {open?.is === 'limit' ? <LimitDialog library={open.library} onClose={() => setOpen(null)} /> : null}
      {open?.is === 'members' ? <MembersDialog library={open.library} onClose={() => setOpen(null)} /> : null}
    </Page>
  );
}

function LibraryRow({ library, onOpen }: { library: LibraryOverview; onOpen: (open: Open) => void }) {
  const words = useConsoleWords();
  const formats = useFormats();
  const { name, ownerEmail, deleted, limitBytes, storedBytes, usage, members } = library;
  const live = usage === null ? null : words('adminLibraries.live', { size: formats.bytes(usage.liveBytes) });
  return (
    <>
      <div className="ts-row-main">
        <Group gap="xs" wrap="nowrap">
          <Text className="ts-cut" fw={500}>
            <bdi>{name}</bdi>
          </Text>
          {deleted ? (
            <Badge tt="none" size="sm" variant="outline" color="gray">
              {words('adminLibraries.deleted')}
            </Badge>
          ) : null}
        </Group>
        <Text size="xs" c="dimmed" className="ts-cut">
          <bdi>{ownerEmail}</bdi>
        </Text>
      </div>
      <div>
        <Text className="ts-num">{words('adminLibraries.stored', { size: formats.bytes(storedBytes) })}</Text>
        <Text size="xs" c="dimmed" className="ts-num">
          {live}
        </Text>
      </div>
      <Text c="dimmed" className="ts-num tc-when">
        {limitBytes === null
          ? words('adminLibraries.unlimited')
          : words('adminLibraries.limit', { size: formats.bytes(limitBytes) })}
      </Text>
      <Button
        variant="default"
        aria-label={`${words('adminLibraries.members', { count: members, shown: formats.count(members) })}: ${name}`}
        onClick={() => onOpen({ is: 'members', library })}
      >
        {words('adminLibraries.members', { count: members, shown: formats.count(members) })}
      </Button>
      <Button
        variant="default"
        disabled={deleted}
        aria-label={`${words('adminLibraries.setLimit')}: ${name}`}
        onClick={() => onOpen({ is: 'limit', library })}
      >
        {words('adminLibraries.setLimit')}
      </Button>
    </>
  );
}

function MembersDialog({ library, onClose }: { library: LibraryOverview; onClose: () => void }) {
  const words = useConsoleWords();
  const kit = useKitWords();
  const members = useQuery(membersQuery(library.libraryId));
  return (
    <Modal
      opened
      onClose={onClose}
      title={words('adminLibraries.membersOf', { name: library.name })}
      closeButtonProps={{ 'aria-label': kit('confirm.close') }}
    >
      <Loaded query={members} unanswered={unanswered()}>
        {(all) => (
          <Stack gap="xs">
            {all.map(({ email, role }) => (
              <Group key={email} justify="space-between">
                <bdi>{email}</bdi>
                <Text c="dimmed">{words(`libraries.${role}`)}</Text>
              </Group>
            ))}
          </Stack>
        )}
      </Loaded>
    </Modal>
  );
}
