import { Modal, Text, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconAppWindow, IconFile, IconFolder, IconSearch } from '@tabler/icons-react';
import { useKitWords } from '@tidesync/ui/words.tsx';
import type { KeyboardEvent } from 'react';
import { useEffect, useId, useRef, useState } from 'react';
import { useShownPath } from '../shown-path.ts';
import { useWords } from '../words.ts';
import type { Finding } from './findings.ts';
import { nextChoice } from './findings.ts';
import { useFindings } from './use-findings.ts';

const TYPING_RESTS_MS = 200;
const ICONS = { screen: IconAppWindow, folder: IconFolder, file: IconFile };

/** Finds screens, settings, folders and files by words of their names. */
export function SearchDialog({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const words = useWords();
  const kit = useKitWords();
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={words('search.title')}
      size="lg"
      yOffset="10vh"
      closeButtonProps={{ 'aria-label': kit('confirm.close') }}
    >
      <Search onDone={onClose} />
    </Modal>
  );
}

function Search({ onDone }: { onDone: () => void }) {
  const words = useWords();
  const listId = useId();
  const [text, setText] = useState('');
  const [rested] = useDebouncedValue(text, TYPING_RESTS_MS);
  const [chosen, choose] = useState(0);
  const { findings, isAsking, isDeaf } = useFindings(rested);
  const take = (finding: Finding | undefined) => {
    if (finding === undefined) return;
    onDone();
    finding.go();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter') take(findings[chosen]);
    else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      choose(nextChoice(chosen, findings.length, event.key));
    }
  };
  const nothing = findings.length === 0 && !isAsking;
  return (
    <>
      <TextInput
        data-autofocus
        role="combobox"
        aria-label={words('search.title')}
        aria-expanded
        aria-controls={listId}
        aria-activedescendant={findings.length === 0 ? undefined : `${listId}-${chosen}`}
        placeholder={words('search.placeholder')}
        leftSection={<IconSearch size={15} aria-hidden="true" />}
        value={text}
        onChange={(event) => {
          setText(event.currentTarget.value);
          choose(0);
        }}
        onKeyDown={onKeyDown}
      />
      <Results id={listId} findings={findings} chosen={chosen} onTake={take} />
      <Text size="xs" c="dimmed" role="status" mt="xs">
        {isDeaf
          ? words('search.deaf')
          : isAsking
            ? words('search.asking')
            : nothing
              ? words('search.none')
              : ' '}
      </Text>
    </>
  );
}

interface ResultsProps {
  readonly id: string;
  readonly findings: readonly Finding[];
  readonly chosen: number;
  readonly onTake: (finding: Finding) => void;
}

/** The text field keeps the focus; what is chosen there is brought into sight. */
function Results({ id, findings, chosen, onTake }: ResultsProps) {
  const words = useWords();
  const shownPath = useShownPath();
  const row = useRef<HTMLDivElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another row is another element
  useEffect(() => {
    row.current?.scrollIntoView({ block: 'nearest' });
  }, [chosen]);
  return (
    <div id={id} role="listbox" aria-label={words('search.found')} className="td-found">
      {findings.map((finding, n) => {
        const Icon = ICONS[finding.is];
        return (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are those of the text field
          // biome-ignore lint/a11y/useFocusableInteractive: the text field keeps the focus
          <div
            key={finding.id}
            id={`${id}-${n}`}
            ref={n === chosen ? row : null}
            role="option"
            aria-selected={n === chosen}
            onClick={() => onTake(finding)}
          >
            <Icon size={17} stroke={1.7} aria-hidden="true" style={{ flex: 'none' }} />
            <bdi className="ts-cut">{finding.name}</bdi>
            <Text size="xs" c="dimmed" className="ts-cut">
              <bdi className="ts-path">{finding.where === '' ? '' : shownPath(finding.where)}</bdi>
            </Text>
          </div>
        );
      })}
    </div>
  );
}
