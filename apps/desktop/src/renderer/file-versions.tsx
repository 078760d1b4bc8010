import { Button, Text, Title } from '@mantine/core';
import type { FileVersion } from '@tidesync/shared/wire/retention';
import { ConfirmDialog } from '@tidesync/ui/confirm-dialog.tsx';
import { Loaded } from '@tidesync/ui/loaded.tsx';
import { useFormats } from '@tidesync/ui/words.tsx';
import { useState } from 'react';
import { UNANSWERED, useLive, useOrder } from './ask.tsx';
import { engine } from './engine.ts';
import { useWords } from './words.ts';

/** What a file was before, on whatever device, and the way back to it. */
export function FileVersions({ path }: { path: string }) {
  const words = useWords();
  const query = useLive(['versions', path], () => engine.versions.list.query({ path, beforeSeq: null }));
  return (
    <section aria-labelledby="versions">
      <Title order={3} id="versions" mb="xs">
        {words('versions.title')}
      </Title>
      <Loaded query={query} unanswered={UNANSWERED}>
        {({ versions }) => (
          <ul className="td-plain">
            {versions.map((version) => (
              <VersionRow key={version.seq} path={path} version={version} />
            ))}
          </ul>
        )}
      </Loaded>
    </section>
  );
}

function VersionRow({ path, version }: { path: string; version: FileVersion }) {
  const words = useWords();
  const formats = useFormats();
  const [isAsking, ask] = useState(false);
  const restore = useOrder(() => engine.versions.restore.mutate({ path, seq: version.seq }));
  const { atMs, sizeBytes, device, is, expiresAtMs } = version;
  const facts = [
    formats.bytes(sizeBytes),
    device === null ? null : words('trash.by', { device: device.name }),
    is === 'current' ? words('versions.current') : null,
    is !== 'current' && expiresAtMs !== null
      ? words('versions.until', { date: formats.date(expiresAtMs) })
      : null,
  ];
  return (
    <li className="td-folder">
      <div className="ts-row-main">
        <Text>{formats.dateTime(atMs)}</Text>
        <Text size="xs" c="dimmed">
          {facts.filter((fact) => fact !== null).join(' · ')}
        </Text>
      </div>
      {is === 'current' ? null : (
        <Button variant="default" onClick={() => ask(true)}>
          {words('trash.restore')}
        </Button>
      )}
      <ConfirmDialog
        opened={isAsking}
        title={words('versions.askTitle', { time: formats.dateTime(atMs) })}
        verb={words('trash.restore')}
        onYes={() => restore.mutateAsync(undefined)}
        onClose={() => ask(false)}
      >
        <Text>{words('versions.ask')}</Text>
      </ConfirmDialog>
    </li>
  );
}
