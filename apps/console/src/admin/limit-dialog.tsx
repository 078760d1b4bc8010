import { Button, Group, Modal, Stack, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { formatBytes, parseBytes } from '@tidesync/shared/format';
import type { LibraryOverview } from '@tidesync/shared/wire/admin';
import { ProblemView } from '@tidesync/ui/problem-view.tsx';
import { problemOf } from '@tidesync/ui/problem-words';
import { useKitWords } from '@tidesync/ui/words.tsx';
import type { FormEvent } from 'react';
import { useState } from 'react';
import { call, unanswered } from '../api/server-call.ts';
import { useConsoleWords } from '../words/use-words.ts';
import { allLibrariesQuery } from './admin-queries.ts';

interface LimitProps {
  readonly library: LibraryOverview;
  readonly onClose: () => void;
}

/** What one library may store beside its owner's own limit. */
export function LimitDialog({ library, onClose }: LimitProps) {
  const words = useConsoleWords();
  const kit = useKitWords();
  const queries = useQueryClient();
  const [isNoSize, setNoSize] = useState(false);
  const { libraryId, limitBytes: before } = library;
  const set = useMutation({
    mutationFn: (limitBytes: number | null) => call('admin.libraries.setLimit', { libraryId, limitBytes }),
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: allLibrariesQuery.queryKey });
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
      title={words('adminLibraries.limitOf', { name: library.name })}
      closeButtonProps={{ 'aria-label': kit('confirm.close') }}
    >
      <form onSubmit={submit}>
        <Stack gap="sm">
          <TextInput
            name="limit"
            label={words('users.newQuota')}
            description={words('adminLibraries.limitHint')}
            defaultValue={before === null ? '' : formatBytes(before)}
            placeholder="10 GB"
            data-autofocus
            error={isNoSize ? words('users.noSize') : null}
          />
          {set.error === null ? null : <ProblemView problem={problemOf(set.error, unanswered())} />}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              {kit('confirm.cancel')}
            </Button>
            <Button type="submit" loading={set.isPending}>
              {words('adminLibraries.setLimit')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
