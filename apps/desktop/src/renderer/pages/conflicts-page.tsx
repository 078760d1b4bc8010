import { Button, Checkbox, Group, Text } from '@mantine/core';
import { IconCircleCheck } from '@tabler/icons-react';
import { useNavigate, useSearch } from '@tanstack/react-router';
import type { ConflictKeep } from '@tidesync/shared/wire/engine';
import { Loaded } from '@tidesync/ui/loaded.tsx';
import { Message } from '@tidesync/ui/message-page.tsx';
import { Page } from '@tidesync/ui/page-frame.tsx';
import { VirtualList } from '@tidesync/ui/virtual-list.tsx';
import { useFormats } from '@tidesync/ui/words.tsx';
import { useState } from 'react';
import { lastName } from '../../shell/activity-words.ts';
import { UNANSWERED, useLive, useOrder } from '../ask.tsx';
import { ConflictDetail } from '../conflict-detail.tsx';
import { engine } from '../engine.ts';
import { SettledConflicts } from '../settled-conflicts.tsx';
import { useWords } from '../words.ts';

export type Conflict = Awaited<ReturnType<typeof engine.conflicts.list.query>>[number];

/** Files that two devices changed at once: both versions are there, and a person says which stay. */
export function ConflictsPage() {
  const words = useWords();
  const query = useLive(['conflicts'], () => engine.conflicts.list.query());
  const settled = useLive(['conflicts', 'settled'], () => engine.conflicts.resolved.query());
  const undoable = settled.data ?? [];
  return (
    <Page title={words('nav.conflicts')} filled>
      <Loaded
        query={query}
        unanswered={UNANSWERED}
        empty={{
          when: (conflicts) => conflicts.length === 0,
          show: (
            <div className="td-pane">
              <Message title={words('conflicts.none')} icon={<IconCircleCheck size={40} stroke={1.4} />}>
                {words('conflicts.noneWhy')}
              </Message>
              <SettledConflicts settled={undoable} />
            </div>
          ),
        }}
      >
        {(conflicts) => (
          <>
            <Conflicts conflicts={conflicts} />
            <SettledConflicts settled={undoable} />
          </>
        )}
      </Loaded>
    </Page>
  );
}

function Conflicts({ conflicts }: { conflicts: readonly Conflict[] }) {
  const words = useWords();
  const navigate = useNavigate({ from: '/conflicts' });
  const { id } = useSearch({ from: '/conflicts' });
  const [ticked, tick] = useState<ReadonlySet<string>>(new Set());
  const chosen = conflicts.find(({ conflictId }) => conflictId === id) ?? conflicts[0];
  const many = conflicts.filter(({ conflictId }) => ticked.has(conflictId));
  const toggle = (conflictId: string) => {
    const next = new Set(ticked);
    if (!next.delete(conflictId)) next.add(conflictId);
    tick(next);
  };
  return (
    <>
      <Bulk all={conflicts} many={many} onTick={tick} />
      <div className="td-split">
        <VirtualList
          label={words('nav.conflicts')}
          rows={conflicts}
          rowKey={({ conflictId }) => conflictId}
          isChosen={({ conflictId }) => conflictId === chosen?.conflictId}
        >
          {(one) => (
            <ConflictRow
              one={one}
              isTicked={ticked.has(one.conflictId)}
              onTick={() => toggle(one.conflictId)}
              onChoose={() => void navigate({ search: { id: one.conflictId }, replace: true })}
            />
          )}
        </VirtualList>
        <div className="td-pane">
          {chosen === undefined ? null : <ConflictDetail key={chosen.conflictId} conflict={chosen} />}
        </div>
      </div>
    </>
  );
}

interface ConflictRowProps {
  readonly one: Conflict;
  readonly isTicked: boolean;
  readonly onTick: () => void;
  readonly onChoose: () => void;
}

function ConflictRow({ one, isTicked, onTick, onChoose }: ConflictRowProps) {
  const words = useWords();
  const formats = useFormats();
  return (
    <>
      <Checkbox
        checked={isTicked}
        onChange={onTick}
        aria-label={words('conflicts.tick', { name: one.path })}
      />
      <button type="button" className="td-row-button" onClick={onChoose}>
        <div className="ts-row-main">
          <Text className="ts-cut">
            <bdi>{lastName(one.path)}</bdi>
          </Text>
          <Text size="xs" c="dimmed" className="ts-cut">
            {formats.when(one.atMs, Date.now())} · <bdi className="ts-path">{one.path}</bdi>
          </Text>
        </div>
      </button>
    </>
  );
}

interface BulkProps {
  readonly all: readonly Conflict[];
  readonly many: readonly Conflict[];
  readonly onTick: (ids: ReadonlySet<string>) => void;
}

/** The same word for several conflicts; each is still held to what was shown of it. */
function Bulk({ all, many, onTick }: BulkProps) {
  const words = useWords();
  const formats = useFormats();
  const settle = useOrder(
    async (keep: ConflictKeep) => {
      for (const { conflictId, shown } of many)
        await engine.conflicts.resolve.mutate({ conflictId, shown, keep });
    },
    { done: () => onTick(new Set()) },
  );
  const isAll = many.length === all.length;
  const some = { count: many.length, shown: formats.count(many.length) };
  return (
    <div className="td-tools">
      <Checkbox
        label={many.length === 0 ? words('conflicts.all') : words('conflicts.chosen', some)}
        checked={isAll}
        indeterminate={many.length > 0 && !isAll}
        onChange={() => onTick(isAll ? new Set() : new Set(all.map(({ conflictId }) => conflictId)))}
      />
      {many.length === 0 ? null : (
        <Group gap="xs">
          <Button loading={settle.isPending} onClick={() => settle.mutate('both')}>
            {words('conflicts.both')}
          </Button>
          <Button variant="default" disabled={settle.isPending} onClick={() => settle.mutate('mine')}>
            {words('conflicts.mine')}
          </Button>
          <Button variant="default" disabled={settle.isPending} onClick={() => settle.mutate('theirs')}>
            {words('conflicts.theirs')}
          </Button>
        </Group>
      )}
    </div>
  );
}
