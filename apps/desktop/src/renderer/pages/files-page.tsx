import { Anchor, Button, Text } from '@mantine/core';
import { IconFile, IconFileSymlink, IconFolder } from '@tabler/icons-react';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import type { ListedEntry, RootStatus } from '@tidesync/shared/wire/engine';
import { Loaded } from '@tidesync/ui/loaded.tsx';
import { Message } from '@tidesync/ui/message-page.tsx';
import { Page } from '@tidesync/ui/page-frame.tsx';
import { VirtualList } from '@tidesync/ui/virtual-list.tsx';
import { useFormats } from '@tidesync/ui/words.tsx';
import { UNANSWERED, useLive } from '../ask.tsx';
import { useStatus } from '../connection.tsx';
import { engine } from '../engine.ts';
import { FileDetail } from '../file-detail.tsx';
import { useWords } from '../words.ts';

/** What lies in the synced folders, here and on the server, and how each of it is. */
export function FilesPage() {
  const words = useWords();
  const { roots } = useStatus();
  const { at, file } = useSearch({ from: '/files' });
  const folder = at ?? roots[0]?.path;
  const root = roots.find(({ path }) => folder === path || folder?.startsWith(`${path}/`));
  if (folder === undefined || root === undefined) {
    return (
      <Page title={words('nav.files')}>
        <Message
          title={words('home.none')}
          actions={
            <Button renderRoot={(props) => <Link to="/add-folder" {...props} />}>
              {words('home.addFirst')}
            </Button>
          }
        >
          {words('home.noneWhy')}
        </Message>
      </Page>
    );
  }
  return (
    <Page title={words('nav.files')} filled>
      <Crumbs roots={roots} root={root} folder={folder} />
      <FolderList root={root} folder={folder} file={file ?? null} />
    </Page>
  );
}

function Crumbs({ roots, root, folder }: { roots: readonly RootStatus[]; root: RootStatus; folder: string }) {
  const words = useWords();
  const parts = folder
    .slice(root.path.length)
    .split('/')
    .filter((part) => part !== '');
  const steps = parts.map((name, index) => ({
    name,
    at: `${root.path}/${parts.slice(0, index + 1).join('/')}`,
  }));
  return (
    <nav className="td-tools" aria-label={words('files.where')}>
      <div className="td-crumbs">
        {roots.length > 1
          ? roots
              .filter(({ rootId }) => rootId !== root.rootId)
              .map((other) => (
                <Button
                  key={other.rootId}
                  variant="default"
                  renderRoot={(props) => <Link to="/files" search={{ at: other.path }} {...props} />}
                >
                  {other.libraryName}
                </Button>
              ))
          : null}
        <Anchor
          size="sm"
          fw={600}
          aria-current={steps.length === 0 ? 'page' : undefined}
          renderRoot={(props) => <Link to="/files" search={{ at: root.path }} {...props} />}
        >
          {root.libraryName}
        </Anchor>
        {steps.map(({ name, at }) => (
          <span key={at} className="td-crumbs">
            <span aria-hidden="true">/</span>
            <Anchor
              size="sm"
              aria-current={at === folder ? 'page' : undefined}
              renderRoot={(props) => <Link to="/files" search={{ at }} {...props} />}
            >
              <bdi>{name}</bdi>
            </Anchor>
          </span>
        ))}
      </div>
    </nav>
  );
}

function FolderList({ root, folder, file }: { root: RootStatus; folder: string; file: string | null }) {
  const words = useWords();
  const query = useLive(['files', folder], () => engine.list.query({ path: folder }));
  return (
    <Loaded
      query={query}
      unanswered={UNANSWERED}
      empty={{ when: (entries) => entries.length === 0, show: <Message title={words('files.none')} /> }}
    >
      {(entries) => {
        const chosen = entries.find(({ path }) => path === file);
        const list = (
          <VirtualList
            label={words('nav.files')}
            rows={sorted(entries)}
            rowKey={({ path }) => path}
            isChosen={({ path }) => path === file}
            rowHeightPx={38}
          >
            {(entry) => <EntryRow root={root} folder={folder} entry={entry} />}
          </VirtualList>
        );
        if (chosen === undefined) return list;
        return (
          <div className="td-split td-split-end">
            {list}
            <div className="td-pane">
              <FileDetail key={chosen.path} root={root} entry={chosen} />
            </div>
          </div>
        );
      }}
    </Loaded>
  );
}

/** Folders first, as in most file managers. */
function sorted(entries: readonly ListedEntry[]): ListedEntry[] {
  return [...entries].sort(
    (a, b) => Number(b.kind === 'folder') - Number(a.kind === 'folder') || a.name.localeCompare(b.name),
  );
}

const ICONS = { folder: IconFolder, file: IconFile, symlink: IconFileSymlink } as const;

function EntryRow({ root, folder, entry }: { root: RootStatus; folder: string; entry: ListedEntry }) {
  const words = useWords();
  const formats = useFormats();
  const navigate = useNavigate();
  const Icon = ICONS[entry.kind];
  const open = () => {
    const path = `${root.path}/${entry.path}`;
    const search = entry.kind === 'folder' ? { at: path } : { at: folder, file: entry.path };
    void navigate({ to: '/files', search });
  };
  return (
    <button type="button" className="td-row-button" onClick={open}>
      <Icon size={17} stroke={1.6} color="var(--ts-quiet)" aria-hidden="true" style={{ flex: 'none' }} />
      <Text className="ts-cut ts-row-main" component="span">
        <bdi>{entry.name}</bdi>
      </Text>
      <Text size="xs" component="span" c={entry.state === 'synced' ? 'dimmed' : 'var(--ts-warn)'}>
        {words(`files.state.${placeOf(entry)}`)}
      </Text>
      <Text size="xs" c="dimmed" component="span" className="ts-num" miw={72}>
        {entry.sizeBytes === null ? '' : formats.bytes(entry.sizeBytes)}
      </Text>
      <Text size="xs" c="dimmed" component="span" className="ts-num" miw={128}>
        {entry.kind === 'folder' ? '' : formats.dateTime(entry.mtimeMs)}
      </Text>
    </button>
  );
}

export function placeOf(entry: ListedEntry): 'synced' | 'onServer' | 'hereOnly' | ListedEntry['state'] {
  if (entry.state === 'waiting') return entry.here ? (entry.onServer ? 'waiting' : 'hereOnly') : 'onServer';
  return entry.state;
}
