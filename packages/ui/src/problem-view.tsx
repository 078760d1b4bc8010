import { Button, CopyButton, Group, Modal, Stack, Text } from '@mantine/core';
import type { Problem } from '@tidesync/shared/problems';
import { sentenceOf } from '@tidesync/shared/problems';
import type { ReactNode } from 'react';
import { useState } from 'react';
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

/** Shows what whoever helps wants to see, and copies exactly that. */
export function CopyDetails({ text }: { text: string }) {
  const words = useKitWords();
  const [isShown, show] = useState(false);
  return (
    <>
      <Button variant="default" onClick={() => show(true)}>
        {words('problem.details')}
      </Button>
      <Modal
        opened={isShown}
        onClose={() => show(false)}
        size="lg"
        title={words('problem.detailsTitle')}
        closeButtonProps={{ 'aria-label': words('confirm.close') }}
      >
        <Stack gap="sm">
          <Text c="dimmed">{words('problem.detailsWhy')}</Text>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
          <pre className="ts-details" dir="ltr" tabIndex={0}>
            {text}
          </pre>
          <CopyButton value={text}>
            {({ copied, copy }) => (
              <Group justify="flex-end">
                <Button onClick={copy}>{words(copied ? 'problem.copied' : 'problem.copyDetails')}</Button>
              </Group>
            )}
          </CopyButton>
        </Stack>
      </Modal>
    </>
  );
}
