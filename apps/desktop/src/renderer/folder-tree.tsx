import { ActionIcon, Checkbox, Stack, Text } from '@mantine/core';
import { IconChevronDown, IconChevronRight } from '@tabler/icons-react';
import type { RootStatus } from '@tidesync/shared/wire/engine';
import type { SelectionTree } from '@tidesync/shared/wire/selection';
import { Loaded } from '@tidesync/ui/loaded.tsx';
import { useFormats } from '@tidesync/ui/words.tsx';
import { useState } from 'react';
import { UNANSWERED, useLive } from './ask.tsx';
import { engine } from './engine.ts';
import { LeaveOut } from './leave-out.tsx';
import { useWords } from './words.ts';

type Folder = SelectionTree['folders'][number];

/** The folders of a library, level by level as they are opened; a tick means that it is on this device. */
export function FolderTree({ root }: { root: RootStatus }) {
  const words = useWords();
  const [asked, ask] = useState<Folder | null>(null);
  return (
    <Stack gap="sm" className="ts-column">
      <Text>{words('choose.what', { name: root.libraryName })}</Text>
      <Level root={root} at={root.path} label={root.libraryName} onAsk={ask} />
      {asked === null ? null : <LeaveOut root={root} folder={asked} onClose={() => ask(null)} />}
    </Stack>
  );
}

interface LevelProps {
  readonly root: RootStatus;
  /** Absolute, of the folder whose folders are listed. */
  readonly at: string;
  readonly label: string;
  readonly onAsk: (folder: Folder) => void;
}

function Level({ root, at, label, onAsk }: LevelProps) {
  const words = useWords();
  const query = useLive(['selection', at], () => engine.selection.tree.query({ path: at }));
  return (
    <Loaded
      query={query}
      unanswered={UNANSWERED}
      empty={{
        when: ({ folders }) => folders.length === 0,
        show: <Text c="dimmed">{words('choose.none')}</Text>,
      }}
    >
      {({ folders }) => (
        <ul className="td-tree" aria-label={label}>
          {folders.map((folder) => (
            <Branch key={folder.path} root={root} folder={folder} onAsk={onAsk} />
          ))}
        </ul>
      )}
    </Loaded>
  );
}

function Branch({
  root,
  folder,
  onAsk,
}: {
  root: RootStatus;
  folder: Folder;
  onAsk: (folder: Folder) => void;
}) {
  const words = useWords();
  const formats = useFormats();
  const [isOpen, open] = useState(false);
  const { name, path, state, there, hasFolders } = folder;
  const Chevron = isOpen ? IconChevronDown : IconChevronRight;
  return (
    <li>
      <div className="td-branch">
        <ActionIcon
          variant="subtle"
          color="gray"
          style={hasFolders && state !== 'excluded' ? undefined : { visibility: 'hidden' }}
          aria-expanded={isOpen}
          aria-label={words('choose.open', { name })}
          onClick={() => open(!isOpen)}
        >
          <Chevron size={16} className="td-chevron" />
        </ActionIcon>
        <Checkbox
          label={<bdi>{name}</bdi>}
          checked={state !== 'excluded'}
          indeterminate={state === 'partly'}
          onChange={() => onAsk(folder)}
        />
        <Text size="xs" c="dimmed" className="ts-num" style={{ marginInlineStart: 'auto' }}>
          {words('check.files', {
            count: there.files,
            shown: formats.count(there.files),
            size: formats.bytes(there.bytes),
          })}
        </Text>
      </div>
      {isOpen ? <Level root={root} at={`${root.path}/${path}`} label={name} onAsk={onAsk} /> : null}
    </li>
  );
}
