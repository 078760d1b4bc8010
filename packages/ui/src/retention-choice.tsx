import { Group, Select } from '@mantine/core';
import type { LibraryRetention, RetentionDays } from '@tidesync/shared/wire/retention';
import { useFormats, useKitWords } from './words.tsx';

/** What is left out stays; null takes the server's. */
export interface RetentionChosen {
  readonly versions?: RetentionDays | null;
  readonly trash?: RetentionDays | null;
}
interface RetentionChoiceProps {
  readonly known: LibraryRetention;
  readonly onChoose: (change: RetentionChosen) => void;
}

/** How long a library keeps earlier versions and trash, for its owner to choose. */
export function RetentionChoice({ known, onChoose }: RetentionChoiceProps) {
  return (
    <Group grow>
      <DaysSelect what="versions" known={known} onChoose={(versions) => onChoose({ versions })} />
      <DaysSelect what="trash" known={known} onChoose={(trash) => onChoose({ trash })} />
    </Group>
  );
}

const DAYS_OFFERED = [7, 14, 30, 90, 180, 365] as const;
const SERVERS = 'server';

interface DaysSelectProps {
  readonly what: 'versions' | 'trash';
  readonly known: LibraryRetention;
  readonly onChoose: (days: RetentionDays | null) => void;
}

function DaysSelect({ what, known, onChoose }: DaysSelectProps) {
  const words = useKitWords();
  const formats = useFormats();
  const shown = (days: RetentionDays) =>
    days === 'forever'
      ? words('retention.forever')
      : words('retention.days', { count: days, shown: formats.count(days) });
  const own = known.own[what];
  const numbers = new Set<number>(DAYS_OFFERED);
  if (typeof own === 'number') numbers.add(own);
  const data = [
    { value: SERVERS, label: words('retention.asServer', { days: shown(known.server[what]) }) },
    ...[...numbers].sort((a, b) => a - b).map((days) => ({ value: String(days), label: shown(days) })),
    { value: 'forever', label: words('retention.forever') },
  ];
  const choose = (value: string | null) => {
    if (value === SERVERS || value === null) onChoose(null);
    else onChoose(value === 'forever' ? 'forever' : Number(value));
  };
  return (
    <Select
      label={words(`retention.${what}`)}
      allowDeselect={false}
      data={data}
      value={own === null ? SERVERS : String(own)}
      onChange={choose}
    />
  );
}
