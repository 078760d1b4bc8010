import { Anchor, Button, Group, Stack, Text, Title, Tooltip } from '@mantine/core';
import { IconFolderPlus, IconRefresh } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { appStateOf } from '@tidesync/shared/app-state';
import type { EngineStatus } from '@tidesync/shared/wire/engine';
import { Message } from '@tidesync/ui/message-page.tsx';
import { Note } from '@tidesync/ui/note.tsx';
import { StateIcon } from '@tidesync/ui/state-icon.tsx';
import { useFormats } from '@tidesync/ui/words.tsx';
import type { ReactNode } from 'react';
import { useOrder } from '../ask.tsx';
import { useStatus } from '../connection.tsx';
import { engine } from '../engine.ts';
import { FolderRow } from '../folder-row.tsx';
import { headline } from '../headline.ts';
import { PauseMenu } from '../pause-menu.tsx';
import { Transfers } from '../transfers.tsx';
import { useWords } from '../words.ts';

/** What everything is doing, folder by folder, and what moves at the moment. */
export function HomePage() {
  const words = useWords();
  const formats = useFormats();
  const status = useStatus();
  const state = appStateOf(status);
  return (
    <>
      <header className="ts-page-head">
        <span className={state === 'syncing' ? 'ts-turning' : ''} style={{ display: 'flex' }}>
          <StateIcon state={state} sizePx={26} />
        </span>
        <div aria-live="polite">
          <Title order={1} data-testid="headline">
            {headline(status, words, formats)}
          </Title>
          <Checked status={status} />
        </div>
        <div className="ts-page-actions">
          <Actions status={status} />
        </div>
      </header>
      <div className="ts-page-body">
        {status.roots.length === 0 ? <NoFolders /> : <Folders status={status} />}
      </div>
    </>
  );
}

function Checked({ status }: { status: EngineStatus }) {
  const words = useWords();
  const formats = useFormats();
  const { session, roots } = status;
  if (session.is === 'signedIn' && !session.online && session.offlineSentence !== null) {
    return (
      <Text size="xs" c="dimmed">
        {words('home.serverAway', { server: session.serverUrl })}
      </Text>
    );
  }
  const lastMs = Math.max(...roots.map(({ lastSyncedAtMs }) => lastSyncedAtMs ?? 0));
  if (lastMs <= 0) return null;
  return (
    <Text size="xs" c="dimmed">
      {words('home.checked', { time: formats.when(lastMs, Date.now()) })}
    </Text>
  );
}

function Actions({ status }: { status: EngineStatus }) {
  const words = useWords();
  const rescan = useOrder(() => engine.folders.rescan.mutate({ path: 'all' }));
  const resume = useOrder(() => engine.folders.resume.mutate({ path: 'all' }));
  const syncAnyway = useOrder(() => engine.device.syncAnyway.mutate());
  const { roots } = status;
  const isPaused = roots.length > 0 && roots.every(({ state }) => state === 'paused');
  const rests = roots.some(({ restsFor }) => restsFor !== null);
  return (
    <>
      {roots.length === 0 ? null : rests ? (
        <Tooltip label={words('home.syncAnywayWhat')}>
          <Button variant="default" onClick={() => syncAnyway.mutate(undefined)}>
            {words('home.syncAnyway')}
          </Button>
        </Tooltip>
      ) : isPaused ? (
        <Button variant="default" onClick={() => resume.mutate(undefined)}>
          {words('home.resume')}
        </Button>
      ) : (
        <PauseMenu path="all" />
      )}
      {roots.length === 0 ? null : (
        <Button
          variant="default"
          leftSection={<IconRefresh size={15} />}
          disabled={isPaused}
          onClick={() => rescan.mutate(undefined)}
        >
          {words('home.syncNow')}
        </Button>
      )}
      <Button
        leftSection={<IconFolderPlus size={15} />}
        renderRoot={(props) => <Link to="/add-folder" {...props} />}
      >
        {words('home.addFolder')}
      </Button>
    </>
  );
}

function NoFolders() {
  const words = useWords();
  return (
    <Message
      title={words('home.none')}
      actions={
        <Button renderRoot={(props) => <Link to="/add-folder" {...props} />}>{words('home.addFirst')}</Button>
      }
    >
      {words('home.noneWhy')}
    </Message>
  );
}

function Folders({ status }: { status: EngineStatus }) {
  const words = useWords();
  return (
    <Stack gap="lg">
      <Needs status={status} />
      <section aria-labelledby="folders">
        <Title order={2} id="folders" mb="xs">
          {words('home.folders')}
        </Title>
        <ul className="td-folders">
          {status.roots.map((root) => (
            <FolderRow key={root.rootId} root={root} />
          ))}
        </ul>
      </section>
      <Transfers roots={status.roots} />
    </Stack>
  );
}

/** What needs somebody, each with the page on which it is settled. */
function Needs({ status }: { status: EngineStatus }) {
  const words = useWords();
  const formats = useFormats();
  const { roots } = status;
  const sum = (of: (root: (typeof roots)[number]) => number) =>
    roots.reduce((all, root) => all + of(root), 0);
  const say = (n: number) => ({ count: n, shown: formats.count(n) });
  const held = sum(({ heldDeletes }) => heldDeletes);
  const conflicts = sum(({ conflicts }) => conflicts);
  const troubles = sum((root) => root.troubles + (root.state === 'halted' ? 1 : 0));
  if (held + conflicts + troubles === 0) return null;
  return (
    <Stack gap="xs">
      {held === 0 ? null : (
        <Need to="/held" verb={words('home.decide')}>
          {words('root.held', say(held))}
        </Need>
      )}
      {conflicts === 0 ? null : (
        <Need to="/conflicts" verb={words('home.compare')}>
          {words('home.conflicts', say(conflicts))}
        </Need>
      )}
      {troubles === 0 ? null : (
        <Need to="/problems" verb={words('home.look')}>
          {words('home.problems', say(troubles))}
        </Need>
      )}
    </Stack>
  );
}

function Need({
  to,
  verb,
  children,
}: {
  to: '/held' | '/conflicts' | '/problems';
  verb: string;
  children: ReactNode;
}) {
  return (
    <Note tone="warn">
      <Group justify="space-between" gap="xs">
        <Text>{children}</Text>
        <Anchor size="sm" renderRoot={(props) => <Link to={to} {...props} />}>
          {verb}
        </Anchor>
      </Group>
    </Note>
  );
}
