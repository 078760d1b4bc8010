import { ActionIcon, Menu, Text } from '@mantine/core';
import {
  IconAlertTriangle,
  IconDots,
  IconExternalLink,
  IconFiles,
  IconListCheck,
  IconPlayerPause,
  IconPlayerPlay,
  IconRefresh,
  IconUnlink,
} from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { SHAPE_OF_ROOT } from '@tidesync/shared/app-state';
import type { RootStatus } from '@tidesync/shared/wire/engine';
import { StateIcon } from '@tidesync/ui/state-icon.tsx';
import { useFormats } from '@tidesync/ui/words.tsx';
import { useState } from 'react';
import { rootWords } from '../shell/folder-words.ts';
import { useOrder } from './ask.tsx';
import { bridge } from './bridge.ts';
import { engine } from './engine.ts';
import { usePauses } from './pause-menu.tsx';
import { RemoveFolder } from './remove-folder.tsx';
import { useShownPath } from './shown-path.ts';
import { useWords } from './words.ts';

/** A synced folder: how it is, and what can be done with it. */
export function FolderRow({ root }: { root: RootStatus }) {
  const words = useWords();
  const formats = useFormats();
  const [isRemoving, setRemoving] = useState(false);
  const shownPath = useShownPath();
  const { lastSyncedAtMs } = root;
  return (
    <li className="td-folder" data-testid="folder">
      <span className={root.state === 'syncing' ? 'ts-turning' : ''} style={{ display: 'flex' }}>
        <StateIcon state={SHAPE_OF_ROOT[root.state]} sizePx={18} />
      </span>
      <div className="ts-row-main">
        <Text fw={600} className="ts-cut">
          {root.libraryName}
        </Text>
        <Text size="xs" c="dimmed" className="ts-cut" title={root.path}>
          <bdi className="ts-path">{shownPath(root.path)}</bdi>
        </Text>
      </div>
      <div className="td-folder-state">
        <Text>{rootWords(root, { words, formats, nowMs: Date.now() })}</Text>
        <Text size="xs" c="dimmed">
          {words('home.entries', { count: root.entries, shown: formats.count(root.entries) })}
          {lastSyncedAtMs === null
            ? ''
            : ` · ${words('home.synced', { time: formats.when(lastSyncedAtMs, Date.now()) })}`}
        </Text>
      </div>
      <FolderMenu root={root} onRemove={() => setRemoving(true)} />
      <RemoveFolder root={root} opened={isRemoving} onClose={() => setRemoving(false)} />
    </li>
  );
}

function FolderMenu({ root, onRemove }: { root: RootStatus; onRemove: () => void }) {
  const words = useWords();
  const navigate = useNavigate();
  const pauses = usePauses(root.path);
  const resume = useOrder(() => engine.folders.resume.mutate({ path: root.path }));
  const rescan = useOrder(() => engine.folders.rescan.mutate({ path: root.path }));
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" aria-label={words('home.more', { name: root.libraryName })}>
          <IconDots size={18} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {bridge === null ? null : (
          <Menu.Item
            leftSection={<IconExternalLink size={15} />}
            onClick={() => void bridge?.openPath(root.path)}
          >
            {words('home.open')}
          </Menu.Item>
        )}
        <Menu.Item
          leftSection={<IconFiles size={15} />}
          onClick={() => void navigate({ to: '/files', search: { at: root.path } })}
        >
          {words('home.showFiles')}
        </Menu.Item>
        <Menu.Item
          leftSection={<IconListCheck size={15} />}
          onClick={() => void navigate({ to: '/choose', search: { at: root.path } })}
        >
          {words('choose.menu')}
        </Menu.Item>
        <Menu.Item
          leftSection={<IconAlertTriangle size={15} />}
          onClick={() => void navigate({ to: '/problems' })}
          disabled={root.troubles === 0 && root.state !== 'halted'}
        >
          {words('home.showProblems')}
        </Menu.Item>
        <Menu.Divider />
        {root.state === 'paused' && root.restsFor === null ? (
          <Menu.Item leftSection={<IconPlayerPlay size={15} />} onClick={() => resume.mutate(undefined)}>
            {words('home.resume')}
          </Menu.Item>
        ) : (
          pauses.map(({ label, pause }) => (
            <Menu.Item key={label} leftSection={<IconPlayerPause size={15} />} onClick={pause}>
              {label}
            </Menu.Item>
          ))
        )}
        <Menu.Item leftSection={<IconRefresh size={15} />} onClick={() => rescan.mutate(undefined)}>
          {words('home.syncNow')}
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item leftSection={<IconUnlink size={15} />} onClick={onRemove}>
          {words('home.remove')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
