import { Text } from '@mantine/core';
import type { Library } from '@tidesync/shared/wire/people';
import { Message } from '@tidesync/ui/message-page.tsx';
import { useFormats } from '@tidesync/ui/words.tsx';
import type { Found } from '../api/queries.ts';
import { useConsoleWords } from '../words/use-words.ts';
import { EntryList } from './entry-list.tsx';

/** What a search has found, with where each lies. */
export function SearchView({ library, found: { items, isCut } }: { library: Library; found: Found }) {
  const words = useConsoleWords();
  const formats = useFormats();
  if (items.length === 0) return <Message title={words('files.nothingFound')} />;
  const shown = formats.count(items.length);
  return (
    <>
      <div className="tc-bar">
        <Text role="status">
          {isCut ? words('files.foundCut', { shown }) : words('files.found', { count: items.length, shown })}
        </Text>
      </div>
      <EntryList library={library} rows={items} showPaths />
    </>
  );
}
