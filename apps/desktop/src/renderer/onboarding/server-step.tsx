import { Button, Checkbox, Group, Stack, Text, TextInput, Title } from '@mantine/core';
import { Note } from '@tidesync/ui/note.tsx';
import { ProblemView } from '@tidesync/ui/problem-view.tsx';
import { problemOf } from '@tidesync/ui/problem-words';
import type { FormEvent } from 'react';
import { useState } from 'react';
import { UNANSWERED, useOrder } from '../ask.tsx';
import { engine } from '../engine.ts';
import { isLoopback, isPlain, withScheme } from '../server-address.ts';
import { useWords } from '../words.ts';

export interface ServerStepProps {
  readonly begin: string;
  /** The address came from a link: somebody else's word. */
  readonly isLinked: boolean;
  readonly onFound: (url: string) => void;
}

/** Finds out that a Tidesync server answers at an address, before anything is sent there. */
export function ServerStep({ begin, isLinked, onFound }: ServerStepProps) {
  const words = useWords();
  const [typed, type] = useState(begin);
  const [accepts, accept] = useState(false);
  const url = withScheme(typed);
  const isOpenToReaders = isPlain(url) && !isLoopback(url);
  const check = useOrder(() => engine.server.check.query({ url }), {
    quiet: true,
    done: (found) => onFound(found.url),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    check.mutate(undefined);
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <Title order={2}>{words('onboarding.serverTitle')}</Title>
        {isLinked ? <Note tone="info">{words('onboarding.linked')}</Note> : null}
        <TextInput
          label={words('onboarding.address')}
          description={words('onboarding.addressHint')}
          placeholder="https://files.example.org"
          value={typed}
          onChange={(event) => type(event.currentTarget.value)}
          inputMode="url"
          autoCapitalize="none"
          spellCheck={false}
          dir="ltr"
          data-autofocus
        />
        {isOpenToReaders ? (
          <Note tone="warn">
            <Text mb={6}>{words('onboarding.plain')}</Text>
            <Checkbox
              checked={accepts}
              onChange={(event) => accept(event.currentTarget.checked)}
              label={words('onboarding.plainAccept')}
            />
          </Note>
        ) : null}
        {check.error === null ? null : <ProblemView problem={problemOf(check.error, UNANSWERED)} />}
        <Group>
          <Button
            type="submit"
            loading={check.isPending}
            disabled={typed.trim() === '' || (isOpenToReaders && !accepts)}
          >
            {words('onboarding.next')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
