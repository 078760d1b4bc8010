import { Button, SegmentedControl, Text, TextInput } from '@mantine/core';
import {
  IconArrowDown,
  IconArrowsSplit2,
  IconArrowUp,
  IconFolderPlus,
  IconHistory,
  IconPencil,
  IconSearch,
  IconTrash,
} from '@tabler/icons-react';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { Loaded } from '@tidesync/ui/loaded.tsx';
import { Message } from '@tidesync/ui/message-page.tsx';
import { Page } from '@tidesync/ui/page-frame.tsx';
import { VirtualList } from '@tidesync/ui/virtual-list.tsx';
import { useFormats } from '@tidesync/ui/words.tsx';
import type { Activity } from '../../shell/activity-words.ts';
import { activityWords } from '../../shell/activity-words.ts';
import type { Show } from '../activity-filter.ts';
import { isShown } from '../activity-filter.ts';
import { UNANSWERED, useLive } from '../ask.tsx';
import { bridge } from '../bridge.ts';
import { useStatus } from '../connection.tsx';
import { engine } from '../engine.ts';
import { useWords } from '../words.ts';

/** As many as the engine remembers of one folder. */
const SHOWN_MAX = 10_000;
const SHOWS = ['all', 'sent', 'received', 'removed'] as const;

/** What was done on this device, the newest first. */
export function ActivityPage() {
  const words = useWords();
  const { show, find = '' } = useSearch({ from: '/activity' });
  const query = useLive(['activity'], () => engine.activity.query({ limit: SHOWN_MAX }));
  return (
    <Page title={words('nav.activity')} filled>
      <Tools show={show} find={find} />
      <Loaded
        query={query}
        unanswered={UNANSWERED}
        empty={{
          when: (all) => all.length === 0,
          show: <Message title={words('activity.none')}>{words('activity.noneWhy')}</Message>,
        }}
      >
        {(all) => <ActivityList all={all.filter((one) => isShown(one, show, find))} />}
      </Loaded>
    </Page>
  );
}

function Tools({ show, find }: { show: Show; find: string }) {
  const words = useWords();
  const navigate = useNavigate({ from: '/activity' });
  const go = (next: { show: Show; find: string }) =>
    void navigate({
      search: next.find === '' ? { show: next.show } : next,
      replace: true,
    });
  return (
    <div className="td-tools">
      <SegmentedControl
        aria-label={words('activity.filter')}
        value={show}
        onChange={(next) => go({ show: next, find })}
        data={SHOWS.map((value) => ({ value, label: words(`activity.show.${value}`) }))}
      />
      <TextInput
        aria-label={words('activity.find')}
        placeholder={words('activity.find')}
        leftSection={<IconSearch size={15} aria-hidden="true" />}
        value={find}
        onChange={(event) => go({ show, find: event.currentTarget.value })}
        w={240}
      />
    </div>
  );
}

function ActivityList({ all }: { all: readonly Activity[] }) {
  const words = useWords();
  if (all.length === 0) return <Message title={words('activity.noMatch')} />;
  return (
    <VirtualList
      label={words('nav.activity')}
      rows={all}
      rowKey={(one) => `${one.rootId} ${one.atMs} ${one.kind} ${one.path}`}
    >
      {(one) => <ActivityRow one={one} />}
    </VirtualList>
  );
}

const ICONS: Readonly<Record<string, typeof IconArrowUp>> = {
  uploaded: IconArrowUp,
  downloaded: IconArrowDown,
  movedHere: IconPencil,
  movedThere: IconPencil,
  deletedHere: IconTrash,
  deletedThere: IconTrash,
  madeHere: IconFolderPlus,
  madeThere: IconFolderPlus,
  conflict: IconArrowsSplit2,
};

function ActivityRow({ one }: { one: Activity }) {
  const words = useWords();
  const formats = useFormats();
  const { roots } = useStatus();
  const root = roots.find(({ rootId }) => rootId === one.rootId);
  const Icon = ICONS[one.kind] ?? IconHistory;
  return (
    <>
      <Icon size={17} stroke={1.7} color="var(--ts-quiet)" aria-hidden="true" style={{ flex: 'none' }} />
      <div className="ts-row-main">
        <Text className="ts-cut">{activityWords(one, words, formats)}</Text>
        <Text size="xs" c="dimmed" className="ts-cut" title={one.path}>
          {root?.libraryName ?? ''} · <bdi className="ts-path">{one.path}</bdi>
        </Text>
      </div>
      <Text size="xs" c="dimmed" className="ts-num">
        {formats.when(one.atMs, Date.now())}
      </Text>
      {bridge === null || root === undefined ? null : (
        <Button variant="subtle" onClick={() => void bridge?.revealPath(`${root.path}/${one.path}`)}>
          {words('problems.reveal')}
        </Button>
      )}
    </>
  );
}
