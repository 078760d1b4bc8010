import { Text } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { ConfirmDialog } from '@tidesync/ui/confirm-dialog.tsx';
import { ProblemView } from '@tidesync/ui/problem-view.tsx';
import { problemOf } from '@tidesync/ui/problem-words';
import { useState } from 'react';
import { call, unanswered } from '../api/server-call.ts';
import { useConsoleWords } from '../words/use-words.ts';
import type { User } from './admin-queries.ts';
import { usersQuery } from './admin-queries.ts';

export function SuspendDialog({ user, onClose }: { user: User; onClose: () => void }) {
  const words = useConsoleWords();
  const queries = useQueryClient();
  const [trouble, setTrouble] = useState<unknown>(null);
  const { email, suspended } = user;
  const change = async () => {
    try {
      await call('admin.users.suspend', { email, suspended: !suspended });
    } catch (error) {
      setTrouble(error);
      throw error;
    } finally {
      await queries.invalidateQueries({ queryKey: usersQuery.queryKey });
    }
  };
  return (
    <ConfirmDialog
      opened
      onClose={onClose}
      title={words(suspended ? 'users.readmitTitle' : 'users.suspendTitle', { email })}
      verb={words(suspended ? 'users.readmit' : 'users.suspend')}
      danger={!suspended}
      onYes={change}
    >
      <Text>{words(suspended ? 'users.readmitHint' : 'users.suspendHint')}</Text>
      {trouble === null ? null : <ProblemView problem={problemOf(trouble, unanswered())} />}
    </ConfirmDialog>
  );
}
