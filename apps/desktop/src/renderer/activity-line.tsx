import { Button, Text } from '@mantine/core';
import {
  IconArrowDown,
  IconArrowsSplit2,
  IconArrowUp,
  IconFolderPlus,
  IconHistory,
  IconPencil,
  IconPlugConnectedX,
  IconTrash,
} from '@tabler/icons-react';
import type { Activity, ActivityRow } from '@tidesync/shared/activity-list';
import type { EngineGap } from '@tidesync/shared/wire/engine-screens';
import { useFormats } from '@tidesync/ui/words.tsx';
import { activityWords } from '../shell/activity-words.ts';
import { bridge } from './bridge.ts';
import { useStatus } from './connection.tsx';
import { useWords } from './words.ts';

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

export function ActivityLine({ row }: { row: ActivityRow }) {
  return row.is === 'gap' ? <GapLine gap={row.gap} /> : <DoneLine one={row.done} />;
}

function DoneLine({ one }: { one: Activity }) {
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

function GapLine({ gap }: { gap: EngineGap }) {
  const words = useWords();
  const formats = useFormats();
  return (
    <>
      <IconPlugConnectedX
        size={17}
        stroke={1.7}
        color="var(--ts-quiet)"
        aria-hidden="true"
        style={{ flex: 'none' }}
      />
      <Text c="dimmed" fs="italic" className="ts-row-main ts-cut" data-testid="gap">
        {words('activity.gap', {
          from: formats.dateTime(gap.sinceMs),
          until: formats.dateTime(gap.untilMs),
        })}
      </Text>
    </>
  );
}
