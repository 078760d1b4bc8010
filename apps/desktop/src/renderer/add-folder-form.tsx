import { Autocomplete, Button, Group, Stack } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import type { Library } from '@tidesync/shared/wire/people';
import { ProblemView } from '@tidesync/ui/problem-view.tsx';
import { problemOf } from '@tidesync/ui/problem-words';
import type { FormEvent, ReactNode } from 'react';
import { useState } from 'react';
import { UNANSWERED, useAsked, useOrder } from './ask.tsx';
import { engine } from './engine.ts';
import { FolderCheckView } from './folder-check-view.tsx';
import { PathField } from './path-field.tsx';
import { useWords } from './words.ts';

const TYPING_MS = 250;

/** Chooses a folder here and a library there, and says what comes of it before anything is done. */
export function AddFolderForm({ onAdded, other }: { onAdded: () => void; other: ReactNode }) {
  const words = useWords();
  const [path, setPath] = useState('');
  const [named, setNamed] = useState<string | null>(null);
  const libraries = useAsked(['libraries'], () => engine.libraries.list.query());
  const library = (named ?? lastName(path)).trim();
  const check = useFolderCheck(path.trim(), library);
  const add = useOrder(() => engine.folders.add.mutate({ path: path.trim(), library }), {
    quiet: true,
    done: onAdded,
  });
  const isBlocked = check.data?.findings.some(({ blocks }) => blocks) ?? false;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    add.mutate(undefined);
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <PathField value={path} onChange={setPath} />
        <Autocomplete
          label={words('add.library')}
          description={words('add.libraryHint')}
          data={(libraries.data ?? []).map(libraryLabel)}
          value={named ?? lastName(path)}
          onChange={setNamed}
        />
        {path.trim() === '' ? null : <FolderCheckView check={check} />}
        {add.error === null ? null : <ProblemView problem={problemOf(add.error, UNANSWERED)} />}
        <Group>
          <Button
            type="submit"
            loading={add.isPending}
            disabled={path.trim() === '' || library === '' || isBlocked}
          >
            {words('add.yes')}
          </Button>
          {other}
        </Group>
      </Stack>
    </form>
  );
}

function useFolderCheck(path: string, library: string) {
  const [asked] = useDebouncedValue(`${library}\n${path}`, TYPING_MS);
  const [askedLibrary = '', askedPath = ''] = asked.split('\n');
  return useAsked(
    ['check', askedPath, askedLibrary],
    () => engine.places.check.query({ path: askedPath, library: askedLibrary === '' ? null : askedLibrary }),
    { enabled: askedPath !== '' },
  );
}

function libraryLabel({ role, name, ownerEmail }: Library): string {
  return role === 'owner' ? name : `${ownerEmail}/${name}`;
}

function lastName(path: string): string {
  return (
    path
      .trim()
      .split(/[/\\]/)
      .findLast((part) => part !== '') ?? ''
  );
}
