import { Button, CloseButton, TextInput } from '@mantine/core';
import { useDebouncedValue, useDisclosure } from '@mantine/hooks';
import { IconSearch, IconSettings } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import type { EntryId } from '@tidesync/shared/ids';
import type { Library } from '@tidesync/shared/wire/people';
import { Loaded } from '@tidesync/ui/loaded.tsx';
import { Page } from '@tidesync/ui/page-frame.tsx';
import { useFormats } from '@tidesync/ui/words.tsx';
import { useEffect, useState } from 'react';
import { folderQuery, librariesQuery, searchQuery } from '../api/queries.ts';
import { unanswered } from '../api/server-call.ts';
import { useConsoleWords } from '../words/use-words.ts';
import { FolderView } from './folder-view.tsx';
import { LibraryDialog } from './library-dialog.tsx';
import { SearchView } from './search-view.tsx';

const TYPING_MS = 250;

/** One library: a folder of it, or what a search has found. */
export function FilesPage() {
  const { library: libraryId } = useParams({ from: '/files/$library' });
  const { folder = null, q = '' } = useSearch({ from: '/files/$library' });
  const libraries = useQuery(librariesQuery);
  return (
    <Loaded query={libraries} unanswered={unanswered()}>
      {(all) => {
        const library = all.find((one) => one.libraryId === libraryId);
        return <OneLibrary key={libraryId} library={library} folderId={folder} text={q} />;
      }}
    </Loaded>
  );
}

interface Shown {
  readonly library: Library | undefined;
  readonly folderId: EntryId | null;
  readonly text: string;
}

function OneLibrary({ library, folderId, text }: Shown) {
  const words = useConsoleWords();
  const { library: libraryId } = useParams({ from: '/files/$library' });
  const folder = useQuery({ ...folderQuery(libraryId, folderId), enabled: library !== undefined });
  const found = useQuery({ ...searchQuery(libraryId, text), enabled: library !== undefined && text !== '' });
  const [isSetting, settings] = useDisclosure(false);
  const title = library?.name ?? words('libraries.title');
  return (
    <Page
      title={title}
      filled
      actions={
        <>
          <SearchField text={text} />
          {library?.role === 'owner' ? (
            <Button
              variant="default"
              leftSection={<IconSettings size={16} aria-hidden="true" />}
              onClick={settings.open}
            >
              {words('library.open')}
            </Button>
          ) : null}
        </>
      }
    >
      {library === undefined ? (
        <Loaded query={folder} unanswered={unanswered()}>
          {() => null}
        </Loaded>
      ) : text !== '' ? (
        <Loaded query={found} unanswered={unanswered()}>
          {(result) => <SearchView library={library} found={result} />}
        </Loaded>
      ) : (
        <Loaded query={folder} unanswered={unanswered()}>
          {(data) => <FolderView key={folderId} library={library} folderId={folderId} folder={data} />}
        </Loaded>
      )}
      {isSetting && library !== undefined ? (
        <LibraryDialog library={library} onClose={settings.close} />
      ) : null}
    </Page>
  );
}

function SearchField({ text }: { text: string }) {
  const words = useConsoleWords();
  const formats = useFormats();
  const navigate = useNavigate({ from: '/files/$library' });
  const [typed, type] = useState(text);
  const [settled] = useDebouncedValue(typed.trim(), TYPING_MS);
  useEffect(() => {
    void navigate({ search: (old) => ({ ...old, q: settled === '' ? undefined : settled }), replace: true });
  }, [settled, navigate]);
  return (
    <TextInput
      aria-label={words('files.search')}
      placeholder={words('files.search')}
      lang={formats.locale}
      leftSection={<IconSearch size={16} aria-hidden="true" />}
      rightSection={
        typed === '' ? null : (
          <CloseButton size="sm" aria-label={words('files.clearSearch')} onClick={() => type('')} />
        )
      }
      value={typed}
      onChange={(event) => type(event.currentTarget.value)}
      w={260}
    />
  );
}
