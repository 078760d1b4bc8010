import { Badge, Button, Group, Modal, Select, Stack, Text, TextInput } from '@mantine/core';
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { formatBytes, parseBytes } from '@tidesync/shared/format';
import type { AdminLibrary } from '@tidesync/shared/wire/quotas';
import { Loaded } from '@tidesync/ui/loaded.tsx';
import { Message } from '@tidesync/ui/message-page.tsx';
import { Page } from '@tidesync/ui/page-frame.tsx';
import { ProblemView } from '@tidesync/ui/problem-view.tsx';
import { problemOf } from '@tidesync/ui/problem-words';
import { VirtualList } from '@tidesync/ui/virtual-list.tsx';
import { useFormats, useKitWords } from '@tidesync/ui/words.tsx';
import type { FormEvent } from 'react';
import { useState } from 'react';
import { call, unanswered } from '../api/server-call.ts';
import { useConsoleWords } from '../words/use-words.ts';
import { ownedLibrariesQuery, usersQuery } from './admin-queries.ts';

/** What the libraries of one owner weigh: never what is in them. */
export function AdminLibrariesPage() {
  const words = useConsoleWords();
  const users = useInfiniteQuery(usersQuery);
  const [email, choose] = useState<string | null>(null);
  const emails = users.data?.pages.flatMap((page) => page.users.map((user) => user.email)) ?? [];
  const owner = email ?? emails[0] ?? null;
  return (
    <Page
      title={words('nav.libraries')}
      filled
      actions={
        <Select
          aria-label={words('adminLibraries.owner')}
          searchable
          allowDeselect={false}
          data={emails}
          value={owner}
          onChange={choose}
          w={280}
        />
      }
    >
      {owner === null ? null : <Owned key={owner} email={owner} />}
    </Page>
  );
}

function Owned({ email }: { email: string }) {
  const words = useConsoleWords();
  const owned = useInfiniteQuery(ownedLibrariesQuery(email));
  const [limited, limit] = useState<AdminLibrary | null>(null);
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = owned;
  return (
    <>
      <Loaded
        query={owned}
        unanswered={unanswered()}
        empty={{
          when: (data) => data.pages.every((page) => page.libraries.length === 0),
          show: <Message title={words('adminLibraries.empty')} />,
        }}
      >
        {(data) => (
          <VirtualList
            label={words('nav.libraries')}
            rows={data.pages.flatMap((page) => page.libraries)}
            rowKey={(one) => one.libraryId}
            rowHeightPx={52}
            onEnd={() => {
              if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
            }}
          >
            {(one) => <LibraryRow library={one} onLimit={() => limit(one)} />}
          </VirtualList>
        )}
      </Loaded>
      {limited === null ? null : <LimitDialog email={email} library={limited} onClose={() => limit(null)} />}
    </>
  );
}

function LibraryRow({ library, onLimit }: { library: AdminLibrary; onLimit: () => void }) {
  const words = useConsoleWords();
  const formats = useFormats();
  const { name, deleted, libraryId, limitBytes, storedBytes } = library;
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
          {libraryId}
        </Text>
      </div>
      <Text className="ts-num">{words('adminLibraries.stored', { size: formats.bytes(storedBytes) })}</Text>
      <Text c="dimmed" className="ts-num">
        {limitBytes === null
          ? words('adminLibraries.unlimited')
          : words('adminLibraries.limit', { size: formats.bytes(limitBytes) })}
      </Text>
      <Button
        variant="default"
        disabled={deleted}
        aria-label={words('adminLibraries.limitOf', { name })}
        onClick={onLimit}
      >
        {words('adminLibraries.setLimit')}
      </Button>
    </>
  );
}

interface LimitProps {
  readonly email: string;
  readonly library: AdminLibrary;
  readonly onClose: () => void;
}

function LimitDialog({ email, library, onClose }: LimitProps) {
  const words = useConsoleWords();
  const kit = useKitWords();
  const queries = useQueryClient();
  const [isNoSize, setNoSize] = useState(false);
  const { libraryId, limitBytes: before } = library;
  const set = useMutation({
    mutationFn: (limitBytes: number | null) => call('admin.libraries.setLimit', { libraryId, limitBytes }),
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: ownedLibrariesQuery(email).queryKey });
      onClose();
    },
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const text = String(new FormData(event.currentTarget).get('limit')).trim();
    const limitBytes = text === '' ? null : parseBytes(text);
    const isWrong = text !== '' && limitBytes === null;
    setNoSize(isWrong);
    if (!isWrong) set.mutate(limitBytes);
  };
  return (
    <Modal
      opened
      onClose={onClose}
      title={words('adminLibraries.limitOf', { name: library.name })}
      closeButtonProps={{ 'aria-label': kit('confirm.close') }}
    >
      <form onSubmit={submit}>
        <Stack gap="sm">
          <TextInput
            name="limit"
            label={words('users.newQuota')}
            description={words('adminLibraries.limitHint')}
            defaultValue={before === null ? '' : formatBytes(before)}
            placeholder="10 GB"
            data-autofocus
            error={isNoSize ? words('users.noSize') : null}
          />
          {set.error === null ? null : <ProblemView problem={problemOf(set.error, unanswered())} />}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              {kit('confirm.cancel')}
            </Button>
            <Button type="submit" loading={set.isPending}>
              {words('adminLibraries.setLimit')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
