import { Badge, Button, Checkbox, Group, Select, Text, TextInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconSearch, IconUserPlus } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Loaded } from '@tidesync/ui/loaded.tsx';
import { Message } from '@tidesync/ui/message-page.tsx';
import { Page } from '@tidesync/ui/page-frame.tsx';
import { Bar } from '@tidesync/ui/quota-bar.tsx';
import { quotaToneOf } from '@tidesync/ui/quota-tone';
import { VirtualList } from '@tidesync/ui/virtual-list.tsx';
import { useFormats } from '@tidesync/ui/words.tsx';
import { useState } from 'react';
import { unanswered } from '../api/server-call.ts';
import { useConsoleWords } from '../words/use-words.ts';
import type { User } from './admin-queries.ts';
import { usersQuery } from './admin-queries.ts';
import { DefaultQuotaButton } from './default-quota.tsx';
import { NewUserDialog } from './new-user-dialog.tsx';
import { QuotaDialog } from './quota-dialog.tsx';
import { SuspendDialog } from './suspend-dialog.tsx';
import { useAllPages } from './use-all-pages.ts';

type Filter = 'all' | 'near' | 'suspended' | 'admins';
const FILTERS: readonly Filter[] = ['all', 'near', 'suspended', 'admins'];

const fits: Readonly<Record<Filter, (user: User) => boolean>> = {
  all: () => true,
  near: ({ quota }) => quotaToneOf(quota) !== 'plain',
  suspended: ({ suspended }) => suspended,
  admins: ({ admin }) => admin,
};

/** All accounts, with what each may store. */
export function UsersPage() {
  const words = useConsoleWords();
  const users = useInfiniteQuery(usersQuery);
  const [isMaking, making] = useDisclosure(false);
  useAllPages(users);
  return (
    <Page
      title={words('nav.users')}
      filled
      actions={
        <Button leftSection={<IconUserPlus size={16} aria-hidden="true" />} onClick={making.open}>
          {words('users.create')}
        </Button>
      }
    >
      <Loaded query={users} unanswered={unanswered()}>
        {(data) => <Users users={data.pages.flatMap((page) => page.users)} />}
      </Loaded>
      <NewUserDialog opened={isMaking} onClose={making.close} />
    </Page>
  );
}

type Open =
  | { readonly is: 'quota'; readonly users: readonly User[] }
  | { readonly is: 'suspend'; readonly user: User };

function Users({ users }: { users: readonly User[] }) {
  const words = useConsoleWords();
  const formats = useFormats();
  const [text, type] = useState('');
  const [filter, setFilter] = useState<Filter>('all');
  const [chosen, choose] = useState<ReadonlySet<string>>(new Set());
  const [open, setOpen] = useState<Open | null>(null);
  const wanted = text.trim().toLowerCase();
  const rows = users.filter((user) => fits[filter](user) && user.email.includes(wanted));
  const chosenUsers = users.filter((user) => chosen.has(user.email));
  const toggle = (email: string) => {
    const next = new Set(chosen);
    if (!next.delete(email)) next.add(email);
    choose(next);
  };
  return (
    <>
      <div className="tc-bar">
        <TextInput
          aria-label={words('users.search')}
          placeholder={words('users.search')}
          leftSection={<IconSearch size={16} aria-hidden="true" />}
          value={text}
          onChange={(event) => type(event.currentTarget.value)}
        />
        <Select
          aria-label={words('users.filter')}
          allowDeselect={false}
          data={FILTERS.map((value) => ({ value, label: words(`users.${value}`) }))}
          value={filter}
          onChange={(value) => setFilter(FILTERS.find((one) => one === value) ?? 'all')}
        />
        <Text c="dimmed" role="status">
          {words('users.count', { count: rows.length, shown: formats.count(rows.length) })}
        </Text>
        <div className="tc-bar-end">
          <DefaultQuotaButton />
          {chosenUsers.length === 0 ? null : (
            <Button variant="default" onClick={() => setOpen({ is: 'quota', users: chosenUsers })}>
              {words('users.bulkQuota', {
                count: chosenUsers.length,
                shown: formats.count(chosenUsers.length),
              })}
            </Button>
          )}
        </div>
      </div>
      {rows.length === 0 ? (
        <Message title={words('users.nobody')} />
      ) : (
        <VirtualList
          label={words('nav.users')}
          rows={rows}
          rowKey={(user) => user.accountId}
          rowHeightPx={56}
        >
          {(user) => (
            <UserRow
              user={user}
              isChosen={chosen.has(user.email)}
              onToggle={() => toggle(user.email)}
              onOpen={setOpen}
            />
          )}
        </VirtualList>
      )}
      {open?.is === 'quota' ? <QuotaDialog users={open.users} onClose={() => setOpen(null)} /> : null}
      {open?.is === 'suspend' ? <SuspendDialog user={open.user} onClose={() => setOpen(null)} /> : null}
    </>
  );
}

interface UserRowProps {
  readonly user: User;
  readonly isChosen: boolean;
  readonly onToggle: () => void;
  readonly onOpen: (open: Open) => void;
}

function UserRow({ user, isChosen, onToggle, onOpen }: UserRowProps) {
  const words = useConsoleWords();
  const formats = useFormats();
  const { email, admin, suspended, createdAtMs, quota } = user;
  const share = quota.limitBytes === 0 ? 1 : quota.usedBytes / quota.limitBytes;
  const line = words('users.usage', {
    used: formats.bytes(quota.usedBytes),
    limit: formats.bytes(quota.limitBytes),
  });
  return (
    <>
      <Checkbox aria-label={words('files.choose', { name: email })} checked={isChosen} onChange={onToggle} />
      <div className="ts-row-main">
        <Group gap="xs" wrap="nowrap">
          <Text className="ts-cut" fw={500}>
            <bdi>{email}</bdi>
          </Text>
          {admin ? (
            <Badge tt="none" size="sm" variant="outline" color="cyan">
              {words('users.admin')}
            </Badge>
          ) : null}
          {suspended ? (
            <Badge tt="none" size="sm" variant="outline" color="red">
              {words('users.isSuspended')}
            </Badge>
          ) : null}
        </Group>
        <Text size="xs" c="dimmed">
          {words('users.since', { date: formats.date(createdAtMs) })}
        </Text>
      </div>
      <div className="tc-usage">
        <Text size="xs" className="ts-num">
          {line}
        </Text>
        <Bar share={share} tone={quotaToneOf(quota)} label={`${email}: ${line}`} />
      </div>
      <Button
        variant="default"
        aria-label={words('users.quotaOf', { email })}
        onClick={() => onOpen({ is: 'quota', users: [user] })}
      >
        {words('users.quota')}
      </Button>
      <Button variant="default" onClick={() => onOpen({ is: 'suspend', user })}>
        {words(suspended ? 'users.readmit' : 'users.suspend')}
      </Button>
    </>
  );
}
