import { Text } from '@mantine/core';
import { Loading } from '@tidesync/ui/loaded.tsx';
import { problemOf, problemWords } from '@tidesync/ui/problem-words';
import { useFormats, useKitWords } from '@tidesync/ui/words.tsx';
import { UNANSWERED, useAsked } from './ask.tsx';
import { engine } from './engine.ts';
import { useWords } from './words.ts';

/** A first look at a file of this disk. `stamp`: changes when the file does. */
export function FilePreviewView({ path, stamp, name }: { path: string; stamp: string; name: string }) {
  const words = useWords();
  const kit = useKitWords();
  const formats = useFormats();
  const preview = useAsked(['preview', path, stamp], () => engine.preview.query({ path }), {
    staleMs: 60_000,
  });
  if (preview.data === undefined) {
    if (preview.error === null) return <Loading lines={3} />;
    return <Text c="dimmed">{problemWords(problemOf(preview.error, UNANSWERED), kit, formats).what}</Text>;
  }
  const { data } = preview;
  switch (data.is) {
    case 'text':
      return (
        <>
          <pre dir="auto">{data.text}</pre>
          {data.text === '' ? <Text c="dimmed">{words('preview.empty')}</Text> : null}
          {data.whole ? null : <Text c="dimmed">{words('preview.cut')}</Text>}
        </>
      );
    case 'image':
      return (
        <img src={`data:${data.mediaType};base64,${data.base64}`} alt={words('preview.image', { name })} />
      );
    case 'none':
      return <Text c="dimmed">{words(`preview.${data.why}`)}</Text>;
  }
}
