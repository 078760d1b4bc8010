import { Button, Text, Title } from '@mantine/core';
import { useFormats } from '@tidesync/ui/words.tsx';
import { useOrder } from './ask.tsx';
import { engine } from './engine.ts';
import { useWords } from './words.ts';

type Settled = Awaited<ReturnType<typeof engine.conflicts.resolved.query>>[number];
const SHOWN_MAX = 20;

/** What was said about conflicts lately, as long as it can be taken back. */
export function SettledConflicts({ settled }: { settled: readonly Settled[] }) {
  const words = useWords();
  if (settled.length === 0) return null;
  return (
    <section className="td-pane-in" aria-labelledby="settled">
      <Title order={2} id="settled" mb="xs">
        {words('conflicts.settled')}
      </Title>
      <ul className="td-plain">
        {settled.slice(0, SHOWN_MAX).map((one) => (
          <SettledRow key={one.conflictId} one={one} />
        ))}
      </ul>
    </section>
  );
}

function SettledRow({ one }: { one: Settled }) {
  const words = useWords();
  const formats = useFormats();
  const undo = useOrder(() => engine.conflicts.undo.mutate({ conflictId: one.conflictId }));
  return (
    <li className="td-folder">
      <div className="ts-row-main">
        <Text className="ts-cut">
          <bdi className="ts-path">{one.path}</bdi>
        </Text>
        <Text size="xs" c="dimmed">
          {words(`conflicts.kept.${one.kept}`)} · {formats.when(one.resolvedMs, Date.now())} ·{' '}
          {words('conflicts.undoUntil', { date: formats.date(one.undoUntilMs) })}
        </Text>
      </div>
      <Button variant="default" loading={undo.isPending} onClick={() => undo.mutate(undefined)}>
        {words('conflicts.undo')}
      </Button>
    </li>
  );
}
