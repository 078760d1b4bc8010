import { Stack, Text } from '@mantine/core';
import type { RootStatus } from '@tidesync/shared/wire/engine';
import { ConfirmDialog } from '@tidesync/ui/confirm-dialog.tsx';
import { useOrder } from './ask.tsx';
import { engine } from './engine.ts';
import { useWords } from './words.ts';

/** Says before anything happens what becomes of the files: nothing, on both sides. */
export function RemoveFolder(props: { root: RootStatus; opened: boolean; onClose: () => void }) {
  const words = useWords();
  const { root } = props;
  const remove = useOrder(() => engine.folders.remove.mutate({ path: root.path }));
  return (
    <ConfirmDialog
      opened={props.opened}
      title={words('remove.title', { name: root.libraryName })}
      verb={words('remove.yes')}
      onYes={() => remove.mutateAsync(undefined)}
      onClose={props.onClose}
    >
      <Stack gap="xs">
        <Text>{words('remove.here', { path: root.path })}</Text>
        <Text>{words('remove.there', { library: root.libraryName })}</Text>
        <Text c="dimmed">{words('remove.again')}</Text>
      </Stack>
    </ConfirmDialog>
  );
}
