import { Button, Group, Stack, Text, Title } from '@mantine/core';
import { IconCircleCheck } from '@tabler/icons-react';
import type { HeldBatch } from '@tidesync/shared/wire/engine';
import { ConfirmDialog } from '@tidesync/ui/confirm-dialog.tsx';
import { Loaded } from '@tidesync/ui/loaded.tsx';
import { Message } from '@tidesync/ui/message-page.tsx';
import { Page } from '@tidesync/ui/page-frame.tsx';
import { VirtualList } from '@tidesync/ui/virtual-list.tsx';
import { useFormats } from '@tidesync/ui/words.tsx';
import { useState } from 'react';
import { UNANSWERED, useAsked, useLive, useOrder } from '../ask.tsx';
import { engine } from '../engine.ts';
import { useShownPath } from '../shown-path.ts';
import { useWords } from '../words.ts';

/** Deletes that are so many that they wait for a person's yes. */
export function HeldPage() {
  const words = useWords();
  const query = useLive(['held'], () => engine.held.list.query());
  return (
    <Page title={words('nav.held')}>
      <Loaded
        query={query}
        unanswered={UNANSWERED}
        empty={{
          when: (batches) => batches.length === 0,
          show: (
            <Message title={words('held.none')} icon={<IconCircleCheck size={40} stroke={1.4} />}>
              {words('held.noneWhy')}
            </Message>
          ),
        }}
      >
        {(batches) => (
          <Stack gap="md" className="ts-column">
            {batches.map((batch) => (
              <Batch key={batch.batchId} batch={batch} />
            ))}
          </Stack>
        )}
      </Loaded>
    </Page>
  );
}

function Batch({ batch }: { batch: HeldBatch }) {
  const words = useWords();
  const formats = useFormats();
  const { batchId, files, folders, libraryName } = batch;
  const shownPath = useShownPath();
  const [isAsking, ask] = useState(false);
  const approve = useOrder(() => engine.held.approve.mutate({ batchId }));
  const undo = useOrder(() => engine.held.undo.mutate({ batchId }));
  const all = files + folders;
  const values = { count: all, shown: formats.count(all), library: libraryName };
  return (
    <section className="td-group" data-testid="held">
      <div className="td-group-head">
        <div className="ts-row-main">
          <Title order={2}>{words('held.what', values)}</Title>
          <Text>{words('held.why')}</Text>
          <Text size="xs" c="dimmed">
            {batch.sinceMs === null
              ? ''
              : `${words('held.since', { time: formats.when(batch.sinceMs, Date.now()) })} · `}
            <bdi className="ts-path">{shownPath(batch.path)}</bdi>
          </Text>
          <Group gap="xs" mt="xs">
            <Button loading={undo.isPending} onClick={() => undo.mutate(undefined)}>
              {words('held.undo')}
            </Button>
            <Button variant="default" onClick={() => ask(true)}>
              {words('held.approve')}
            </Button>
          </Group>
        </div>
      </div>
      <Paths batchId={batchId} />
      <ConfirmDialog
        opened={isAsking}
        title={words('held.askTitle', values)}
        verb={words('held.approve')}
        danger
        onYes={() => approve.mutateAsync(undefined)}
        onClose={() => ask(false)}
      >
        <Text>{words('held.ask')}</Text>
      </ConfirmDialog>
    </section>
  );
}

function Paths({ batchId }: { batchId: string }) {
  const words = useWords();
  const query = useAsked(['held', batchId], () => engine.held.show.query({ batchId }));
  return (
    <Loaded query={query} unanswered={UNANSWERED}>
      {({ paths }) => (
        <div
          style={{
            display: 'flex',
            height: Math.min(280, paths.length * 30 + 2),
            borderTop: '1px solid var(--ts-line)',
          }}
        >
          <VirtualList label={words('held.paths')} rows={paths} rowKey={(path) => path} rowHeightPx={30}>
            {(path) => <bdi className="ts-cut ts-path">{path}</bdi>}
          </VirtualList>
        </div>
      )}
    </Loaded>
  );
}
