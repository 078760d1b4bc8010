import { Button, Divider, PasswordInput, Stack, Text, Title } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { limits } from '@tidesync/shared/limits';
import { LooksSettings } from '@tidesync/ui/looks-settings.tsx';
import { Page } from '@tidesync/ui/page-frame.tsx';
import { ProblemView } from '@tidesync/ui/problem-view.tsx';
import { problemOf } from '@tidesync/ui/problem-words';
import { useFormats } from '@tidesync/ui/words.tsx';
import type { FormEvent } from 'react';
import { useState } from 'react';
import { call, unanswered } from '../api/server-call.ts';
import { SignOutButton } from '../session/sign-out-button.tsx';
import { useConsoleWords } from '../words/use-words.ts';

export function SettingsPage() {
  const words = useConsoleWords();
  return (
    <Page title={words('nav.settings')}>
      <Stack gap="lg" className="tc-form">
        <LooksSettings />
        <Divider />
        <PasswordForm />
        <div className="tc-narrow">
          <Divider mb="sm" />
          <SignOutButton />
        </div>
      </Stack>
    </Page>
  );
}

function PasswordForm() {
  const words = useConsoleWords();
  const formats = useFormats();
  const [isUnlike, setUnlike] = useState(false);
  const change = useMutation({
    mutationFn: (given: { current: string; next: string }) => call('account.changePassword', given),
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    const given = new FormData(form);
    const [current, next] = [String(given.get('current')), String(given.get('next'))];
    const differs = next !== String(given.get('again'));
    setUnlike(differs);
    if (!differs) change.mutate({ current, next }, { onSuccess: () => form.reset() });
  };
  const count = change.data?.otherDevicesRevoked ?? 0;
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <Title order={2}>{words('settings.password')}</Title>
        <Text c="dimmed">{words('settings.passwordHint')}</Text>
        <PasswordInput
          name="current"
          label={words('settings.current')}
          autoComplete="current-password"
          required
          withAsterisk={false}
        />
        <PasswordInput
          name="next"
          label={words('settings.next')}
          description={words('settings.nextHint', { count: formats.count(limits.passwordLengthMin) })}
          autoComplete="new-password"
          minLength={limits.passwordLengthMin}
          required
          withAsterisk={false}
        />
        <PasswordInput
          name="again"
          label={words('settings.again')}
          autoComplete="new-password"
          required
          withAsterisk={false}
          error={isUnlike ? words('settings.unlike') : null}
        />
        {change.error === null ? null : <ProblemView problem={problemOf(change.error, unanswered())} />}
        {change.data === undefined ? null : (
          <Text role="status" c="var(--ts-ok)">
            {words('settings.changed', { count, shown: formats.count(count) })}
          </Text>
        )}
        <div>
          <Button type="submit" loading={change.isPending}>
            {words('settings.change')}
          </Button>
        </div>
      </Stack>
    </form>
  );
}
