import { Button, Group, Stack, Text, Title } from '@mantine/core';
import { IconCircleCheck } from '@tabler/icons-react';
import { Loaded } from '@tidesync/ui/loaded.tsx';
import { Message } from '@tidesync/ui/message-page.tsx';
import { Page } from '@tidesync/ui/page-frame.tsx';
import { useFormats, useKitWords } from '@tidesync/ui/words.tsx';
import { useState } from 'react';
import { UNANSWERED, useLive, useOrder } from '../ask.tsx';
import { bridge } from '../bridge.ts';
import { useStatus } from '../connection.tsx';
import { engine } from '../engine.ts';
import { HaltedFolder } from '../halted-folder.tsx';
import type { Speech, Trouble, TroubleGroup } from '../trouble-words.ts';
import { detailOf, groupTroubles } from '../trouble-words.ts';
import { useWords } from '../words.ts';

/** What keeps files from being synced: one group for each cause, with the one thing that cures it. */
export function ProblemsPage() {
  const words = useWords();
  const { roots } = useStatus();
  const query = useLive(['troubles'], () => engine.troubles.query({ rootId: null }));
  const halted = roots.filter(({ state }) => state === 'halted');
  const rescan = useOrder(() => engine.folders.rescan.mutate({ path: 'all' }));
  const again = (
    <Button variant="default" loading={rescan.isPending} onClick={() => rescan.mutate(undefined)}>
      {words('problems.again')}
    </Button>
  );
  return (
    <Page title={words('problems.title')} actions={again}>
      <Stack gap="md" className="ts-column">
        {halted.map((root) => (
          <HaltedFolder key={root.rootId} root={root} />
        ))}
        <Loaded
          query={query}
          unanswered={UNANSWERED}
          empty={{
            when: (troubles) => troubles.length + halted.length === 0,
            show: (
              <Message title={words('problems.none')} icon={<IconCircleCheck size={40} stroke={1.4} />}>
                {words('problems.noneWhy')}
              </Message>
            ),
          }}
        >
          {(troubles) => <Groups troubles={troubles} />}
        </Loaded>
      </Stack>
    </Page>
  );
}

function Groups({ troubles }: { troubles: readonly Trouble[] }) {
  const speech: Speech = { words: useWords(), kit: useKitWords(), formats: useFormats() };
  return groupTroubles(troubles, speech).map((group) => (
    <GroupView key={group.key} group={group} speech={speech} />
  ));
}

const PATHS_SHOWN = 5;

function GroupView({ group, speech }: { group: TroubleGroup; speech: Speech }) {
  const { words, kit, formats } = speech;
  const [isOpen, open] = useState(false);
  const { troubles } = group;
  const shown = isOpen ? troubles : troubles.slice(0, PATHS_SHOWN);
  const more = troubles.length - shown.length;
  return (
    <section className="td-group" data-testid={`cause-${group.code}`}>
      <div className="td-group-head">
        <div className="ts-row-main">
          <Title order={2}>{group.title}</Title>
          <Text>{group.cure}</Text>
          <Text size="xs" c="dimmed">
            {words('problems.paths', { count: troubles.length, shown: formats.count(troubles.length) })} ·{' '}
            {kit('problem.code', { code: group.code })}
          </Text>
        </div>
      </div>
      <ul className="td-group-paths">
        {shown.map((trouble) => (
          <TroubleRow key={`${trouble.rootId} ${trouble.path}`} trouble={trouble} speech={speech} />
        ))}
      </ul>
      {more === 0 ? null : (
        <Group p="xs">
          <Button variant="subtle" onClick={() => open(true)}>
            {words('problems.more', { count: more, shown: formats.count(more) })}
          </Button>
        </Group>
      )}
    </section>
  );
}

function TroubleRow({ trouble, speech }: { trouble: Trouble; speech: Speech }) {
  const { words, formats } = speech;
  const { roots } = useStatus();
  const root = roots.find(({ rootId }) => rootId === trouble.rootId);
  const detail = detailOf(trouble, speech);
  const next =
    trouble.nextTryMs === null ? '' : words('problems.next', { time: formats.time(trouble.nextTryMs) });
  const path = root === undefined ? trouble.path : `${root.path}/${trouble.path}`;
  return (
    <li>
      <div className="ts-row-main">
        <Text className="ts-cut" title={path}>
          <bdi className="ts-path">{trouble.path}</bdi>
        </Text>
        <Text size="xs" c="dimmed">
          {[root?.libraryName, detail, next].filter((part) => part !== '' && part !== undefined).join(' · ')}
        </Text>
      </div>
      {trouble.code === 'damaged' ? <DamageCures path={path} /> : null}
      {bridge === null ? null : (
        <Button variant="default" onClick={() => void bridge?.revealPath(path)}>
          {words('problems.reveal')}
        </Button>
      )}
    </li>
  );
}

/** Only a person can know which of the two is right. */
function DamageCures({ path }: { path: string }) {
  const words = useWords();
  const decide = useOrder((take: 'local' | 'server') => engine.decideDamage.mutate({ path, take }));
  return (
    <Group gap="xs">
      <Button loading={decide.isPending} onClick={() => decide.mutate('server')}>
        {words('problems.takeServer')}
      </Button>
      <Button variant="default" onClick={() => decide.mutate('local')}>
        {words('problems.takeLocal')}
      </Button>
    </Group>
  );
}
