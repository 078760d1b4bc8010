import { Button, Menu } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import type { ActivityFormat, ActivityRow } from '@tidesync/shared/activity-list';
import { ACTIVITY_FORMATS, activityFile } from '@tidesync/shared/activity-list';
import { useStatus } from './connection.tsx';
import { useWords } from './words.ts';

const TYPES: Readonly<Record<ActivityFormat, string>> = {
  csv: 'text/csv;charset=utf-8',
  ndjson: 'application/x-ndjson',
};

/** Saves the rows that are shown as a file; the person is asked where, by the app or the browser. */
export function ActivityExport({ rows }: { rows: readonly ActivityRow[] }) {
  const words = useWords();
  const { roots } = useStatus();
  const save = (format: ActivityFormat) => {
    const pathOf = new Map<string, string>(roots.map((root) => [root.rootId, root.path]));
    const text = activityFile(rows, format, (rootId) => pathOf.get(rootId) ?? '');
    saveAs(new Blob([text], { type: TYPES[format] }), `tidesync-activity.${format}`);
  };
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button
          variant="default"
          leftSection={<IconDownload size={15} aria-hidden="true" />}
          disabled={rows.length === 0}
        >
          {words('activity.export')}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {ACTIVITY_FORMATS.map((format) => (
          <Menu.Item key={format} onClick={() => save(format)}>
            {words(`activity.exportAs.${format}`)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

function saveAs(content: Blob, name: string): void {
  const address = URL.createObjectURL(content);
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  // The download has its hold on the content by then.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
