import { Button, Group, Stack, Text, Title } from '@mantine/core';
import type { RootStatus } from '@tidesync/shared/wire/engine';
import { ProblemView } from '@tidesync/ui/problem-view.tsx';
import { problemOf } from '@tidesync/ui/problem-words';
import { StateIcon } from '@tidesync/ui/state-icon.tsx';
import type { FormEvent } from 'react';
import { useState } from 'react';
import { haltValues } from '../shell/folder-words.ts';
import { UNANSWERED, useOrder } from './ask.tsx';
import { engine } from './engine.ts';
import { PathField } from './path-field.tsx';
import { RemoveFolder } from './remove-folder.tsx';
import { useWords } from './words.ts';

/** A folder in which nothing is synced before somebody has said what is the matter with it. */
export function HaltedFolder({ root }: { root: RootStatus }) {
  const words = useWords();
  const [isMoving, setMoving] = useState(false);
  const [isRemoving, setRemoving] = useState(false);
  const rescan = useOrder(() => engine.folders.rescan.mutate({ path: root.path }));
  const { halt } = root;
  if (halt === null) return null;
  return (
    <section className="td-group" data-testid={`halt-${halt}`}>
      <div className="td-group-head">
        <StateIcon state="error" sizePx={20} />
        <div className="ts-row-main">
          <Title order={2}>{words(`halts.${halt}.what`, haltValues(root))}</Title>
          <Text>{words(`halts.${halt}.cure`, haltValues(root))}</Text>
          <Group gap="xs" mt="xs">
            <Button variant="default" loading={rescan.isPending} onClick={() => rescan.mutate(undefined)}>
              {words('problems.again')}
            </Button>
            {halt === 'rootMissing' ? (
              <Button variant="default" onClick={() => setMoving(!isMoving)} aria-expanded={isMoving}>
                {words('halts.moved')}
              </Button>
            ) : null}
            {halt === 'noPermission' ? null : (
              <Button variant="default" onClick={() => setRemoving(true)}>
                {words('home.remove')}
              </Button>
            )}
          </Group>
          {isMoving ? <MoveForm root={root} /> : null}
        </div>
      </div>
      <RemoveFolder root={root} opened={isRemoving} onClose={() => setRemoving(false)} />
    </section>
  );
}

function MoveForm({ root }: { root: RootStatus }) {
  const words = useWords();
  const [to, setTo] = useState('');
  const move = useOrder(() => engine.folders.move.mutate({ from: root.path, to: to.trim() }), {
    quiet: true,
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    move.mutate(undefined);
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="xs" mt="sm">
        <PathField value={to} onChange={setTo} />
        {move.error === null ? null : <ProblemView problem={problemOf(move.error, UNANSWERED)} />}
        <Group>
          <Button type="submit" loading={move.isPending} disabled={to.trim() === ''}>
            {words('halts.moveYes')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
