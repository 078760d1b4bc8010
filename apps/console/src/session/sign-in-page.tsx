import { Button, Checkbox, Group, PasswordInput, Stack, TextInput, Title } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { ProblemView } from '@tidesync/ui/problem-view.tsx';
import { problemOf } from '@tidesync/ui/problem-words';
import { Mark } from '@tidesync/ui/state-icon.tsx';
import type { FormEvent } from 'react';
import { whoQuery } from '../api/queries.ts';
import { call, unanswered } from '../api/server-call.ts';
import { useConsoleWords } from '../words/use-words.ts';
import { browserName } from './browser-name.ts';

/** The token goes from the server into a cookie that no script can read; this page never sees it. */
export function SignInPage() {
  const words = useConsoleWords();
  const queries = useQueryClient();
  const signIn = useMutation({
    mutationFn: async (form: FormData) => {
      const deviceName = words('signIn.deviceName', { browser: browserName(navigator.userAgent) });
      const [email, password] = [String(form.get('email')), String(form.get('password'))];
      await call('auth.openSession', { email, password, deviceName, remember: form.has('remember') });
      await queries.invalidateQueries({ queryKey: whoQuery.queryKey });
    },
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    signIn.mutate(new FormData(event.currentTarget));
  };
  return (
    <main className="tc-sign-in">
      <Group gap="xs" mb="lg">
        <Mark sizePx={32} />
        <Title order={1}>{words('brand')}</Title>
      </Group>
      <form onSubmit={submit}>
        <Stack gap="sm">
          <TextInput
            name="email"
            type="email"
            label={words('signIn.email')}
            autoComplete="username"
            required
            withAsterisk={false}
            autoFocus
          />
          <PasswordInput
            name="password"
            label={words('signIn.password')}
            autoComplete="current-password"
            required
            withAsterisk={false}
          />
          <Checkbox name="remember" label={words('signIn.remember')} />
          {signIn.error === null ? null : <ProblemView problem={problemOf(signIn.error, unanswered())} />}
          <Button type="submit" size="sm" loading={signIn.isPending}>
            {words('signIn.submit')}
          </Button>
        </Stack>
      </form>
    </main>
  );
}
