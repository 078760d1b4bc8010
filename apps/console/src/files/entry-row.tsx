import { ActionIcon, Checkbox, Menu, Text } from '@mantine/core';
import {
  IconDots,
  IconFile,
  IconFileText,
  IconFileTypePdf,
  IconFileZip,
  IconFolder,
  IconLink,
  IconPhoto,
} from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import type { EntryState } from '@tidesync/shared/wire/entries';
import type { Library } from '@tidesync/shared/wire/people';
import { useFormats } from '@tidesync/ui/words.tsx';
import { useConsoleWords } from '../words/use-words.ts';
import type { EntryAction } from './entry-actions.tsx';
import { actionsOf } from './entry-actions.tsx';
import type { ListedEntry } from './entry-list.tsx';

interface EntryRowProps {
  readonly row: ListedEntry;
  readonly library: Library;
  readonly showPath: boolean;
  readonly isChosen: boolean;
  readonly onToggle: () => void;
  readonly onAction: (action: EntryAction) => void;
}

/** One file or folder. Its name opens it. */
export function EntryRow({ row, library, showPath, isChosen, onToggle, onAction }: EntryRowProps) {
  const words = useConsoleWords();
  const formats = useFormats();
  const { state } = row;
  return (
    <>
      <Checkbox
        aria-label={words('files.choose', { name: state.name })}
        checked={isChosen}
        onChange={onToggle}
      />
      <EntryIcon state={state} />
      <div className="ts-row-main">
        <EntryName state={state} library={library} onPreview={() => onAction('preview')} />
        {showPath ? (
          <Text size="xs" c="dimmed" className="ts-cut ts-path">
            <bdi>{row.path}</bdi>
          </Text>
        ) : null}
      </div>
      <Text size="xs" className="tc-size ts-num">
        {state.kind === 'file' ? formats.bytes(state.sizeBytes) : ''}
      </Text>
      <Text size="xs" c="dimmed" className="tc-when ts-num">
        {state.kind === 'folder' ? '' : formats.dateTime(state.mtimeMs)}
      </Text>
      <EntryMenu state={state} library={library} onAction={onAction} />
    </>
  );
}

function EntryName(props: { state: EntryState; library: Library; onPreview: () => void }) {
  const words = useConsoleWords();
  const { state, library, onPreview } = props;
  switch (state.kind) {
    case 'folder':
      return (
        <Link
          className="tc-entry"
          to="/files/$library"
          params={{ library: library.libraryId }}
          search={{ folder: state.entryId }}
        >
          <bdi>{state.name}</bdi>
        </Link>
      );
    case 'file':
      return (
        <button type="button" className="tc-entry" onClick={onPreview}>
          <bdi>{state.name}</bdi>
        </button>
      );
    case 'symlink':
      return (
        <span className="tc-entry" title={words('files.link', { target: state.target })}>
          <bdi>{state.name}</bdi>
        </span>
      );
  }
}

const ICONS: readonly (readonly [RegExp, typeof IconFile])[] = [
  [/\.(png|jpe?g|gif|webp|bmp|avif|heic|tiff?|svg)$/i, IconPhoto],
  [/\.pdf$/i, IconFileTypePdf],
  [/\.(zip|tar|gz|tgz|bz2|xz|zst|7z|rar)$/i, IconFileZip],
  [/\.(txt|md|csv|log|json|xml|html?|css|[jt]sx?|ya?ml|toml|ini|docx?|odt|rtf)$/i, IconFileText],
];

function EntryIcon({ state }: { state: EntryState }) {
  const props = { size: 18, stroke: 1.6, 'aria-hidden': true, style: { flex: 'none' } } as const;
  if (state.kind === 'folder') return <IconFolder {...props} color="var(--mantine-color-anchor)" />;
  if (state.kind === 'symlink') return <IconLink {...props} color="var(--ts-quiet)" />;
  const Icon = ICONS.find(([pattern]) => pattern.test(state.name))?.[1] ?? IconFile;
  return <Icon {...props} color="var(--ts-quiet)" />;
}

interface EntryMenuProps {
  readonly state: EntryState;
  readonly library: Library;
  readonly onAction: (action: EntryAction) => void;
}

function EntryMenu({ state, library, onAction }: EntryMenuProps) {
  const words = useConsoleWords();
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon
          variant="subtle"
          color="gray"
          className="tc-more"
          aria-label={words('files.actions', { name: state.name })}
        >
          <IconDots size={16} aria-hidden="true" />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {actionsOf(state, library).map((action) => (
          <Menu.Item key={action} onClick={() => onAction(action)}>
            {words(`files.${action}`)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
