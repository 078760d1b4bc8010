import { SegmentedControl, Select, TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useNavigate, useSearch } from '@tanstack/react-router';
import type { ActivityRow } from '@tidesync/shared/activity-list';
import { ACTIVITY_GROUP_NAMES, activityRows } from '@tidesync/shared/activity-list';
import { Loaded } from '@tidesync/ui/loaded.tsx';
import { Message } from '@tidesync/ui/message-page.tsx';
import { Page } from '@tidesync/ui/page-frame.tsx';
import { VirtualList } from '@tidesync/ui/virtual-list.tsx';
import type { ReactNode } from 'react';
import { ActivityExport } from '../activity-export.tsx';
import { ActivityLine } from '../activity-line.tsx';
import { UNANSWERED, useLive } from '../ask.tsx';
import { useStatus } from '../connection.tsx';
import { engine } from '../engine.ts';
import { useWords } from '../words.ts';

/** As many as the engine remembers of one folder. */
const SHOWN_MAX = 10_000;
const SHOWS = ['all', ...ACTIVITY_GROUP_NAMES] as const;

export interface ActivitySearch {
  readonly show: (typeof SHOWS)[number];
  /** Part of a path. */
  readonly find?: string | undefined;
  /** A root's id. */
  readonly folder?: string | undefined;
}

/** What was done on this device, the newest first, and when no engine ran. */
export function ActivityPage() {
  const words = useWords();
  const { show, find = '', folder } = useSearch({ from: '/activity' });
  const query = useLive(['activity'], async () => {
    const [all, gaps] = await Promise.all([engine.activity.query({ limit: SHOWN_MAX }), engine.gaps.query()]);
    return { all, gaps };
  });
  const group = show === 'all' ? null : show;
  const rowsOf = ({ all, gaps }: NonNullable<typeof query.data>) =>
    activityRows(all, gaps, { group, find, rootId: folder ?? null, sinceMs: null });
  return (
    <Page title={words('nav.activity')} filled>
      <Tools search={{ show, find, folder }}>
        {query.data === undefined ? null : <ActivityExport rows={rowsOf(query.data)} />}
      </Tools>
      <Loaded
        query={query}
        unanswered={UNANSWERED}
        empty={{
          when: ({ all }) => all.length === 0,
          show: <Message title={words('activity.none')}>{words('activity.noneWhy')}</Message>,
        }}
      >
        {(known) => <ActivityList rows={rowsOf(known)} />}
      </Loaded>
    </Page>
  );
}

function Tools({ search, children }: { search: ActivitySearch; children: ReactNode }) {
  const words = useWords();
  const { roots } = useStatus();
  const navigate = useNavigate({ from: '/activity' });
  const go = (change: Partial<ActivitySearch>) => {
    const { show, find, folder } = { ...search, ...change };
    void navigate({ search: { show, find: find || undefined, folder }, replace: true });
  };
  return (
    <div className="td-tools">
      <SegmentedControl
        aria-label={words('activity.filter')}
        value={search.show}
        onChange={(show) => go({ show })}
        data={SHOWS.map((value) => ({ value, label: words(`activity.show.${value}`) }))}
      />
      {roots.length < 2 ? null : (
        <Select
          aria-label={words('activity.folder')}
          placeholder={words('activity.folder')}
          clearable
          data={roots.map(({ rootId, libraryName }) => ({ value: rootId, label: libraryName }))}
          value={search.folder ?? null}
          onChange={(folder) => go({ folder: folder ?? undefined })}
          w={170}
        />
      )}
      <TextInput
        aria-label={words('activity.find')}
        placeholder={words('activity.find')}
        leftSection={<IconSearch size={15} aria-hidden="true" />}
        value={search.find ?? ''}
        onChange={(event) => go({ find: event.currentTarget.value })}
        w={200}
      />
      {children}
    </div>
  );
}

function ActivityList({ rows }: { rows: readonly ActivityRow[] }) {
  const words = useWords();
  if (rows.length === 0) return <Message title={words('activity.noMatch')} />;
  return (
    <VirtualList label={words('nav.activity')} rows={rows} rowKey={keyOf}>
      {(row) => <ActivityLine row={row} />}
    </VirtualList>
  );
}

function keyOf(row: ActivityRow): string {
  if (row.is === 'gap') return `gap ${row.gap.sinceMs}`;
  const { rootId, atMs, kind, path } = row.done;
  return `${rootId} ${atMs} ${kind} ${path}`;
}
