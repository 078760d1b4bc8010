import { Button, Group, Stack, Switch, Text, Title } from '@mantine/core';
import { ConfirmDialog } from '@tidesync/ui/confirm-dialog.tsx';
import { LooksSettings } from '@tidesync/ui/looks-settings.tsx';
import { Page } from '@tidesync/ui/page-frame.tsx';
import { QuotaBar } from '@tidesync/ui/quota-bar.tsx';
import { useKitWords } from '@tidesync/ui/words.tsx';
import type { ReactNode } from 'react';
import { useState } from 'react';
import { useOrder } from '../ask.tsx';
import { useStatus } from '../connection.tsx';
import { DeleteGuard } from '../delete-guard.tsx';
import { engine } from '../engine.ts';
import { LibraryMemory } from '../library-memory.tsx';
import { useShellSettings } from '../shell-settings.ts';
import { TransferSettings } from '../transfer-settings.tsx';
import { useWords } from '../words.ts';

/** What can be chosen on this device. Everything is saved at once. */
export function SettingsPage() {
  const words = useWords();
  const kit = useKitWords();
  const status = useStatus();
  return (
    <Page title={words('nav.settings')}>
      <Stack gap="xl" className="ts-column">
        <Section title={words('settings.account')}>
          <Account />
        </Section>
        <ShellSection />
        <Section title={words('settings.looks')}>
          <LooksSettings />
        </Section>
        <Section title={words('settings.transfer')}>
          <TransferSettings />
        </Section>
        <Section title={words('settings.deletes')}>
          <DeleteGuard />
        </Section>
        {status.session.is === 'signedOut' ? null : (
          <Section title={kit('retention.title')}>
            <LibraryMemory />
          </Section>
        )}
      </Stack>
    </Page>
  );
}

export function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section>
      <Title order={2} mb="xs">
        {title}
      </Title>
      {children}
    </section>
  );
}

function Account() {
  const words = useWords();
  const { session, quota, secretsIn } = useStatus();
  const [isAsking, ask] = useState(false);
  const logout = useOrder(() => engine.logout.mutate());
  if (session.is === 'signedOut') return <Text>{words('settings.signedOut')}</Text>;
  return (
    <Stack gap="sm">
      <dl className="td-facts">
        <dt>{words('settings.email')}</dt>
        <dd>{session.email}</dd>
        <dt>{words('settings.server')}</dt>
        <dd>
          <bdi>{session.serverUrl}</bdi>
        </dd>
        <dt>{words('settings.device')}</dt>
        <dd>{session.deviceName}</dd>
        <dt>{words('settings.secrets')}</dt>
        <dd>{words(secretsIn === 'file' ? 'settings.secretsFile' : 'settings.secretsKeyring')}</dd>
      </dl>
      {quota === null ? null : <QuotaBar quota={quota} />}
      <Group>
        <Button variant="default" onClick={() => ask(true)}>
          {words('settings.signOut')}
        </Button>
      </Group>
      <ConfirmDialog
        opened={isAsking}
        title={words('settings.signOutTitle')}
        verb={words('settings.signOut')}
        onYes={() => logout.mutateAsync(undefined)}
        onClose={() => ask(false)}
      >
        <Text>{words('settings.signOutWhat')}</Text>
      </ConfirmDialog>
    </Stack>
  );
}

/** What belongs to the app around this page; a browser has none of it. */
function ShellSection() {
  const words = useWords();
  const [settings, change] = useShellSettings();
  if (settings === null) return null;
  return (
    <Section title={words('settings.app')}>
      <Stack gap="xs">
        <Switch
          label={words('settings.autostart')}
          checked={settings.autostart}
          onChange={(event) => change({ autostart: event.currentTarget.checked })}
        />
        <Switch
          label={words('settings.notify')}
          checked={settings.notify}
          onChange={(event) => change({ notify: event.currentTarget.checked })}
        />
        <Switch
          label={words('settings.monochrome')}
          checked={settings.monochromeIcon}
          onChange={(event) => change({ monochromeIcon: event.currentTarget.checked })}
        />
      </Stack>
    </Section>
  );
}
