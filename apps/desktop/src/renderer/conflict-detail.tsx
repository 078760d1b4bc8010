import { Button, Group, Stack, Text, Title } from '@mantine/core';
import type { ConflictKeep, ConflictVersion } from '@tidesync/shared/wire/engine';
import { Note } from '@tidesync/ui/note.tsx';
import { ProblemView } from '@tidesync/ui/problem-view.tsx';
import { problemOf } from '@tidesync/ui/problem-words';
import { ScrollBox } from '@tidesync/ui/scroll-box.tsx';
import { useFormats } from '@tidesync/ui/words.tsx';
import { lastName } from '../shell/activity-words.ts';
import { UNANSWERED, useAsked, useOrder } from './ask.tsx';
import { bridge } from './bridge.ts';
import { engine } from './engine.ts';
import { FilePreviewView } from './file-preview.tsx';
import type { Conflict } from './pages/conflicts-page.tsx';
import { useWords } from './words.ts';

/** Both versions of a file side by side, and what can be done about them. */
export function ConflictDetail({ conflict }: { conflict: Conflict }) {
  const words = useWords();
  const { conflictId, shown, rootPath, path, copyPath, mine, theirs } = conflict;
  const settle = useOrder(
    (keep: ConflictKeep) => engine.conflicts.resolve.mutate({ conflictId, shown, keep }),
    { quiet: true },
  );
  const named = useNamed(theirs, `${rootPath}/${path}`);
  const isWhole = mine !== null && theirs !== null;
  return (
    <div className="td-pane-in">
      <Stack gap="sm">
        <div>
          <Title order={2}>
            <bdi>{lastName(path)}</bdi>
          </Title>
          <Text size="xs" c="dimmed">
            <bdi className="ts-path">{path}</bdi>
          </Text>
        </div>
        <Text>{words('conflicts.what', { copy: lastName(copyPath) })}</Text>
        <div className="td-two">
          <Version title={words('conflicts.thisDevice')} version={mine} at={`${rootPath}/${copyPath}`} />
          <Version title={words('conflicts.otherDevice')} version={named} at={`${rootPath}/${path}`} />
        </div>
        {isSame(mine, theirs) ? <Note tone="info">{words('conflicts.same')}</Note> : null}
        {settle.error === null ? null : <ProblemView problem={problemOf(settle.error, UNANSWERED)} />}
        <Group gap="xs">
          <Button loading={settle.isPending} onClick={() => settle.mutate('both')}>
            {words('conflicts.both')}
          </Button>
          <Button
            variant="default"
            disabled={!isWhole || settle.isPending}
            onClick={() => settle.mutate('mine')}
          >
            {words('conflicts.mine')}
          </Button>
          <Button
            variant="default"
            disabled={!isWhole || settle.isPending}
            onClick={() => settle.mutate('theirs')}
          >
            {words('conflicts.theirs')}
          </Button>
          {bridge === null ? null : (
            <Button
              variant="subtle"
              onClick={() => {
                void bridge?.openPath(`${rootPath}/${path}`);
                void bridge?.openPath(`${rootPath}/${copyPath}`);
              }}
            >
              {words('conflicts.openBoth')}
            </Button>
          )}
        </Group>
        <Text size="xs" c="dimmed">
          {words('conflicts.undoHint')}
        </Text>
      </Stack>
    </div>
  );
}

/** The server remembers which device sent what is the current content. */
function useNamed(version: ConflictVersion | null, path: string): ConflictVersion | null {
  const isUnnamed = version !== null && version.deviceName === null;
  const versions = useAsked(
    ['versions', path, version?.contentId],
    () => engine.versions.list.query({ path, beforeSeq: null }),
    { enabled: isUnnamed },
  );
  if (version === null || !isUnnamed) return version;
  const sent = versions.data?.versions.find(({ contentId }) => contentId === version.contentId);
  return { ...version, deviceName: sent?.device?.name ?? null };
}

function isSame(mine: ConflictVersion | null, theirs: ConflictVersion | null): boolean {
  return mine?.contentId !== null && mine?.contentId !== undefined && mine.contentId === theirs?.contentId;
}

const HASH_SHOWN = 12;

function Version({ title, version, at }: { title: string; version: ConflictVersion | null; at: string }) {
  const words = useWords();
  const formats = useFormats();
  if (version === null) {
    return (
      <section className="td-version">
        <div className="td-version-head">
          <Title order={3}>{title}</Title>
          <Text c="dimmed">{words('conflicts.gone')}</Text>
        </div>
      </section>
    );
  }
  const { deviceName, mtimeMs, sizeBytes, contentId } = version;
  return (
    <div className="td-version">
      <div className="td-version-head">
        <Title order={3}>{title}</Title>
        <dl className="td-facts">
          <dt>{words('conflicts.device')}</dt>
          <dd>{deviceName ?? words('conflicts.unknownDevice')}</dd>
          <dt>{words('conflicts.changed')}</dt>
          <dd>{formats.dateTime(mtimeMs)}</dd>
          <dt>{words('conflicts.size')}</dt>
          <dd>{sizeBytes === null ? '–' : formats.bytes(sizeBytes)}</dd>
          <dt>{words('conflicts.hash')}</dt>
          <dd>
            <code title={contentId ?? undefined}>{contentId?.slice(0, HASH_SHOWN) ?? '–'}</code>
          </dd>
        </dl>
      </div>
      <ScrollBox className="td-preview" label={words('preview.name', { name: title })}>
        <FilePreviewView path={at} stamp={`${mtimeMs} ${contentId}`} name={lastName(at)} />
      </ScrollBox>
    </div>
  );
}
