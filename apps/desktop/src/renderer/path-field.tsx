import { Button, Group, TextInput } from '@mantine/core';
import { IconCornerLeftUp, IconFolder } from '@tabler/icons-react';
import { problemOf, problemWords } from '@tidesync/ui/problem-words';
import { useFormats, useKitWords } from '@tidesync/ui/words.tsx';
import { useState } from 'react';
import { UNANSWERED, useAsked } from './ask.tsx';
import { bridge } from './bridge.ts';
import { engine } from './engine.ts';
import { useWords } from './words.ts';

/** A folder of this computer: typed, or chosen in the system's own dialog, or among the engine's. */
export function PathField({ value, onChange }: { value: string; onChange: (path: string) => void }) {
  const words = useWords();
  const [isBrowsing, setBrowsing] = useState(false);
  const choose = async () => {
    if (bridge === null) {
      setBrowsing((now) => !now);
      return;
    }
    const chosen = await bridge.chooseFolder(words('add.choose'));
    if (chosen !== null) onChange(chosen);
  };
  return (
    <div>
      <Group align="flex-end" gap="xs" wrap="nowrap">
        <TextInput
          style={{ flex: 1 }}
          label={words('add.folder')}
          description={words('add.folderHint')}
          value={value}
          onChange={(event) => onChange(event.currentTarget.value)}
          spellCheck={false}
          dir="ltr"
          data-autofocus
        />
        <Button
          variant="default"
          size="sm"
          onClick={() => void choose()}
          aria-expanded={bridge === null ? isBrowsing : undefined}
        >
          {words('add.browse')}
        </Button>
      </Group>
      {isBrowsing ? <PlaceList at={value} onChoose={onChange} /> : null}
    </div>
  );
}

function PlaceList({ at, onChoose }: { at: string; onChoose: (path: string) => void }) {
  const words = useWords();
  const kit = useKitWords();
  const formats = useFormats();
  const places = useAsked(['places', at.trim()], () => engine.places.list.query({ path: at.trim() }));
  if (places.data === undefined) {
    const what =
      places.error === null ? '' : problemWords(problemOf(places.error, UNANSWERED), kit, formats).what;
    return (
      <p role="status" style={{ minHeight: '1.4em', margin: '0.5rem 0' }}>
        {what}
      </p>
    );
  }
  const { parent, folders, more } = places.data;
  return (
    <div className="td-places" style={{ marginTop: '0.5rem' }}>
      {parent === null ? null : (
        <button type="button" onClick={() => onChoose(parent)}>
          <IconCornerLeftUp size={16} aria-hidden="true" />
          {words('add.up')}
        </button>
      )}
      {folders.map(({ name, path }) => (
        <button key={path} type="button" onClick={() => onChoose(path)}>
          <IconFolder size={16} aria-hidden="true" />
          <bdi className="ts-cut">{name}</bdi>
        </button>
      ))}
      {more ? <p style={{ padding: '0 0.625rem' }}>{words('add.more')}</p> : null}
    </div>
  );
}
