import { Button, Group, Stack, Switch, Text, Title } from '@mantine/core';
import { Note } from '@tidesync/ui/note.tsx';
import { bridge } from '../bridge.ts';
import { useStatus } from '../connection.tsx';
import { useShellFacts, useShellSettings } from '../shell-settings.ts';
import { useWords } from '../words.ts';

/** What is left to be asked: nothing starts by itself unless somebody says so. */
export function FinishStep({ onDone }: { onDone: () => void }) {
  const words = useWords();
  const { roots } = useStatus();
  return (
    <Stack gap="sm">
      <Title order={2}>{words('onboarding.finishTitle')}</Title>
      <Text>{words(roots.length === 0 ? 'onboarding.finishNoFolder' : 'onboarding.finishSyncs')}</Text>
      {bridge === null ? <Text c="dimmed">{words('onboarding.finishBrowser')}</Text> : <ShellChoices />}
      <Group>
        <Button onClick={onDone}>{words('onboarding.done')}</Button>
      </Group>
    </Stack>
  );
}

function ShellChoices() {
  const words = useWords();
  const [settings, change] = useShellSettings();
  const facts = useShellFacts();
  if (settings === null) return null;
  return (
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
      {facts === null || facts.showsTray ? null : <Note tone="info">{words('onboarding.noTray')}</Note>}
    </Stack>
  );
}
