import { Text } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { LibraryId } from '@tidesync/shared/ids';
import type { EntryState } from '@tidesync/shared/wire/entries';
import type { ConflictReason } from '@tidesync/shared/wire/sync';
import { ConfirmDialog } from '@tidesync/ui/confirm-dialog.tsx';
import { ProblemView } from '@tidesync/ui/problem-view.tsx';
import { problemOf } from '@tidesync/ui/problem-words';
import { useFormats } from '@tidesync/ui/words.tsx';
import { useState } from 'react';
import { libraryKey, quotaQuery, retentionQuery } from '../api/queries.ts';
import { unanswered } from '../api/server-call.ts';
import { useConsoleWords } from '../words/use-words.ts';
import { deleteEntries, lossOf } from './change-entries.ts';

interface DeleteProps {
  readonly libraryId: LibraryId;
  readonly states: readonly EntryState[];
  readonly onClose: () => void;
}

export function DeleteDialog({ libraryId, states, onClose }: DeleteProps) {
  const words = useConsoleWords();
  const formats = useFormats();
  const queries = useQueryClient();
  const [trouble, setTrouble] = useState<unknown>(null);
  const [loss, setLoss] = useState<ConflictReason | null>(null);
  const days = useQuery(retentionQuery(libraryId)).data?.trash;
  const kept =
    typeof days === 'number' ? words('files.keptFor', { count: days, shown: formats.count(days) }) : null;
  const count = states.length;
  const remove = async () => {
    try {
      const lost = lossOf(await deleteEntries(libraryId, states));
      setLoss(lost);
      if (lost !== null) throw new Error(lost);
    } catch (error) {
      setTrouble(error);
      throw error;
    } finally {
      void queries.invalidateQueries({ queryKey: libraryKey(libraryId) });
      void queries.invalidateQueries({ queryKey: quotaQuery.queryKey });
    }
  };
  return (
    <ConfirmDialog
      opened
      onClose={onClose}
      title={words('files.deleteTitle', { count, shown: formats.count(count) })}
      verb={words('files.delete')}
      danger
      onYes={remove}
    >
      <Text>
        {words('files.deleteHint')} {kept}
      </Text>
      <ul style={{ margin: 0, paddingInlineStart: '1.25rem' }}>
        {states.slice(0, SHOWN_MAX).map(({ entryId, name }) => (
          <li key={entryId}>
            <bdi>{name}</bdi>
          </li>
        ))}
        {count > SHOWN_MAX ? <li>…</li> : null}
      </ul>
      {loss !== null ? (
        <Text role="alert" c="var(--ts-error)">
          {words(`conflict.${loss}`)}
        </Text>
      ) : trouble !== null ? (
        <ProblemView problem={problemOf(trouble, unanswered())} />
      ) : null}
    </ConfirmDialog>
  );
}

const SHOWN_MAX = 6;
