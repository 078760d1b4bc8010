import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { formatBytes, parseBytes } from '@tidesync/shared/format';
import { limits } from '@tidesync/shared/limits';
import { ProblemView } from '@tidesync/ui/problem-view.tsx';
import { problemOf } from '@tidesync/ui/problem-words';
import { useFormats, useKitWords } from '@tidesync/ui/words.tsx';
import type { FormEvent } from 'react';
import { useState } from 'react';
import { call, unanswered } from '../api/server-call.ts';
import { useConsoleWords } from '../words/use-words.ts';
import type { User } from './admin-queries.ts';
import { usersQuery } from './admin-queries.ts';

/** Sets what one account or many may store. Below what is used, uploads wait; nothing is deleted. */
export function QuotaDialog({ users, onClose }: { users: readonly User[]; onClose: () => void }) {
  const words = useConsoleWords();
  const kit = useKitWords();
  const formats = useFormats();
  const queries = useQueryClient();
  const [isNoSize, setNoSize] = useState(false);
  const [doneCount, setDone] = useState(0);
  const set = useMutation({
    mutationFn: async (limitBytes: number) => {
      for (let at = 0; at < users.length; at += limits.quotasPerCallMax) {
        const page = users.slice(at, at + limits.quotasPerCallMax);
        await call('admin.users.setQuotas', { quotas: page.map(({ email }) => ({ email, limitBytes })) });
        setDone(at + page.length);
      }
    },
    onSuccess: onClose,
    onSettled: () => void queries.invalidateQueries({ queryKey: usersQuery.queryKey }),
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const limitBytes = parseBytes(String(new FormData(event.currentTarget).get('limit')));
    setNoSize(limitBytes === null);
    if (limitBytes !== null) set.mutate(limitBytes);
  };
  const count = users.length;
  const single = count === 1 ? users[0] : undefined;
  const title =
    single === undefined
      ? words('users.bulkTitle', { count, shown: formats.count(count) })
      : words('users.quotaOf', { email: single.email });
  return (
    <Modal opened onClose={onClose} title={title} closeButtonProps={{ 'aria-label': kit('confirm.close') }}>
      <form onSubmit={submit}>
        <Stack gap="sm">
          <Text c="dimmed">{words('users.belowUsed')}</Text>
          <TextInput
            name="limit"
            label={words('users.newQuota')}
            defaultValue={single === undefined ? '' : formatBytes(single.quota.limitBytes)}
            placeholder="10 GB"
            required
            withAsterisk={false}
            data-autofocus
            error={isNoSize ? words('users.noSize') : null}
          />
          {set.isPending && count > 1 ? (
            <Text role="status">
              {words('users.progress', { done: formats.count(doneCount), total: formats.count(count) })}
            </Text>
          ) : null}
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
