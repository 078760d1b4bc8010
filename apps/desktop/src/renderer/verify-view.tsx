import { Button, Group, Stack, Text } from '@mantine/core';
import type { VerifiedFolder, VerifyProgress } from '@tidesync/shared/wire/engine';
import { ProblemView } from '@tidesync/ui/problem-view.tsx';
import { problemOf } from '@tidesync/ui/problem-words';
import { Bar } from '@tidesync/ui/quota-bar.tsx';
import { useFormats } from '@tidesync/ui/words.tsx';
import { useEffect, useRef, useState } from 'react';
import { UNANSWERED } from './ask.tsx';
import { engine } from './engine.ts';
import { useWords } from './words.ts';

type Check =
  | { readonly is: 'none' }
  | { readonly is: 'running'; readonly now: VerifyProgress | null }
  | { readonly is: 'done'; readonly folders: readonly VerifiedFolder[] }
  | { readonly is: 'failed'; readonly error: unknown };

/** Holds everything that is synced against the disk and the server; a deep check reads every file. */
export function VerifyView() {
  const words = useWords();
  const { check, start, stop } = useVerify();
  return (
    <Stack gap="sm">
      <Text c="dimmed">{words('verify.what')}</Text>
      <Group gap="xs">
        {check.is === 'running' ? (
          <Button variant="default" onClick={stop}>
            {words('verify.stop')}
          </Button>
        ) : (
          <>
            <Button variant="default" onClick={() => start(false)}>
              {words('verify.quick')}
            </Button>
            <Button variant="default" onClick={() => start(true)}>
              {words('verify.deep')}
            </Button>
          </>
        )}
      </Group>
      <CheckView check={check} />
    </Stack>
  );
}

function useVerify() {
  const [check, setCheck] = useState<Check>({ is: 'none' });
  const running = useRef<{ unsubscribe: () => void } | null>(null);
  const stop = () => {
    running.current?.unsubscribe();
    running.current = null;
    setCheck({ is: 'none' });
  };
  useEffect(() => () => running.current?.unsubscribe(), []);
  const end = (next: Check) => {
    running.current?.unsubscribe();
    running.current = null;
    setCheck(next);
  };
  const start = (deep: boolean) => {
    setCheck({ is: 'running', now: null });
    running.current = engine.verify.subscribe(
      { path: 'all', deep },
      {
        onData: (event) =>
          event.is === 'progress'
            ? setCheck({ is: 'running', now: event.now })
            : end({ is: 'done', folders: event.folders }),
        onError: (error) => end({ is: 'failed', error }),
      },
    );
  };
  return { check, start, stop };
}

function CheckView({ check }: { check: Check }) {
  const words = useWords();
  const formats = useFormats();
  switch (check.is) {
    case 'none':
      return null;
    case 'failed':
      return <ProblemView problem={problemOf(check.error, UNANSWERED)} />;
    case 'running': {
      const { now } = check;
      const share = now === null || now.total === 0 ? 0 : now.done / now.total;
      return <Bar share={share} tone="plain" label={words('verify.running')} />;
    }
    case 'done':
      return (
        <ul className="td-plain" data-testid="verified">
          {check.folders.map((folder) => (
            <li key={folder.rootId} className="td-folder">
              <div className="ts-row-main">
                <Text className="ts-cut">
                  <bdi className="ts-path">{folder.path}</bdi>
                </Text>
                <Text size="xs" c="dimmed">
                  {words('verify.checked', { count: folder.checked, shown: formats.count(folder.checked) })} ·{' '}
                  {folder.found === 0
                    ? words('verify.whole')
                    : words('verify.found', { count: folder.found, shown: formats.count(folder.found) })}
                </Text>
              </div>
            </li>
          ))}
        </ul>
      );
  }
}
