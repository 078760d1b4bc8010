import { call } from '../api/server-call.ts';
import { OrderDialog } from '../order-dialog.tsx';
import { useConsoleWords } from '../words/use-words.ts';
import type { User } from './admin-queries.ts';
import { usersQuery } from './admin-queries.ts';

export function SuspendDialog({ user, onClose }: { user: User; onClose: () => void }) {
  const words = useConsoleWords();
  const { email, suspended } = user;
  return (
    <OrderDialog
      title={words(suspended ? 'users.readmitTitle' : 'users.suspendTitle', { email })}
      hint={words(suspended ? 'users.readmitHint' : 'users.suspendHint')}
      verb={words(suspended ? 'users.readmit' : 'users.suspend')}
      danger={!suspended}
      queryKey={usersQuery.queryKey}
      order={() => call('admin.users.suspend', { email, suspended: !suspended })}
      onClose={onClose}
    />
  );
}
