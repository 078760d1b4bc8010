import { Button, Checkbox, Select, Switch, Text } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import type { EntryId, OpId } from '@tidesync/shared/ids';
import type { Library } from '@tidesync/shared/wire/people';
import type { TrashPage as TrashedPage } from '@tidesync/shared/wire/sync';
import { Loaded } from '@tidesync/ui/loaded.tsx';
import { Message } from '@tidesync/ui/message-page.tsx';
import { Page } from '@tidesync/ui/page-frame.tsx';
import { ProblemView } from '@tidesync/ui/problem-view.tsx';
import { problemOf } from '@tidesync/ui/problem-words';
import { VirtualList } from '@tidesync/ui/virtual-list.tsx';
import { useFormats, useKitWords } from '@tidesync/ui/words.tsx';
import { useState } from 'react';
import { librariesQuery, libraryKey, quotaQuery } from '../api/queries.ts';
import { call, unanswered } from '../api/server-call.ts';
import { newId } from '../files/change-entries.ts';
import { useConsoleWords } from '../words/use-words.ts';
import { topmost } from './topmost.ts';

type Trashed = TrashedPage['items'][number];

/** What was deleted from a library, and how long it can still be restored. */
export function TrashPage() {
  const words = useConsoleWords();
  const libraries = useQuery(librariesQuery);
  const { library } = useSearch({ from: '/trash' });
  const navigate = useNavigate({ from: '/trash' });
  const all = [...(libraries.data ?? [])].sort((a, b) => a.name.localeCompare(b.name));
  const chosen = all.find((one) => one.libraryId === library) ?? all[0];
  const choose = (
    <Select
      aria-label={words('trash.library')}
      allowDeselect={false}
      data={all.map(({ libraryId, name }) => ({ value: libraryId, label: name }))}
      value={chosen?.libraryId ?? null}
      onChange={(libraryId) => {
        const one = all.find((other) => other.libraryId === libraryId);
        void navigate({ search: { library: one?.libraryId } });
      }}
    />
  );
  return (
    <Page title={words('nav.trash')} filled actions={choose}>
      <Loaded
        query={libraries}
        unanswered={unanswered()}
        empty={{ when: (list) => list.length === 0, show: <Message title={words('libraries.empty')} /> }}
      >
        {() => (chosen === undefined ? null : <Trash key={chosen.libraryId} library={chosen} />)}
      </Loaded>
    </Page>
  );
}

function Trash({ library }: { library: Library }) {
  const words = useConsoleWords();
  const { libraryId } = library;
  const [withInside, show] = useState(false);
  const pages = useInfiniteQuery({
    queryKey: [...libraryKey(libraryId), 'trash'],
    queryFn: ({ pageParam }) => call('trash.list', { libraryId, pageToken: pageParam }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextPageToken,
  });
  const [chosen, choose] = useState<ReadonlySet<EntryId>>(new Set());
  const restore = useRestore(library, () => choose(new Set()));
  return (
    <Loaded
      query={pages}
      unanswered={unanswered()}
      empty={{
        when: (data) => data.pages.every((page) => page.items.length === 0),
        show: (
          <Message title={words('trash.empty')} icon={<IconTrash size={32} aria-hidden="true" />}>
            {words('trash.emptyHint')}
          </Message>
        ),
      }}
    >
      {(data) => {
        const items = data.pages.flatMap((page) => page.items);
        const rows = withInside ? items : topmost(items);
        return (
          <>
            <div className="tc-bar">
              <Button
                disabled={chosen.size === 0 || library.role === 'viewer'}
                loading={restore.isPending}
                onClick={() => restore.mutate([...chosen])}
              >
                {words('trash.restoreChosen')}
              </Button>
              <div className="tc-bar-end">
                <Switch
                  label={words('trash.showInside')}
                  checked={withInside}
                  onChange={(event) => show(event.currentTarget.checked)}
                />
              </div>
            </div>
            {restore.error === null ? null : (
              <div className="tc-bar">
                <ProblemView problem={problemOf(restore.error, unanswered())} />
              </div>
            )}
            <VirtualList
              label={words('trash.list')}
              rows={rows}
              rowKey={({ state }) => state.entryId}
              rowHeightPx={52}
              isChosen={({ state }) => chosen.has(state.entryId)}
              onEnd={() => {
                if (pages.hasNextPage && !pages.isFetchingNextPage) void pages.fetchNextPage();
              }}
            >
              {(item) => (
                <TrashRow
                  item={item}
                  canRestore={library.role !== 'viewer'}
                  isChosen={chosen.has(item.state.entryId)}
                  onToggle={() => choose(toggled(chosen, item.state.entryId))}
                  onRestore={() => restore.mutate([item.state.entryId])}
                />
              )}
            </VirtualList>
          </>
        );
      }}
    </Loaded>
  );
}

function toggled(chosen: ReadonlySet<EntryId>, entryId: EntryId): ReadonlySet<EntryId> {
  const next = new Set(chosen);
  if (!next.delete(entryId)) next.add(entryId);
  return next;
}

/** Goes on until the server has restored all of it, folders with what was deleted inside. */
function useRestore({ libraryId }: Library, onDone: () => void) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (entryIds: EntryId[]) => {
      for (let more = true; more; ) {
        ({ more } = await call('trash.restore', { libraryId, opId: newId<OpId>(), entryIds }));
      }
    },
    onSuccess: onDone,
    onSettled: () => {
      void queries.invalidateQueries({ queryKey: libraryKey(libraryId) });
      void queries.invalidateQueries({ queryKey: quotaQuery.queryKey });
    },
  });
}

interface TrashRowProps {
  readonly item: Trashed;
  readonly canRestore: boolean;
  readonly isChosen: boolean;
  readonly onToggle: () => void;
  readonly onRestore: () => void;
}

function TrashRow({ item, canRestore, isChosen, onToggle, onRestore }: TrashRowProps) {
  const words = useConsoleWords();
  const kit = useKitWords();
  const formats = useFormats();
  const { state, path, deletedAtMs, deletedBy, expiresAtMs } = item;
  const when = formats.dateTime(deletedAtMs);
  const by =
    deletedBy === null
      ? words('trash.deleted', { when })
      : words('trash.deletedBy', { when, device: deletedBy.name });
  return (
    <>
      <Checkbox
        aria-label={words('files.choose', { name: state.name })}
        checked={isChosen}
        disabled={!canRestore}
        onChange={onToggle}
      />
      <div className="ts-row-main">
        <Text className="ts-cut ts-path">
          <bdi>{state.kind === 'folder' ? `${path}/` : path}</bdi>
        </Text>
        <Text size="xs" c="dimmed" className="ts-cut">
          {by}
        </Text>
      </div>
      <Text size="xs" c="dimmed" className="ts-num">
        {expiresAtMs === null
          ? kit('retention.forever')
          : words('trash.left', { time: formats.duration(Math.max(0, expiresAtMs - Date.now())) })}
      </Text>
      <Button variant="default" disabled={!canRestore} onClick={onRestore}>
        {words('trash.restore')}
      </Button>
    </>
  );
}
