import { ActionIcon, Button, Group, Text } from '@mantine/core';
import { IconDownload, IconUpload, IconX } from '@tabler/icons-react';
import { ProblemView } from '@tidesync/ui/problem-view.tsx';
import { problemWords } from '@tidesync/ui/problem-words';
import { Bar } from '@tidesync/ui/quota-bar.tsx';
import { useFormats, useKitWords } from '@tidesync/ui/words.tsx';
import { useEffect } from 'react';
import { useConsoleWords } from '../words/use-words.ts';
import type { Transfer } from './transfer-list.ts';
import { removeTransfer, retryTransfer, stopTransfer, useTransfers } from './transfer-list.ts';

const FAULTS_SHOWN_MAX = 5;

/** What goes up and comes down now, and how it ended. */
export function TransferPanel() {
  const words = useConsoleWords();
  const transfers = useTransfers();
  const isBusy = transfers.some(({ state }) => state.is === 'running');
  useEffect(() => {
    if (!isBusy) return;
    // Leaving would end them: the browser asks first.
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    addEventListener('beforeunload', ask);
    return () => removeEventListener('beforeunload', ask);
  }, [isBusy]);
  if (transfers.length === 0) return null;
  return (
    <section className="tc-transfers" aria-label={words('transfers.title')}>
      {[...transfers].reverse().map((one) => (
        <TransferRow key={one.id} transfer={one} />
      ))}
    </section>
  );
}

function TransferRow({ transfer }: { transfer: Transfer }) {
  const words = useConsoleWords();
  const formats = useFormats();
  const { id, direction, label, doneBytes, totalBytes, state, faults } = transfer;
  const Icon = direction === 'up' ? IconUpload : IconDownload;
  const canRetry = state.is === 'failed' || state.is === 'stopped' || faults.length > 0;
  return (
    <div className="tc-transfer" data-state={state.is}>
      <Group gap="xs" wrap="nowrap" style={{ minWidth: 0 }}>
        <Icon size={16} stroke={1.7} aria-hidden="true" />
        <Text className="ts-cut">
          <bdi>{words(direction === 'up' ? 'transfers.up' : 'transfers.down', { label })}</bdi>
        </Text>
      </Group>
      <Group gap="xs" wrap="nowrap">
        <Text size="xs" c="dimmed" className="ts-num" role="status">
          {stateLine(transfer, words, formats)}
        </Text>
        {state.is === 'running' ? (
          <Button variant="default" size="compact-xs" onClick={() => stopTransfer(id)}>
            {words('transfers.stop')}
          </Button>
        ) : (
          <>
            {canRetry ? (
              <Button variant="default" size="compact-xs" onClick={() => retryTransfer(id)}>
                {words('transfers.retry')}
              </Button>
            ) : null}
            <ActionIcon
              variant="subtle"
              color="gray"
              aria-label={words('transfers.remove')}
              onClick={() => removeTransfer(id)}
            >
              <IconX size={16} aria-hidden="true" />
            </ActionIcon>
          </>
        )}
      </Group>
      {state.is === 'running' ? (
        <div className="tc-wide">
          <Bar share={totalBytes === 0 ? 0 : doneBytes / totalBytes} tone="plain" label={label} />
        </div>
      ) : null}
      {state.is === 'failed' ? (
        <div className="tc-wide">
          <ProblemView problem={state.problem} />
        </div>
      ) : null}
      {faults.length > 0 ? <Faults transfer={transfer} /> : null}
    </div>
  );
}

function Faults({ transfer: { faults } }: { transfer: Transfer }) {
  const kit = useKitWords();
  const formats = useFormats();
  return (
    <ul className="tc-wide" style={{ margin: 0, paddingInlineStart: '1.25rem' }}>
      {faults.slice(0, FAULTS_SHOWN_MAX).map(({ name, problem }) => {
        const { what, cure } = problemWords(problem, kit, formats);
        return (
          <li key={name}>
            <Text size="xs" c="var(--ts-error)">
              <bdi>{name}</bdi>: {what} {cure}
            </Text>
          </li>
        );
      })}
    </ul>
  );
}

type StateWords = Parameters<typeof problemWords>[2];

function stateLine(
  { state, doneBytes, totalBytes, startedMs, faults }: Transfer,
  words: ReturnType<typeof useConsoleWords>,
  formats: StateWords,
): string {
  switch (state.is) {
    case 'done': {
      if (faults.length === 0) return words('transfers.done');
      return words('transfers.doneWithFaults', { count: faults.length, shown: formats.count(faults.length) });
    }
    case 'stopped':
      return words('transfers.stopped');
    case 'failed':
      return '';
    case 'running': {
      const line = words('transfers.line', {
        done: formats.bytes(doneBytes),
        total: formats.bytes(totalBytes),
      });
      const passedMs = Date.now() - startedMs;
      if (doneBytes === 0 || passedMs < SURE_AFTER_MS) return line;
      const leftMs = (passedMs / doneBytes) * (totalBytes - doneBytes);
      return `${line} · ${words('transfers.left', { time: formats.duration(leftMs) })}`;
    }
  }
}

/** Before that a guess of the rest would jump about. */
const SURE_AFTER_MS = 3_000;
