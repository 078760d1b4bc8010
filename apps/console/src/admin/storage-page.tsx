import { Button, Group, Stack, Text, Title } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { Collection, LibraryUsage, StorageOverview } from '@tidesync/shared/wire/admin';
import { ConfirmDialog } from '@tidesync/ui/confirm-dialog.tsx';
import { Loaded } from '@tidesync/ui/loaded.tsx';
import { Note } from '@tidesync/ui/note.tsx';
import { Page } from '@tidesync/ui/page-frame.tsx';
import { ProblemView } from '@tidesync/ui/problem-view.tsx';
import { problemOf } from '@tidesync/ui/problem-words';
import { useFormats } from '@tidesync/ui/words.tsx';
import { useState } from 'react';
import { call, unanswered } from '../api/server-call.ts';
import { useConsoleWords } from '../words/use-words.ts';
import { storageQuery } from './admin-queries.ts';

/** What lies in the object store, what of it is needed, and what is freed when. */
export function StoragePage() {
  const words = useConsoleWords();
  const storage = useQuery(storageQuery);
  return (
    <Page title={words('nav.storage')}>
      <Loaded query={storage} unanswered={unanswered()}>
        {(data) => (
          <Stack gap="lg">
            <Where storage={data} />
            {data.usage === null ? (
              <Text c="dimmed">{words('storage.notMeasured')}</Text>
            ) : (
              <Usage usage={data.usage} />
            )}
            <Collecting deleteAfterDays={data.deleteAfterDays} />
          </Stack>
        )}
      </Loaded>
    </Page>
  );
}

function Where({ storage }: { storage: StorageOverview }) {
  const words = useConsoleWords();
  const { count } = useFormats();
  const { backend, librariesMeasured, libraries, damagedPacks, wantedContents } = storage;
  return (
    <Stack gap="xs">
      <Text>
        {words('storage.where')} <strong>{backend}</strong>
      </Text>
      <Text c="dimmed">
        {words('storage.measured', { measured: count(librariesMeasured), all: count(libraries) })}
      </Text>
      {damagedPacks === 0 ? null : (
        <Note tone="warn" alert>
          {words('storage.damaged', { count: damagedPacks, shown: count(damagedPacks) })}
        </Note>
      )}
      {wantedContents === 0 ? null : (
        <Note tone="warn" alert>
          {words('storage.wanted', { count: wantedContents, shown: count(wantedContents) })}
        </Note>
      )}
    </Stack>
  );
}

function Usage({ usage }: { usage: LibraryUsage }) {
  const words = useConsoleWords();
  const { count, bytes } = useFormats();
  const rows = [
    ['live', usage.liveFiles, usage.liveBytes],
    ['trash', usage.trashFiles, usage.trashBytes],
    ['chunks', usage.chunks, usage.chunkBytes],
    ['history', null, usage.historyBytes],
    ['condemned', usage.condemnedChunks, usage.condemnedBytes],
    ['packs', usage.packs, usage.packBytes],
    ['emptyPacks', usage.emptyPacks, usage.emptyPackBytes],
  ] as const;
  return (
    <dl className="tc-facts">
      {rows.map(([word, number, sizeBytes]) => (
        <div key={word}>
          <dt>{words(`storage.${word}`)}</dt>
          <dd className="ts-num">{number === null ? '' : count(number)}</dd>
          <dd className="ts-num">{bytes(sizeBytes)}</dd>
        </div>
      ))}
    </dl>
  );
}

function Collecting({ deleteAfterDays }: { deleteAfterDays: number }) {
  const words = useConsoleWords();
  const { count } = useFormats();
  const queries = useQueryClient();
  const [isAsking, ask] = useState(false);
  const collect = useMutation({
    mutationFn: (dryRun: boolean) => call('admin.storage.collect', { dryRun }),
    onSettled: () => void queries.invalidateQueries({ queryKey: storageQuery.queryKey }),
  });
  return (
    <section>
      <Title order={2} mb="xs">
        {words('storage.collect')}
      </Title>
      <Text c="dimmed" mb="xs" className="ts-column">
        {words('storage.collectHint', { count: deleteAfterDays, shown: count(deleteAfterDays) })}
      </Text>
      <Group gap="xs" mb="sm">
        <Button variant="default" loading={collect.isPending} onClick={() => collect.mutate(true)}>
          {words('storage.tryIt')}
        </Button>
        <Button variant="default" disabled={collect.isPending} onClick={() => ask(true)}>
          {words('storage.doIt')}
        </Button>
      </Group>
      {collect.error === null ? null : <ProblemView problem={problemOf(collect.error, unanswered())} />}
      {collect.data === undefined ? null : <Collected collection={collect.data} />}
      <ConfirmDialog
        opened={isAsking}
        onClose={() => ask(false)}
        title={words('storage.askTitle')}
        verb={words('storage.doIt')}
        onYes={() => collect.mutateAsync(false)}
      >
        <Text>{words('storage.askHint')}</Text>
      </ConfirmDialog>
    </section>
  );
}

function Collected({ collection }: { collection: Collection }) {
  const words = useConsoleWords();
  const { count, bytes } = useFormats();
  const { dryRun, finished, trashEnded, chunksCondemned, condemnedBytes, freedBytes, deletedBytes } =
    collection;
  const rows = [
    ['trashEnded', count(trashEnded)],
    ['chunksCondemned', `${count(chunksCondemned)} · ${bytes(condemnedBytes)}`],
    ['freed', bytes(freedBytes)],
    ['deleted', bytes(deletedBytes)],
  ] as const;
  return (
    <Note tone="info" alert>
      <Text fw={600}>{words(dryRun ? 'storage.wouldDo' : 'storage.did')}</Text>
      <ul style={{ margin: 0, paddingInlineStart: '1.25rem' }}>
        {rows.map(([word, value]) => (
          <li key={word}>
            {words(`storage.${word}`)}: {value}
          </li>
        ))}
      </ul>
      {finished ? null : <Text>{words('storage.unfinished')}</Text>}
    </Note>
  );
}
