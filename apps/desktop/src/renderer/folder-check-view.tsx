import { Stack, Text } from '@mantine/core';
import type { Formats } from '@tidesync/shared/human-format';
import type { FolderCheck, FolderFinding, FolderMeasure } from '@tidesync/shared/wire/engine-screens';
import type { LoadedQuery } from '@tidesync/ui/loaded.tsx';
import { Note } from '@tidesync/ui/note.tsx';
import { ProblemView } from '@tidesync/ui/problem-view.tsx';
import { problemOf } from '@tidesync/ui/problem-words';
import { useFormats } from '@tidesync/ui/words.tsx';
import { UNANSWERED } from './ask.tsx';
import type { DesktopWords } from './words.ts';
import { useWords } from './words.ts';

/** What comes of adding a folder: what is where, what there is room for, and what speaks against it. */
export function FolderCheckView({ check }: { check: LoadedQuery<FolderCheck> }) {
  const words = useWords();
  const formats = useFormats();
  const { data } = check;
  if (data === undefined) {
    if (check.error === null) return <Text c="dimmed">{words('check.looking')}</Text>;
    return <ProblemView problem={problemOf(check.error, UNANSWERED)} />;
  }
  const isBlocked = data.findings.some(({ blocks }) => blocks);
  return (
    <Stack gap="sm" data-testid="folder-check">
      {data.findings.map(({ finding, blocks }) => (
        <Note key={finding.is} tone={blocks ? 'error' : 'warn'} alert>
          <Text fw={600}>{words(`findings.${finding.is}.what`, findingValues(finding, formats))}</Text>
          <Text>{words(`findings.${finding.is}.cure`, findingValues(finding, formats))}</Text>
        </Note>
      ))}
      {isBlocked ? null : <Facts check={data} />}
    </Stack>
  );
}

function Facts({ check }: { check: FolderCheck }) {
  const words = useWords();
  const formats = useFormats();
  const { exists, here, onServer, libraryIs, freeBytes, quota } = check;
  const rows: [string, string][] = [
    [words('check.here'), exists ? measured(here, words, formats) : words('check.made')],
  ];
  if (libraryIs !== null) {
    const there = onServer === null ? words('check.newLibrary') : measured(onServer, words, formats);
    rows.push([words('check.there'), there]);
  }
  if (freeBytes !== null)
    rows.push([words('check.disk'), words('check.free', { size: formats.bytes(freeBytes) })]);
  if (quota !== null && libraryIs !== 'shared') {
    const left = Math.max(0, quota.limitBytes - quota.usedBytes - quota.reservedBytes);
    rows.push([words('check.quota'), words('check.free', { size: formats.bytes(left) })]);
  }
  return (
    <>
      <dl className="td-facts">
        {rows.map(([name, value]) => (
          <div key={name} style={{ display: 'contents' }}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <Text c="dimmed" size="xs">
        {words(exists && here.files > 0 && (onServer?.files ?? 0) > 0 ? 'check.merged' : 'check.both')}
      </Text>
    </>
  );
}

function measured(measure: FolderMeasure, words: DesktopWords, formats: Formats): string {
  const values = {
    count: measure.files,
    shown: formats.count(measure.files),
    size: formats.bytes(measure.sizeBytes),
  };
  return words(measure.complete ? 'check.files' : 'check.filesAtLeast', values);
}

function findingValues(finding: FolderFinding, formats: Formats): Record<string, string> {
  if (finding.is === 'overlaps') return { other: finding.other };
  if (finding.is === 'diskShort' || finding.is === 'quotaShort') {
    const { neededBytes, freeBytes } = finding;
    return {
      needed: formats.bytes(neededBytes),
      free: formats.bytes(freeBytes),
      short: formats.bytes(neededBytes - freeBytes),
    };
  }
  return {};
}
