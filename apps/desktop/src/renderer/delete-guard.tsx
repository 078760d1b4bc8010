import { Button, Group, NumberInput, Stack, Text } from '@mantine/core';
import type { RootStatus } from '@tidesync/shared/wire/engine';
import { Loaded } from '@tidesync/ui/loaded.tsx';
import { useState } from 'react';
import { UNANSWERED, useAsked, useOrder } from './ask.tsx';
import { useStatus } from './connection.tsx';
import { engine } from './engine.ts';
import { useWords } from './words.ts';

type Thresholds = Awaited<ReturnType<typeof engine.folders.thresholds.query>>;

/** From how many deletes on a folder waits for a yes. */
export function DeleteGuard() {
  const words = useWords();
  const { roots } = useStatus();
  return (
    <Stack gap="md">
      <Text c="dimmed">{words('settings.deletesWhy')}</Text>
      {roots.length === 0 ? <Text>{words('home.none')}</Text> : null}
      {roots.map((root) => (
        <FolderGuard key={root.rootId} root={root} />
      ))}
    </Stack>
  );
}

function FolderGuard({ root }: { root: RootStatus }) {
  const query = useAsked(['thresholds', root.path], () =>
    engine.folders.thresholds.query({ path: root.path }),
  );
  return (
    <Loaded query={query} unanswered={UNANSWERED}>
      {(thresholds) => <GuardForm key={JSON.stringify(thresholds)} root={root} now={thresholds} />}
    </Loaded>
  );
}

function GuardForm({ root, now }: { root: RootStatus; now: Thresholds }) {
  const words = useWords();
  const [wanted, want] = useState(now);
  const save = useOrder(() => engine.folders.setThresholds.mutate({ path: root.path, thresholds: wanted }));
  const isSame = wanted.files === now.files && wanted.percent === now.percent;
  return (
    <fieldset style={{ border: 0, margin: 0, padding: 0 }}>
      <legend style={{ padding: 0, fontWeight: 600 }}>{root.libraryName}</legend>
      <Group align="flex-end" gap="sm">
        <NumberInput
          label={words('settings.deletesFiles')}
          placeholder={words('settings.never')}
          min={1}
          allowDecimal={false}
          value={wanted.files ?? ''}
          onChange={(files) => want({ ...wanted, files: typeof files === 'number' ? files : null })}
          w={180}
        />
        <NumberInput
          label={words('settings.deletesPercent')}
          placeholder={words('settings.never')}
          min={1}
          max={100}
          allowDecimal={false}
          suffix=" %"
          value={wanted.percent ?? ''}
          onChange={(percent) => want({ ...wanted, percent: typeof percent === 'number' ? percent : null })}
          w={180}
        />
        <Button
          size="sm"
          variant="default"
          disabled={isSame}
          loading={save.isPending}
          onClick={() => save.mutate(undefined)}
        >
          {words('settings.save')}
        </Button>
      </Group>
    </fieldset>
  );
}
