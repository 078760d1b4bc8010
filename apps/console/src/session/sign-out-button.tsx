import { Button } from '@mantine/core';
import { IconLogout } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { whoQuery } from '../api/queries.ts';
import { call } from '../api/server-call.ts';
import { useConsoleWords } from '../words/use-words.ts';

/** Ends this browser's session, and forgets all that was shown. */
export function SignOutButton() {
  const words = useConsoleWords();
  const queries = useQueryClient();
  const signOut = async () => {
    await call('auth.logout').catch(() => undefined);
    queries.setQueryData(whoQuery.queryKey, null);
    queries.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== whoQuery.queryKey[0] });
  };
  return (
    <Button
      variant="subtle"
      mt={4}
      leftSection={<IconLogout size={16} stroke={1.7} aria-hidden="true" />}
      onClick={() => void signOut()}
    >
      {words('nav.signOut')}
    </Button>
  );
}
