import { Anchor, Button, Group, Stack, Text, Title } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import type { ListedEntry, RootStatus } from '@tidesync/shared/wire/engine';
import { Loaded } from '@tidesync/ui/loaded.tsx';
import { ScrollBox } from '@tidesync/ui/scroll-box.tsx';
import { useFormats } from '@tidesync/ui/words.tsx';
import { UNANSWERED, useLive } from './ask.tsx';
import { bridge } from './bridge.ts';
import { engine } from './engine.ts';
import { FilePreviewView } from './file-preview.tsx';
import { FileVersions } from './file-versions.tsx';
import { useWords } from './words.ts';

/** One file: how it is, why, and a first look at it. */
export function FileDetail({ root, entry }: { root: RootStatus; entry: ListedEntry }) {
  const words = useWords();
  const formats = useFormats();
  const navigate = useNavigate();
  const path = `${root.path}/${entry.path}`;
  const folder = path.slice(0, path.lastIndexOf('/'));
  return (
    <div className="td-pane-in">
      <Stack gap="sm">
        <Group justify="space-between" wrap="nowrap" align="flex-start">
          <Title order={2} className="ts-row-main">
            <bdi>{entry.name}</bdi>
          </Title>
          <Button variant="subtle" onClick={() => void navigate({ to: '/files', search: { at: folder } })}>
            {words('files.close')}
          </Button>
        </Group>
        <dl className="td-facts">
          <dt>{words('conflicts.size')}</dt>
          <dd>{entry.sizeBytes === null ? '–' : formats.bytes(entry.sizeBytes)}</dd>
          <dt>{words('conflicts.changed')}</dt>
          <dd>{formats.dateTime(entry.mtimeMs)}</dd>
          <dt>{words('files.places')}</dt>
          <dd>
            {words(entry.here ? (entry.onServer ? 'files.both' : 'files.hereOnly') : 'files.serverOnly')}
          </dd>
        </dl>
        <Why path={path} code={entry.code} />
        {bridge === null ? null : (
          <Group gap="xs">
            <Button variant="default" onClick={() => void bridge?.openPath(path)}>
              {words('home.open')}
            </Button>
            <Anchor component="button" size="sm" onClick={() => void bridge?.revealPath(path)}>
              {words('problems.reveal')}
            </Anchor>
          </Group>
        )}
        {entry.onServer && entry.kind === 'file' ? <FileVersions path={path} /> : null}
        {entry.here && entry.kind === 'file' ? (
          <div className="td-version">
            <ScrollBox className="td-preview" label={words('preview.name', { name: entry.name })}>
              <FilePreviewView path={path} stamp={`${entry.mtimeMs} ${entry.sizeBytes}`} name={entry.name} />
            </ScrollBox>
          </div>
        ) : null}
      </Stack>
    </div>
  );
}

/** What the engine says about a path, where it is not simply synced. */
function Why({ path, code }: { path: string; code: string }) {
  const query = useLive(['why', path, code], () => engine.why.query({ path }));
  const words = useWords();
  if (code === 'synced') return <Text c="dimmed">{words('files.synced')}</Text>;
  return (
    <Loaded query={query} unanswered={UNANSWERED}>
      {(why) => (
        <div>
          <Text>{why.sentence}</Text>
          <Text c="dimmed">{why.remedy}</Text>
        </div>
      )}
    </Loaded>
  );
}
