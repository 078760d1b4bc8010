import { Stack, Text } from '@mantine/core';
import type { Library } from '@tidesync/shared/wire/people';
import { Loaded } from '@tidesync/ui/loaded.tsx';
import type { RetentionChosen } from '@tidesync/ui/retention-choice.tsx';
import { RetentionChoice } from '@tidesync/ui/retention-choice.tsx';
import { useKitWords } from '@tidesync/ui/words.tsx';
import { UNANSWERED, useAsked, useOrder } from './ask.tsx';
import { engine } from './engine.ts';
import { useWords } from './words.ts';

/** How long each library that is this account's own keeps versions and trash, on the server and for all its members. */
export function LibraryMemory() {
  const words = useWords();
  const kit = useKitWords();
  const libraries = useAsked(['libraries'], () => engine.libraries.list.query());
  return (
    <Stack gap="md">
      <Text c="dimmed">{kit('retention.hint')}</Text>
      <Loaded query={libraries} unanswered={UNANSWERED}>
        {(all) => {
          const own = all.filter(({ role }) => role === 'owner');
          if (own.length === 0) return <Text>{words('trash.noLibrary')}</Text>;
          return own.map((library) => <OneLibrary key={library.libraryId} library={library} />);
        }}
      </Loaded>
    </Stack>
  );
}

function OneLibrary({ library: { libraryId, name } }: { library: Library }) {
  const query = useAsked(['retention', libraryId], () => engine.libraries.retention.query({ libraryId }));
  const set = useOrder((change: RetentionChosen) =>
    engine.libraries.setRetention.mutate({ libraryId, ...change }),
  );
  return (
    <fieldset style={{ border: 0, margin: 0, padding: 0 }}>
      <legend style={{ padding: 0, fontWeight: 600 }}>{name}</legend>
      <Loaded query={query} unanswered={UNANSWERED}>
        {(known) => <RetentionChoice known={known} onChoose={(change) => set.mutate(change)} />}
      </Loaded>
    </fieldset>
  );
}
