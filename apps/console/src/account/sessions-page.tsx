import { Badge, Button, Text } from '@mantine/core';
import { IconDeviceDesktop, IconWorld } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import type { OutputOf } from '@tidesync/shared/wire/procedures';
import { Loaded } from '@tidesync/ui/loaded.tsx';
import { Page } from '@tidesync/ui/page-frame.tsx';
import { VirtualList } from '@tidesync/ui/virtual-list.tsx';
import { useFormats } from '@tidesync/ui/words.tsx';
import { useState } from 'react';
import { devicesQuery } from '../api/queries.ts';
import { call, unanswered } from '../api/server-call.ts';
import { useConsoleWords } from '../words/use-words.ts';
import { RevokeDialog } from './revoke-dialog.tsx';

type Device = OutputOf<'devices.list'>['devices'][number];

/** Everything that may use the account: devices with Tidesync, and browsers. */
export function SessionsPage() {
  const words = useConsoleWords();
  const devices = useQuery(devicesQuery);
  const [revoked, revoke] = useState<Device | null>(null);
  return (
    <Page title={words('nav.sessions')} filled>
      <Loaded query={devices} unanswered={unanswered()}>
        {(all) => (
          <VirtualList
            label={words('nav.sessions')}
            rows={[...all].sort(byUse)}
            rowKey={(device) => device.deviceId}
            rowHeightPx={56}
          >
            {(device) => <DeviceRow device={device} onRevoke={() => revoke(device)} />}
          </VirtualList>
        )}
      </Loaded>
      {revoked === null ? null : (
        <RevokeDialog
          name={revoked.name}
          queryKey={devicesQuery.queryKey}
          revoke={() => call('devices.revoke', { deviceId: revoked.deviceId })}
          onClose={() => revoke(null)}
        />
      )}
    </Page>
  );
}

/** This one first, then those used last. */
function byUse(a: Device, b: Device): number {
  if (a.current !== b.current) return a.current ? -1 : 1;
  return (b.lastSeenAtMs ?? b.createdAtMs) - (a.lastSeenAtMs ?? a.createdAtMs);
}

function DeviceRow({ device, onRevoke }: { device: Device; onRevoke: () => void }) {
  const words = useConsoleWords();
  const formats = useFormats();
  const { name, current, createdAtMs, lastSeenAtMs } = device;
  const Icon = /^(Browser|متصفح)/.test(name) ? IconWorld : IconDeviceDesktop;
  const seen =
    lastSeenAtMs === null
      ? words('sessions.neverSeen')
      : words('sessions.seen', { when: formats.ago(lastSeenAtMs, Date.now()) });
  return (
    <>
      <Icon size={20} stroke={1.6} color="var(--ts-quiet)" aria-hidden="true" />
      <div className="ts-row-main">
        <Text className="ts-cut" fw={500}>
          <bdi>{name}</bdi>
        </Text>
        <Text size="xs" c="dimmed" className="ts-cut">
          {seen} · {words('sessions.since', { date: formats.date(createdAtMs) })}
        </Text>
      </div>
      {current ? (
        <Badge tt="none" variant="outline" color="cyan">
          {words('sessions.current')}
        </Badge>
      ) : (
        <Button variant="default" onClick={onRevoke}>
          {words('sessions.revoke')}
        </Button>
      )}
    </>
  );
}
