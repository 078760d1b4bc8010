import { OrderDialog } from '../order-dialog.tsx';
import { useConsoleWords } from '../words/use-words.ts';

interface RevokeProps {
  readonly name: string;
  readonly queryKey: readonly unknown[];
  readonly revoke: () => Promise<unknown>;
  readonly onClose: () => void;
}

/** Before a device is signed out, by who has it or by an administrator. */
export function RevokeDialog({ name, queryKey, revoke, onClose }: RevokeProps) {
  const words = useConsoleWords();
  return (
    <OrderDialog
      title={words('sessions.revokeTitle', { name })}
      hint={words('sessions.revokeHint')}
      verb={words('sessions.revoke')}
      danger
      queryKey={queryKey}
      order={revoke}
      onClose={onClose}
    />
  );
}
