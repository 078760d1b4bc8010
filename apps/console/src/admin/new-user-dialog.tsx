import { Button, Checkbox, Group, Modal, PasswordInput, Stack, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { parseBytes } from '@tidesync/shared/format';
import { limits } from '@tidesync/shared/limits';
import { ProblemView } from '@tidesync/ui/problem-view.tsx';
import { problemOf } from '@tidesync/ui/problem-words';
import { useKitWords } from '@tidesync/ui/words.tsx';
import type { FormEvent } from 'react';
import { useState } from 'react';
import { call, unanswered } from '../api/server-call.ts';
import { useConsoleWords } from '../words/use-words.ts';
import { usersQuery } from './admin-queries.ts';

/** An account without a size gets the server's default. */
export function NewUserDialog({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const words = useConsoleWords();
  const kit = useKitWords();
  const queries = useQueryClient();
  const [isNoSize, setNoSize] = useState(false);
  const create = useMutation({
    mutationFn: (user: { email: string; password: string; admin: boolean; limitBytes?: number }) =>
      call('admin.users.create', user),
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: usersQuery.queryKey });
      close();
    },
  });
  const close = () => {
    create.reset();
    onClose();
  };
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const text = String(form.get('limit')).trim();
    const limitBytes = text === '' ? undefined : parseBytes(text);
    setNoSize(limitBytes === null);
    if (limitBytes === null) return;
    create.mutate({
      email: String(form.get('email')),
      password: String(form.get('password')),
      admin: form.has('admin'),
      ...(limitBytes === undefined ? {} : { limitBytes }),
    });
  };
  return (
    <Modal
      opened={opened}
      onClose={close}
      title={words('users.create')}
      closeButtonProps={{ 'aria-label': kit('confirm.close') }}
    >
      <form onSubmit={submit} autoComplete="off">
        <Stack gap="sm">
          <TextInput
            name="email"
            type="email"
            label={words('signIn.email')}
            required
            withAsterisk={false}
            data-autofocus
          />
          <PasswordInput
            name="password"
            label={words('users.firstPassword')}
            description={words('users.firstPasswordHint')}
            autoComplete="new-password"
            minLength={limits.passwordLengthMin}
            required
            withAsterisk={false}
          />
          <TextInput
            name="limit"
            label={words('users.quota')}
            description={words('users.quotaHint')}
            placeholder="10 GB"
            error={isNoSize ? words('users.noSize') : null}
          />
          <Checkbox name="admin" label={words('users.makeAdmin')} />
          {create.error === null ? null : <ProblemView problem={problemOf(create.error, unanswered())} />}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={close}>
              {kit('confirm.cancel')}
            </Button>
            <Button type="submit" loading={create.isPending}>
              {words('users.create')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
