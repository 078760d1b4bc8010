import { Button, Select, Text } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Loaded } from '@tidesync/ui/loaded.tsx';
import { Message } from '@tidesync/ui/message-page.tsx';
import { Page } from '@tidesync/ui/page-frame.tsx';
import { VirtualList } from '@tidesync/ui/virtual-list.tsx';
import { useFormats } from '@tidesync/ui/words.tsx';
import { useState } from 'react';
import { unanswered } from '../api/server-call.ts';
import { consoleEn } from '../words/console-en.ts';
import { useConsoleWords } from '../words/use-words.ts';
import type { AuditLine } from './admin-queries.ts';
import { auditQuery } from './admin-queries.ts';
import { offerText } from './offer-text.ts';

const DAY_MS = 24 * 3_600_000;
const SPANS = { all: null, month: 30, week: 7, day: 1 } as const;
type Span = keyof typeof SPANS;
const spans = Object.keys(SPANS) as Span[];

/** Those that have words; a newer server's stand as they are. */
const ACTIONS = Object.keys(consoleEn.audit.actions) as (keyof typeof consoleEn.audit.actions)[];

/** What was done to accounts, limits, members and libraries, the latest first. */
export function AuditPage() {
  const words = useConsoleWords();
  const [span, setSpan] = useState<Span>('all');
  const [nowMs] = useState(() => Date.now());
  const days = SPANS[span];
  const lines = useInfiniteQuery(auditQuery(days === null ? 0 : nowMs - days * DAY_MS));
  const [action, setAction] = useState<string | null>(null);
  const all = lines.data?.pages.flatMap((page) => page.lines) ?? [];
  const rows = action === null ? all : all.filter((line) => line.action === action);
  const save = () => offerText('audit.ndjson', rows.map((line) => `${JSON.stringify(line)}\n`).join(''));
  return (
    <Page title={words('nav.audit')} filled>
      <div className="tc-bar">
        <Select
          aria-label={words('audit.span')}
          allowDeselect={false}
          data={spans.map((value) => ({ value, label: words(`audit.${value}`) }))}
          value={span}
          onChange={(value) => setSpan(spans.find((one) => one === value) ?? 'all')}
        />
        <Select
          aria-label={words('audit.action')}
          placeholder={words('audit.anyAction')}
          clearable
          clearButtonProps={{ 'aria-label': words('audit.anyAction') }}
          data={ACTIONS.map((value) => ({ value, label: words(`audit.actions.${value}`) }))}
          value={action}
          onChange={setAction}
        />
        <div className="tc-bar-end">
          <Button variant="default" disabled={rows.length === 0} onClick={save}>
            {words('audit.save')}
          </Button>
        </div>
      </div>
      <Loaded
        query={lines}
        unanswered={unanswered()}
        empty={{ when: () => rows.length === 0, show: <Message title={words('audit.empty')} /> }}
      >
        {() => (
          <VirtualList
            label={words('nav.audit')}
            rows={rows}
            rowKey={(line) => line.auditId}
            rowHeightPx={52}
            onEnd={() => {
              if (lines.hasNextPage && !lines.isFetchingNextPage) void lines.fetchNextPage();
            }}
          >
            {(line) => <AuditRow line={line} />}
          </VirtualList>
        )}
      </Loaded>
    </Page>
  );
}

function AuditRow({ line }: { line: AuditLine }) {
  const words = useConsoleWords();
  const formats = useFormats();
  const known = ACTIONS.find((one) => one === line.action);
  const details = Object.entries(line.details).map(([key, value]) => `${key} ${shownDetail(key, value)}`);
  function shownDetail(key: string, value: AuditLine['details'][string]): string {
    return key.endsWith('Bytes') && typeof value === 'number' ? formats.bytes(value) : String(value);
  }
  return (
    <>
      <div className="ts-row-main">
        <Text className="ts-cut" fw={500}>
          {known === undefined ? line.action : words(`audit.actions.${known}`)}
        </Text>
        <Text size="xs" c="dimmed" className="ts-cut">
          <bdi>{[line.target, ...details].join(' · ')}</bdi>
        </Text>
      </div>
      <Text size="xs" c="dimmed" className="ts-cut" maw="18rem">
        {words('audit.by', { actor: line.actor })}
      </Text>
      <Text size="xs" className="tc-when ts-num">
        {formats.dateTime(line.atMs)}
      </Text>
    </>
  );
}
