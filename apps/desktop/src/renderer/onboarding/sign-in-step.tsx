import { Button, Group, PasswordInput, Stack, Text, TextInput, Title } from '@mantine/core';
import { ProblemView } from '@tidesync/ui/problem-view.tsx';
import { problemOf } from '@tidesync/ui/problem-words';
import type { FormEvent } from 'react';
import { useState } from 'react';
import { UNANSWERED, useAsked, useOrder } from '../ask.tsx';
import { engine } from '../engine.ts';
import { useWords } from '../words.ts';

/** Signs this device in. The password goes to the engine, from there to the server, and is kept nowhere. */
export function SignInStep({ serverUrl, onBack }: { serverUrl: string; onBack: () => void }) {
  const words = useWords();
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const [named, setNamed] = useState<string | null>(null);
  const about = useAsked(['about'], () => engine.about.query());
  const deviceName = named ?? about.data?.hostName ?? '';
  const login = useOrder(() => engine.login.mutate({ serverUrl, email, password, deviceName }), {
    quiet: true,
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    login.mutate(undefined);
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <Title order={2}>{words('onboarding.signInTitle')}</Title>
        <Text c="dimmed">
          {words('onboarding.signInAt')} <bdi>{serverUrl}</bdi>
        </Text>
        <TextInput
          label={words('onboarding.email')}
          type="email"
          autoComplete="username"
          dir="ltr"
          value={email}
          onChange={(event) => setEmail(event.currentTarget.value)}
          data-autofocus
        />
        <PasswordInput
          label={words('onboarding.password')}
          autoComplete="current-password"
          visibilityToggleButtonProps={{ 'aria-label': words('onboarding.showPassword') }}
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        <TextInput
          label={words('onboarding.device')}
          description={words('onboarding.deviceHint')}
          value={deviceName}
          onChange={(event) => setNamed(event.currentTarget.value)}
        />
        {login.error === null ? null : <ProblemView problem={problemOf(login.error, UNANSWERED)} />}
        <Group>
          <Button
            type="submit"
            loading={login.isPending}
            disabled={email.trim() === '' || password === '' || deviceName.trim() === ''}
          >
            {words('onboarding.signInYes')}
          </Button>
          <Button variant="default" onClick={onBack}>
            {words('onboarding.back')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
