import { Text } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { ConfirmDialog } from '@tidesync/ui/confirm-dialog.tsx';
import { ProblemView } from '@tidesync/ui/problem-view.tsx';
import { problemOf } from '@tidesync/ui/problem-words';
import { useState } from 'react';
import { unanswered } from './api/server-call.ts';

interface OrderProps {
  readonly title: string;
  readonly hint: string;
  readonly verb: string;
  readonly danger: boolean;
  /** Of the list that the order changes, whether it succeeds or not. */
  readonly queryKey: readonly unknown[];
  readonly order: () => Promise<unknown>;
  readonly onClose: () => void;
}

/** Asks before one call to the server, and says what speaks against it. */
export function OrderDialog({ title, hint, verb, danger, queryKey, order, onClose }: OrderProps) {
  const queries = useQueryClient();
  const [trouble, setTrouble] = useState<unknown>(null);
  const give = async () => {
    try {
      await order();
    } catch (error) {
      setTrouble(error);
      throw error;
    } finally {
      await queries.invalidateQueries({ queryKey });
    }
  };
  return (
    <ConfirmDialog opened onClose={onClose} title={title} verb={verb} danger={danger} onYes={give}>
      <Text>{hint}</Text>
      {trouble === null ? null : <ProblemView problem={problemOf(trouble, unanswered())} />}
    </ConfirmDialog>
  );
}
