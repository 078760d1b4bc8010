import { Button, CopyButton, Group, Stack, Text } from '@mantine/core';
import type { Problem } from '@tidesync/shared/problems';
import { sentenceOf } from '@tidesync/shared/problems';
import type { ReactNode } from 'react';
import { Note } from './note.tsx';
import { problemWords } from './problem-words.ts';
import { useFormats, useKitWords } from './words.tsx';

/** One failed operation: what, why and the cure, with one button if there is something to press. */
export function ProblemView({ problem, action }: { problem: Problem; action?: ReactNode }) {
  const words = useKitWords();
  const { what, cure, code } = problemWords(problem, words, useFormats());
  return (
    <Note tone="error" alert>
      <Stack gap={4}>
        <Text fw={600}>{what}</Text>
        {cure === '' ? null : <Text>{cure}</Text>}
        <Group gap="xs" mt={4}>
          {action}
          <CopyDetails text={`${code}: ${sentenceOf(problem)}\n${JSON.stringify(problem)}`} />
          <Text size="xs" c="dimmed">
            {words('problem.code', { code })}
          </Text>
        </Group>
      </Stack>
    </Note>
  );
}

/** Copies what whoever helps wants to see. */
export function CopyDetails({ text }: { text: string }) {
  const words = useKitWords();
  return (
    <CopyButton value={text}>
      {({ copied, copy }) => (
        <Button variant="default" onClick={copy}>
          {words(copied ? 'problem.copied' : 'problem.copyDetails')}
        </Button>
      )}
    </CopyButton>
  );
}
