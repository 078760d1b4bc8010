import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { formatBytes, parseBytes } from '@tidesync/shared/format';
import type { DefaultQuota } from '@tidesync/shared/wire/quotas';
import { ProblemView } from '@tidesync/ui/problem-view.tsx';
import { problemOf } from '@tidesync/ui/problem-words';
import { useFormats, useKitWords } from '@tidesync/ui/words.tsx';
import type { FormEvent } from 'react';
import { useState } from 'react';
import { call, unanswered } from '../api/server-call.ts';
import { useConsoleWords } from '../words/use-words.ts';
import { defaultQuotaQuery } from './admin-queries.ts';

/** What new accounts get, and the way to change it. */
export function DefaultQuotaButton() {
  const words = useConsoleWords();
  const formats = useFormats();
  const { data } = useQuery(defaultQuotaQuery);
  const [isOpen, dialog] = useDisclosure(false);
  if (data === undefined) return null;
  return (
    <>
      <Button variant="default" onClick={dialog.open}>
        {words('users.defaultQuota', { size: formats.bytes(data.limitBytes) })}
      </Button>
      {isOpen ? <DefaultQuotaDialog quota={data} onClose={dialog.close} /> : null}
    </>
  );
}

interface DialogProps {
  readonly quota: DefaultQuota;
  readonly onClose: () => void;
}

function DefaultQuotaDialog({ quota, onClose }: DialogProps) {
  const words = useConsoleWords();
  const kit = useKitWords();
  const formats = useFormats();
  const queries = useQueryClient();
  const [isNoSize, setNoSize] = useState(false);
  const set = useMutation({
    mutationFn: (limitBytes: number | null) => call('admin.quotas.setDefault', { limitBytes }),
    onSuccess: (now) => {
      queries.setQueryData(defaultQuotaQuery.queryKey, now);
      void queries.invalidateQueries({ queryKey: ['admin', 'overview'] });
      onClose();
    },
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const text = String(new FormData(event.currentTarget).get('limit')).trim();
    const limitBytes = text === '' ? null : parseBytes(text);
    const isWrong = text !== '' && limitBytes === null;
    setNoSize(isWrong);
    if (!isWrong) set.mutate(limitBytes);
  };
  return (
    <Modal
      opened
      onClose={onClose}
      title={words('users.defaultQuotaTitle')}
      closeButtonProps={{ 'aria-label': kit('confirm.close') }}
    >
      <form onSubmit={submit}>
        <Stack gap="sm">
          <Text c="dimmed">{words('users.defaultQuotaHint')}</Text>
          <TextInput
            name="limit"
            label={words('users.newQuota')}
            description={words('users.configuredQuota', { size: formats.bytes(quota.configuredBytes) })}
            defaultValue={quota.chosen ? formatBytes(quota.limitBytes) : ''}
            placeholder={formatBytes(quota.configuredBytes)}
            data-autofocus
            error={isNoSize ? words('users.noSize') : null}
          />
          {set.error === null ? null : <ProblemView problem={problemOf(set.error, unanswered())} />}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              {kit('confirm.cancel')}
            </Button>
            <Button type="submit" loading={set.isPending}>
              {words('users.setQuota')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
