import { SegmentedControl, Table, Text, Title } from '@mantine/core';
import { IconAlertTriangle, IconCheck } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import type { ActivityPoint, JobHealth, Overview } from '@tidesync/shared/wire/admin';
import { Loaded } from '@tidesync/ui/loaded.tsx';
import { Page } from '@tidesync/ui/page-frame.tsx';
import { useFormats } from '@tidesync/ui/words.tsx';
import { useMemo, useState } from 'react';
import { unanswered } from '../api/server-call.ts';
import { consoleEn } from '../words/console-en.ts';
import { useConsoleWords } from '../words/use-words.ts';
import { overviewQuery } from './admin-queries.ts';
import { Plot } from './plot.tsx';

const SPANS = [
  { hours: 48, word: 'twoDays' },
  { hours: 7 * 24, word: 'week' },
  { hours: 30 * 24, word: 'month' },
] as const;

/** How the servers are: sums, what went on, and the jobs that they do on their own. */
export function OverviewPage() {
  const words = useConsoleWords();
  const [hours, choose] = useState<number>(SPANS[0].hours);
  const overview = useQuery(overviewQuery(hours));
  return (
    <Page
      title={words('nav.overview')}
      actions={
        <SegmentedControl
          aria-label={words('audit.span')}
          value={String(hours)}
          onChange={(value) => choose(Number(value))}
          data={SPANS.map((one) => ({ value: String(one.hours), label: words(`overview.${one.word}`) }))}
        />
      }
    >
      <Loaded query={overview} unanswered={unanswered()}>
        {(data) => (
          <>
            <Sums overview={data} />
            <Plots points={data.points} />
            <Jobs jobs={data.jobs} />
          </>
        )}
      </Loaded>
    </Page>
  );
}

function Sums({ overview }: { overview: Overview }) {
  const words = useConsoleWords();
  const { count, bytes, percent } = useFormats();
  const { users, suspendedUsers, activeUsers, devices, activeDevices, libraries } = overview;
  const { storedBytes, liveBytes, defaults } = overview;
  const saved = liveBytes === null || liveBytes <= storedBytes ? null : 1 - storedBytes / liveBytes;
  const sums = [
    {
      label: words('overview.users'),
      value: count(users),
      hint: words('overview.usersHint', { active: count(activeUsers), suspended: count(suspendedUsers) }),
    },
    {
      label: words('nav.devices'),
      value: count(devices),
      hint: words('overview.devicesHint', { active: count(activeDevices) }),
    },
    {
      label: words('nav.libraries'),
      value: count(libraries),
      hint: words('overview.defaultQuota', { size: bytes(defaults.quotaBytes) }),
    },
    {
      label: words('overview.stored'),
      value: bytes(storedBytes),
      hint: saved === null ? words('overview.notSaved') : words('overview.saved', { share: percent(saved) }),
    },
    {
      label: words('overview.live'),
      value: liveBytes === null ? '–' : bytes(liveBytes),
      hint: words('overview.liveHint'),
    },
  ];
  return (
    <dl className="tc-sums">
      {sums.map(({ label, value, hint }) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>{value}</dd>
          <dd>{hint}</dd>
        </div>
      ))}
    </dl>
  );
}

function Plots({ points }: { points: readonly ActivityPoint[] }) {
  const words = useConsoleWords();
  const { bytes, count } = useFormats();
  const data = useMemo(() => {
    const of = (pick: (point: ActivityPoint) => number | null) => points.map(pick);
    return {
      timesMs: of((point) => point.atMs) as number[],
      stored: [
        { label: words('overview.stored'), values: of((point) => point.storedBytes) },
        { label: words('overview.live'), values: of((point) => point.liveBytes) },
      ],
      transfers: [
        { label: words('overview.uploaded'), values: of((point) => point.uploadedBytes) },
        { label: words('overview.savedBytes'), values: of((point) => point.savedBytes) },
      ],
      errors: [
        { label: words('overview.errors'), values: of((point) => point.errors) },
        { label: words('overview.refused'), values: of((point) => point.refused) },
        { label: words('overview.quotaRefusals'), values: of((point) => point.quotaRefusals) },
      ],
      online: [
        { label: words('overview.users'), values: of((point) => point.activeUsers) },
        { label: words('nav.devices'), values: of((point) => point.activeDevices) },
      ],
    };
  }, [points, words]);
  if (points.length < 2) {
    return (
      <Text c="dimmed" my="lg">
        {words('overview.noPoints')}
      </Text>
    );
  }
  const { timesMs } = data;
  return (
    <div className="tc-plots">
      <Plot title={words('overview.storedPlot')} timesMs={timesMs} lines={data.stored} shown={bytes} />
      <Plot title={words('overview.transferPlot')} timesMs={timesMs} lines={data.transfers} shown={bytes} />
      <Plot title={words('overview.errorPlot')} timesMs={timesMs} lines={data.errors} shown={count} />
      <Plot title={words('overview.onlinePlot')} timesMs={timesMs} lines={data.online} shown={count} />
    </div>
  );
}

type KnownJob = keyof typeof consoleEn.overview.jobNames;
const isKnown = (job: string): job is KnownJob => Object.hasOwn(consoleEn.overview.jobNames, job);

function Jobs({ jobs }: { jobs: readonly JobHealth[] }) {
  const words = useConsoleWords();
  const formats = useFormats();
  return (
    <section>
      <Title order={2} mt="lg" mb="xs">
        {words('overview.jobs')}
      </Title>
      <Table.ScrollContainer minWidth={500}>
        <Table>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{words('overview.job')}</Table.Th>
              <Table.Th>{words('overview.state')}</Table.Th>
              <Table.Th className="ts-num">{words('overview.doneInDay')}</Table.Th>
              <Table.Th className="ts-num">{words('overview.failedInDay')}</Table.Th>
              <Table.Th className="ts-num">{words('overview.next')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {jobs.map((one) => (
              <Table.Tr key={one.job}>
                <Table.Td>{isKnown(one.job) ? words(`overview.jobNames.${one.job}`) : one.job}</Table.Td>
                <Table.Td>
                  <JobState job={one} />
                </Table.Td>
                <Table.Td className="ts-num">{formats.count(one.doneInDay)}</Table.Td>
                <Table.Td className="ts-num">{formats.count(one.failedInDay)}</Table.Td>
                <Table.Td className="ts-num">{formats.dateTime(one.untilMs)}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </section>
  );
}

function JobState({ job: { overdue, failedInDay, doneInDay } }: { job: JobHealth }) {
  const words = useConsoleWords();
  const isWell = !overdue && (failedInDay === 0 || doneInDay > failedInDay);
  const Icon = isWell ? IconCheck : IconAlertTriangle;
  const word = isWell ? 'well' : overdue ? 'overdue' : 'failing';
  return (
    <span className="tc-state" data-tone={isWell ? 'ok' : 'warn'}>
      <Icon size={16} aria-hidden="true" /> {words(`overview.${word}`)}
    </span>
  );
}
