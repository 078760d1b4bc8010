import { Button, Text, TextInput } from '@mantine/core';
import { IconDeviceDesktop, IconSearch, IconWorld } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import type { AdminDevice } from '@tidesync/shared/wire/admin';
import { Loaded } from '@tidesync/ui/loaded.tsx';
import { Message } from '@tidesync/ui/message-page.tsx';
import { Page } from '@tidesync/ui/page-frame.tsx';
import { VirtualList } from '@tidesync/ui/virtual-list.tsx';
import { useFormats } from '@tidesync/ui/words.tsx';
import { useState } from 'react';
import { RevokeDialog } from '../account/revoke-dialog.tsx';
import { call, unanswered } from '../api/server-call.ts';
import { useConsoleWords } from '../words/use-words.ts';
import { allDevicesQuery } from './admin-queries.ts';
import { useAllPages } from './use-all-pages.ts';

/** Everything that is signed in, of all accounts. */
export function AdminDevicesPage() {
  const words = useConsoleWords();
  const devices = useInfiniteQuery(allDevicesQuery);
  useAllPages(devices);
  const [text, type] = useState('');
  const [revoked, revoke] = useState<AdminDevice | null>(null);
  const wanted = text.trim().toLowerCase();
  const all = devices.data?.pages.flatMap((page) => page.devices) ?? [];
  const rows = all
    .filter(({ name, email }) => `${name} ${email}`.toLowerCase().includes(wanted))
    .sort((a, b) => (b.lastSeenAtMs ?? 0) - (a.lastSeenAtMs ?? 0));
  return (
    <Page
      title={words('nav.devices')}
      filled
      actions={
        <TextInput
          aria-label={words('adminDevices.search')}
          placeholder={words('adminDevices.search')}
          leftSection={<IconSearch size={16} aria-hidden="true" />}
          value={text}
          onChange={(event) => type(event.currentTarget.value)}
        />
      }
    >
      <Loaded
        query={devices}
        unanswered={unanswered()}
        empty={{ when: () => rows.length === 0, show: <Message title={words('adminDevices.nothing')} /> }}
      >
        {() => (
          <VirtualList
            label={words('nav.devices')}
            rows={rows}
            rowKey={(device) => device.deviceId}
            rowHeightPx={52}
          >
            {(device) => <DeviceRow device={device} onRevoke={() => revoke(device)} />}
          </VirtualList>
        )}
      </Loaded>
      {revoked === null ? null : (
        <RevokeDialog
          name={revoked.name}
          queryKey={allDevicesQuery.queryKey}
          revoke={() => call('admin.devices.revoke', { deviceId: revoked.deviceId })}
          onClose={() => revoke(null)}
        />
      )}
    </Page>
  );
}

function DeviceRow({ device, onRevoke }: { device: AdminDevice; onRevoke: () => void }) {
  const words = useConsoleWords();
  const formats = useFormats();
  const { name, email, createdAtMs, lastSeenAtMs } = device;
  const Icon = /^(Browser|متصفح)/.test(name) ? IconWorld : IconDeviceDesktop;
  return (
    <>
      <Icon size={20} stroke={1.6} color="var(--ts-quiet)" aria-hidden="true" />
      <div className="ts-row-main">
        <Text className="ts-cut" fw={500}>
          <bdi>{name}</bdi>
        </Text>
        <Text size="xs" c="dimmed" className="ts-cut">
          <bdi>{email}</bdi> · {words('sessions.since', { date: formats.date(createdAtMs) })}
        </Text>
      </div>
      <Text size="xs" className="ts-num">
        {lastSeenAtMs === null
          ? words('sessions.neverSeen')
          : words('sessions.seen', { when: formats.ago(lastSeenAtMs, Date.now()) })}
      </Text>
      <Button variant="default" onClick={onRevoke}>
        {words('sessions.revoke')}
      </Button>
    </>
  );
}
