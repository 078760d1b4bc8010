import { Button, Divider, Group, Modal, Select, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { Library, Role } from '@tidesync/shared/wire/people';
import { Loaded } from '@tidesync/ui/loaded.tsx';
import { ProblemView } from '@tidesync/ui/problem-view.tsx';
import { problemOf } from '@tidesync/ui/problem-words';
import type { RetentionChosen } from '@tidesync/ui/retention-choice.tsx';
import { RetentionChoice } from '@tidesync/ui/retention-choice.tsx';
import { useKitWords } from '@tidesync/ui/words.tsx';
import type { FormEvent } from 'react';
import { librariesQuery, libraryKey, retentionQuery } from '../api/queries.ts';
import { call, unanswered } from '../api/server-call.ts';
import { useConsoleWords } from '../words/use-words.ts';

interface LibraryDialogProps {
  readonly library: Library;
  readonly onClose: () => void;
}

/** What an owner may say about a library: its name, its members, how long it remembers. */
export function LibraryDialog({ library, onClose }: LibraryDialogProps) {
  const words = useConsoleWords();
  const kit = useKitWords();
  return (
    <Modal
      opened
      onClose={onClose}
      size="lg"
      title={words('library.title', { name: library.name })}
      closeButtonProps={{ 'aria-label': kit('confirm.close') }}
    >
      <Stack gap="md">
        <NameForm library={library} />
        <Divider />
        <Members library={library} />
        <Divider />
        <Memory library={library} />
      </Stack>
    </Modal>
  );
}

function NameForm({ library: { libraryId, name } }: { library: Library }) {
  const words = useConsoleWords();
  const queries = useQueryClient();
  const rename = useMutation({
    mutationFn: (next: string) => call('libraries.rename', { libraryId, name: next }),
    onSuccess: () => queries.invalidateQueries({ queryKey: librariesQuery.queryKey }),
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    rename.mutate(String(new FormData(event.currentTarget).get('name')));
  };
  return (
    <form onSubmit={submit}>
      <Group align="flex-end" gap="xs">
        <TextInput
          name="name"
          label={words('libraries.name')}
          defaultValue={name}
          required
          withAsterisk={false}
          flex={1}
        />
        <Button type="submit" size="sm" variant="default" loading={rename.isPending}>
          {words('files.rename')}
        </Button>
      </Group>
      {rename.error === null ? null : <ProblemView problem={problemOf(rename.error, unanswered())} />}
    </form>
  );
}

const ROLES: readonly Role[] = ['editor', 'viewer'];

function Members({ library: { libraryId } }: { library: Library }) {
  const words = useConsoleWords();
  const queries = useQueryClient();
  const queryKey = [...libraryKey(libraryId), 'members'];
  const members = useQuery({
    queryKey,
    queryFn: async () => (await call('libraries.members.list', { libraryId })).members,
  });
  const news = () => void queries.invalidateQueries({ queryKey });
  const set = useMutation({
    mutationFn: ({ email, role }: { email: string; role: Role }) =>
      call('libraries.members.set', { libraryId, email, role }),
    onSettled: news,
  });
  const remove = useMutation({
    mutationFn: (email: string) => call('libraries.members.remove', { libraryId, email }),
    onSettled: news,
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    const email = String(new FormData(form).get('email'));
    set.mutate({ email, role: 'editor' }, { onSuccess: () => form.reset() });
  };
  const roles = ROLES.map((value) => ({ value, label: words(`libraries.${value}`) }));
  const trouble = set.error ?? remove.error;
  return (
    <Stack gap="xs">
      <Text fw={600}>{words('library.members')}</Text>
      <Loaded query={members} unanswered={unanswered()}>
        {(all) =>
          all.map(({ email, role }) => (
            <Group key={email} gap="xs" wrap="nowrap">
              <Text className="ts-cut" flex={1}>
                <bdi>{email}</bdi>
              </Text>
              {role === 'owner' ? (
                <Text c="dimmed">{words('libraries.owner')}</Text>
              ) : (
                <>
                  <Select
                    aria-label={words('library.roleOf', { email })}
                    allowDeselect={false}
                    data={roles}
                    value={role}
                    onChange={(value) =>
                      set.mutate({ email, role: ROLES.find((one) => one === value) ?? 'viewer' })
                    }
                    w={140}
                  />
                  <Button variant="default" onClick={() => remove.mutate(email)}>
                    {words('library.removeMember')}
                  </Button>
                </>
              )}
            </Group>
          ))
        }
      </Loaded>
      <form onSubmit={submit}>
        <Group align="flex-end" gap="xs">
          <TextInput
            name="email"
            type="email"
            label={words('library.addMember')}
            required
            withAsterisk={false}
            flex={1}
          />
          <Button type="submit" size="sm" variant="default" loading={set.isPending}>
            {words('library.add')}
          </Button>
        </Group>
      </form>
      {trouble === null ? null : <ProblemView problem={problemOf(trouble, unanswered())} />}
    </Stack>
  );
}

function Memory({ library: { libraryId } }: { library: Library }) {
  const kit = useKitWords();
  const queries = useQueryClient();
  const retention = useQuery(retentionQuery(libraryId));
  const set = useMutation({
    mutationFn: (change: RetentionChosen) => call('libraries.setRetention', { libraryId, ...change }),
    onSettled: () => void queries.invalidateQueries({ queryKey: retentionQuery(libraryId).queryKey }),
  });
  return (
    <Stack gap="xs">
      <Text fw={600}>{kit('retention.title')}</Text>
      <Loaded query={retention} unanswered={unanswered()}>
        {(known) => <RetentionChoice known={known} onChoose={(change) => set.mutate(change)} />}
      </Loaded>
      <Text size="xs" c="dimmed">
        {kit('retention.hint')}
      </Text>
      {set.error === null ? null : <ProblemView problem={problemOf(set.error, unanswered())} />}
    </Stack>
  );
}
