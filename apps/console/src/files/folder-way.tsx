import { IconChevronRight } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import type { Library } from '@tidesync/shared/wire/people';
import type { FolderPage } from '@tidesync/shared/wire/sync';
import { useConsoleWords } from '../words/use-words.ts';

/** The folders that lead to this one, each a link but the last. */
export function FolderWay({ library, above }: { library: Library; above: FolderPage['above'] }) {
  const words = useConsoleWords();
  const steps = [{ entryId: undefined, name: library.name as string }, ...above];
  return (
    <nav aria-label={words('files.way')}>
      <ol className="tc-way">
        <li>
          <Link to="/files">{words('files.top')}</Link>
          <IconChevronRight size={14} aria-hidden="true" />
        </li>
        {steps.map(({ entryId, name }, index) => (
          <li key={entryId ?? 'top'} aria-current={index === steps.length - 1 ? 'page' : undefined}>
            {index === steps.length - 1 ? (
              <bdi>{name}</bdi>
            ) : (
              <>
                <Link
                  to="/files/$library"
                  params={{ library: library.libraryId }}
                  search={entryId === undefined ? {} : { folder: entryId }}
                >
                  <bdi>{name}</bdi>
                </Link>
                <IconChevronRight size={14} aria-hidden="true" />
              </>
            )}
          </li>
        ))}
      </ol>
    </nav>
  );
}
