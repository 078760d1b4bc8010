import { Button, Group, Modal, Stack } from '@mantine/core';
import type { ReactNode } from 'react';
import { useState } from 'react';
import { useKitWords } from './words.tsx';

export interface ConfirmProps {
  readonly opened: boolean;
  readonly title: string;
  /** What happens, and what does not. */
  readonly children: ReactNode;
  /** The verb: "Remove folder". */
  readonly verb: string;
  /** Red: something is lost or hard to take back. */
  readonly danger?: boolean;
  readonly onYes: () => Promise<unknown> | undefined;
  readonly onClose: () => void;
}

/** Asks before something that cannot simply be taken back. It stays open while the work goes on. */
export function ConfirmDialog(props: ConfirmProps) {
  const words = useKitWords();
  const [isBusy, setBusy] = useState(false);
  const yes = async () => {
    setBusy(true);
    try {
      await props.onYes();
      props.onClose();
    } finally {
      setBusy(false);
    }
  };
  return (
    <Modal
      opened={props.opened}
      onClose={props.onClose}
      title={props.title}
      closeButtonProps={{ 'aria-label': words('confirm.close') }}
    >
      <Stack gap="md">
        {props.children}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={props.onClose} data-autofocus>
            {words('confirm.cancel')}
          </Button>
          <Button
            loading={isBusy}
            onClick={() => void yes().catch(() => {})}
            {...(props.danger ? { color: 'red.9' } : {})}
          >
            {props.verb}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
