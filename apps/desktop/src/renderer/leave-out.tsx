import { Button, Code, Group, Modal, Stack, Text } from '@mantine/core';
import type { RootStatus } from '@tidesync/shared/wire/engine';
import type { SelectionChange, SelectionTree } from '@tidesync/shared/wire/selection';
import { Loaded } from '@tidesync/ui/loaded.tsx';
import { Note } from '@tidesync/ui/note.tsx';
import { ProblemView } from '@tidesync/ui/problem-view.tsx';
import { problemOf } from '@tidesync/ui/problem-words';
import { useFormats, useKitWords } from '@tidesync/ui/words.tsx';
import { UNANSWERED, useAsked, useOrder } from './ask.tsx';
import { engine } from './engine.ts';
import { useWords } from './words.ts';

export interface LeaveOutProps {
  readonly root: RootStatus;
  readonly folder: SelectionTree['folders'][number];
  readonly onClose: () => void;
}

/** Says what goes from this device or comes to it, and does it on a yes. What is not on the server stays. */
export function LeaveOut({ root, folder, onClose }: LeaveOutProps) {
  const words = useWords();
  const kit = useKitWords();
  const path = `${root.path}/${folder.path}`;
  const leaves = folder.state === 'here';
  const change = (dryRun: boolean) =>
    leaves
      ? engine.selection.exclude.mutate({ path, dryRun })
      : engine.selection.include.mutate({ path, dryRun });
  const preview = useAsked(['selection', 'preview', path, leaves], () => change(true));
  const apply = useOrder(() => change(false), {
    quiet: true,
    done: ({ is }) => {
      if (is === 'done') onClose();
    },
  });
  const refused = apply.data?.is === 'refused' || preview.data?.is === 'refused';
  return (
    <Modal
      opened
      onClose={onClose}
      title={words(leaves ? 'choose.leaveTitle' : 'choose.takeTitle', { name: folder.name })}
      closeButtonProps={{ 'aria-label': kit('confirm.close') }}
    >
      <Stack gap="md">
        <Loaded query={preview} unanswered={UNANSWERED}>
          {(found) => <Effect change={apply.data ?? found} leaves={leaves} />}
        </Loaded>
        {apply.error === null ? null : <ProblemView problem={problemOf(apply.error, UNANSWERED)} />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose} data-autofocus>
            {kit('confirm.cancel')}
          </Button>
          <Button
            loading={apply.isPending}
            disabled={preview.data === undefined || refused}
            onClick={() => apply.mutate(undefined)}
          >
            {words(leaves ? 'choose.leave' : 'choose.take')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

function Effect({ change, leaves }: { change: SelectionChange; leaves: boolean }) {
  const words = useWords();
  const formats = useFormats();
  const { is, amount, unsynced, unsyncedCount } = change;
  if (is === 'refused') {
    return (
      <Note tone="warn" alert>
        <Text>{words('choose.refused', { count: unsyncedCount, shown: formats.count(unsyncedCount) })}</Text>
        <Code block>{unsynced.join('\n')}</Code>
      </Note>
    );
  }
  const values = {
    count: amount.files,
    shown: formats.count(amount.files),
    size: formats.bytes(amount.bytes),
  };
  return <Text>{words(leaves ? 'choose.goes' : 'choose.comes', values)}</Text>;
}
