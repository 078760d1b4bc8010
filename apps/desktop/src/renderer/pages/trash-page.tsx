import { Button, Checkbox, Select, Text } from '@mantine/core';
import { IconFile, IconFolder, IconRestore, IconTrash } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import type { EntryId, LibraryId } from '@tidesync/shared/ids';
import { Failed, Loaded, Loading } from '@tidesync/ui/loaded.tsx';
import { Message } from '@tidesync/ui/message-page.tsx';
import { Page } from '@tidesync/ui/page-frame.tsx';
import { problemOf } from '@tidesync/ui/problem-words';
import { VirtualList } from '@tidesync/ui/virtual-list.tsx';
import { useFormats } from '@tidesync/ui/words.tsx';
import { useState } from 'react';
import { UNANSWERED, useAsked, useOrder } from '../ask.tsx';
import { LIVE, useStatus } from '../connection.tsx';
import { engine } from '../engine.ts';
import { useWords } from '../words.ts';

type Deleted = Awaited<ReturnType<typeof engine.trash.list.query>>['items'][number];

/** What was deleted in a library and can be brought back, from whatever device. */
export function TrashPage() {
  const words = useWords();
  const navigate = useNavigate();
  const { roots } = useStatus();
  const { library } = useSearch({ from: '/trash' });
  const libraries = useAsked(['libraries'], () => engine.libraries.list.query());
  return (
    <Page title={words('nav.trash')} filled>
      <Loaded
        query={libraries}
        unanswered={UNANSWERED}
        empty={{ when: (all) => all.length === 0, show: <Message title={words('trash.noLibrary')} /> }}
      >
        {(all) => {
          const chosen =
            all.find(({ libraryId }) => libraryId === library) ??
            all.find(({ libraryId }) => libraryId === roots[0]?.libraryId) ??
            all[0];
          if (chosen === undefined) return null;
          return (
            <>
              <div className="td-tools">
                <Select
                  aria-label={words('trash.library')}
                  allowDeselect={false}
                  value={chosen.libraryId}
                  onChange={(next) =>
                    void navigate({ to: '/trash', search: next === null ? {} : { library: next } })
                  }
                  data={all.map(({ libraryId, name, role, ownerEmail }) => ({
                    value: libraryId,
                    label: role === 'owner' ? name : `${ownerEmail}/${name}`,
                  }))}
                />
              </div>
              <TrashList
                key={chosen.libraryId}
                libraryId={chosen.libraryId}
                mayRestore={chosen.role !== 'viewer'}
              />
            </>
          );
        }}
      </Loaded>
    </Page>
  );
}

function useTrash(libraryId: LibraryId) {
  return useInfiniteQuery({
    queryKey: [...LIVE, 'trash', libraryId],
    queryFn: ({ pageParam }) => engine.trash.list.query({ libraryId, pageToken: pageParam }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextPageToken,
  });
}

function TrashList({ libraryId, mayRestore }: { libraryId: LibraryId; mayRestore: boolean }) {
  const words = useWords();
  const trash = useTrash(libraryId);
  if (trash.data === undefined) {
    if (trash.error === null) return <Loading />;
    return <Failed problem={problemOf(trash.error, UNANSWERED)} retry={trash.refetch} />;
  }
  const items = trash.data.pages.flatMap((page) => page.items);
  if (items.length === 0) {
    return (
      <Message title={words('trash.none')} icon={<IconTrash size={40} stroke={1.4} />}>
        {words('trash.noneWhy')}
      </Message>
    );
  }
  const more = () => {
    if (trash.hasNextPage && !trash.isFetchingNextPage) void trash.fetchNextPage();
  };
  return <Deletions libraryId={libraryId} items={items} mayRestore={mayRestore} onEnd={more} />;
}

interface DeletionsProps {
  readonly libraryId: LibraryId;
  readonly items: readonly Deleted[];
  readonly mayRestore: boolean;
  readonly onEnd: () => void;
}

function Deletions({ libraryId, items, mayRestore, onEnd }: DeletionsProps) {
  const words = useWords();
  const formats = useFormats();
  const [ticked, tick] = useState<ReadonlySet<EntryId>>(new Set());
  const restore = useOrder(
    (entryIds: readonly EntryId[]) => engine.trash.restore.mutate({ libraryId, entryIds: [...entryIds] }),
    { done: () => tick(new Set()) },
  );
  const toggle = (id: EntryId) => {
    const next = new Set(ticked);
    if (!next.delete(id)) next.add(id);
    tick(next);
  };
  const chosen = { count: ticked.size, shown: formats.count(ticked.size) };
  return (
    <>
      {ticked.size === 0 ? null : (
        <div className="td-tools">
          <Button
            leftSection={<IconRestore size={15} />}
            loading={restore.isPending}
            onClick={() => restore.mutate([...ticked])}
          >
            {words('trash.restoreChosen', chosen)}
          </Button>
        </div>
      )}
      <VirtualList
        label={words('nav.trash')}
        rows={items}
        rowKey={({ state }) => state.entryId}
        isChosen={({ state }) => ticked.has(state.entryId)}
        onEnd={onEnd}
      >
        {(item) => (
          <DeletedRow
            item={item}
            isTicked={ticked.has(item.state.entryId)}
            onTick={mayRestore ? () => toggle(item.state.entryId) : null}
            onRestore={mayRestore ? () => restore.mutate([item.state.entryId]) : null}
          />
        )}
      </VirtualList>
    </>
  );
}

const DAY_MS = 86_400_000;

/** @param untilMs null: for good. */
function DaysLeft({ untilMs }: { untilMs: number | null }) {
  const words = useWords();
  const formats = useFormats();
  if (untilMs === null) return words('trash.forGood');
  const days = Math.max(0, Math.ceil((untilMs - Date.now()) / DAY_MS));
  return words('trash.days', { count: days, shown: formats.count(days) });
}

interface DeletedRowProps {
  readonly item: Deleted;
  readonly isTicked: boolean;
  /** Null: only those who may change the library may restore. */
  readonly onTick: (() => void) | null;
  readonly onRestore: (() => void) | null;
}

function DeletedRow({ item, isTicked, onTick, onRestore }: DeletedRowProps) {
  const words = useWords();
  const formats = useFormats();
  const { state, path, deletedAtMs, deletedBy, expiresAtMs } = item;
  const Icon = state.kind === 'folder' ? IconFolder : IconFile;
  const by = deletedBy === null ? '' : words('trash.by', { device: deletedBy.name });
  return (
    <>
      {onTick === null ? null : (
        <Checkbox checked={isTicked} onChange={onTick} aria-label={words('conflicts.tick', { name: path })} />
      )}
      <Icon size={17} stroke={1.6} color="var(--ts-quiet)" aria-hidden="true" style={{ flex: 'none' }} />
      <div className="ts-row-main">
        <Text className="ts-cut">
          <bdi>{state.name}</bdi>
        </Text>
        <Text size="xs" c="dimmed" className="ts-cut" title={path}>
          {formats.when(deletedAtMs, Date.now())}
          {by === '' ? '' : ` · ${by}`} · <bdi className="ts-path">{path}</bdi>
        </Text>
      </div>
      <Text size="xs" c="dimmed" className="ts-num">
        {state.kind === 'file' ? formats.bytes(state.sizeBytes) : ''}
      </Text>
      <Text size="xs" c="dimmed" className="ts-num" miw={90}>
        <DaysLeft untilMs={expiresAtMs} />
      </Text>
      {onRestore === null ? null : (
        <Button variant="default" onClick={onRestore}>
          {words('trash.restore')}
        </Button>
      )}
    </>
  );
}
