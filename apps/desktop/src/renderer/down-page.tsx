import { Button, Code, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Message } from '@tidesync/ui/message-page.tsx';
import { CopyDetails } from '@tidesync/ui/problem-view.tsx';
import { StateIcon } from '@tidesync/ui/state-icon.tsx';
import { useEffect, useState } from 'react';
import type { EngineHealth } from '../shell/bridge.ts';
import { bridge } from './bridge.ts';
import { useWords } from './words.ts';

/** While no engine answers: what the app around this page knows about it, and how to start it again. */
export function DownPage() {
  const words = useWords();
  const health = useHealth();
  const isStarting = health?.is === 'starting' || health?.is === 'restarting';
  return (
    <main data-testid="down">
      <Message
        title={words(isStarting ? 'down.starting' : 'down.title')}
        icon={<StateIcon state="engineDown" sizePx={40} />}
        actions={
          <>
            {bridge === null ? null : (
              <Button loading={isStarting} onClick={() => void bridge?.startEngine()}>
                {words('down.start')}
              </Button>
            )}
            {health === null ? null : <CopyDetails text={detailsOf(health)} />}
          </>
        }
      >
        <Stack gap="xs">
          <Text>{words('down.safe')}</Text>
          {bridge === null ? (
            <Text>
              {words('down.browser')} <Code>tidesync ui</Code>
            </Text>
          ) : null}
          {health === null ? null : <Health health={health} />}
        </Stack>
      </Message>
    </main>
  );
}

function Health({ health }: { health: EngineHealth }) {
  const words = useWords();
  if (health.is === 'starting' || health.is === 'running') return null;
  return (
    <>
      <Text>
        {words('down.ended', { count: health.exits, shown: String(health.exits), why: health.why })}
      </Text>
      {health.is === 'down' && health.lastLines.length > 0 ? (
        <>
          <Text c="dimmed">{words('down.said')}</Text>
          <Code block>{health.lastLines.join('\n')}</Code>
        </>
      ) : null}
    </>
  );
}

function detailsOf(health: EngineHealth): string {
  return JSON.stringify(health, null, 2);
}

/** What the app says about the engine's process; null in a browser. */
export function useHealth(): EngineHealth | null {
  const first = useQuery({
    queryKey: ['shell', 'health'],
    queryFn: () => bridge?.engineHealth() ?? null,
    enabled: bridge !== null,
  });
  const [heard, hear] = useState<EngineHealth | null>(null);
  useEffect(() => bridge?.onEngineHealth(hear), []);
  return heard ?? first.data ?? null;
}
