import { Button, Checkbox, Text } from '@mantine/core';
import type { EntryId } from '@tidesync/shared/ids';
import type { EntryState } from '@tidesync/shared/wire/entries';
import type { Library } from '@tidesync/shared/wire/people';
import { VirtualList } from '@tidesync/ui/virtual-list.tsx';
import { useFormats } from '@tidesync/ui/words.tsx';
import { useState } from 'react';
import { useConsoleWords } from '../words/use-words.ts';
import type { EntryAction } from './entry-actions.tsx';
import { EntryDialogs, useEntryActions } from './entry-actions.tsx';
import { EntryRow } from './entry-row.tsx';
import type { Column, Order } from './sort-entries.ts';
import { sortEntries } from './sort-entries.ts';

export interface ListedEntry {
  readonly state: EntryState;
  /** Below the library's top folder, or as much of it as is known. */
  readonly path: string;
}

interface EntryListProps {
  readonly library: Library;
  readonly rows: readonly ListedEntry[];
  /** Each row says where it lies. */
  readonly showPaths?: boolean;
}

/** Files and folders with what can be done with one, or with all that are chosen. */
export function EntryList({ library, rows, showPaths = false }: EntryListProps) {
  const words = useConsoleWords();
  const formats = useFormats();
  const [order, sortBy] = useState<Order>({ by: 'name', descending: false });
  const [chosen, choose] = useState<ReadonlySet<EntryId>>(new Set());
  const sorted = sortEntries(rows, { order, locale: formats.locale, stateOf: (row) => row.state });
  const actions = useEntryActions(library, sorted);
  const chosenRows = sorted.filter(({ state }) => chosen.has(state.entryId));
  const toggle = (entryId: EntryId) => {
    const next = new Set(chosen);
    if (!next.delete(entryId)) next.add(entryId);
    choose(next);
  };
  const all = chosenRows.length === sorted.length && sorted.length > 0;
  return (
    <>
      {chosenRows.length > 0 ? (
        <ChosenBar
          library={library}
          rows={chosenRows}
          onAction={(action) => {
            actions.start(action, chosenRows);
            if (action !== 'download') choose(new Set());
          }}
        />
      ) : null}
      <div className="tc-head">
        <Checkbox
          aria-label={words('files.chooseAll')}
          checked={all}
          indeterminate={chosenRows.length > 0 && !all}
          onChange={() => choose(all ? new Set() : new Set(sorted.map(({ state }) => state.entryId)))}
        />
        <SortButton column="name" order={order} onSort={sortBy} className="ts-row-main" />
        <SortButton column="size" order={order} onSort={sortBy} className="tc-size ts-num" />
        <SortButton column="changed" order={order} onSort={sortBy} className="tc-when ts-num" />
        <span className="tc-more" />
      </div>
      <VirtualList
        label={words('files.list')}
        rows={sorted}
        rowKey={({ state }) => state.entryId}
        rowHeightPx={showPaths ? 48 : 40}
        isChosen={({ state }) => chosen.has(state.entryId)}
      >
        {(row) => (
          <EntryRow
            row={row}
            library={library}
            showPath={showPaths}
            isChosen={chosen.has(row.state.entryId)}
            onToggle={() => toggle(row.state.entryId)}
            onAction={(action) => actions.start(action, [row])}
          />
        )}
      </VirtualList>
      <EntryDialogs actions={actions} />
    </>
  );
}

interface SortProps {
  readonly column: Column;
  readonly order: Order;
  readonly onSort: (order: Order) => void;
  readonly className: string;
}

function SortButton({ column, order, onSort, className }: SortProps) {
  const words = useConsoleWords();
  const isSorted = order.by === column;
  const mark = isSorted ? (order.descending ? ' ↓' : ' ↑') : '';
  return (
    <button
      type="button"
      className={className}
      aria-pressed={isSorted}
      title={words('files.sortBy', { column: words(`files.${column}`) })}
      onClick={() => onSort({ by: column, descending: isSorted && !order.descending })}
    >
      {words(`files.${column}`)}
      <span aria-hidden="true">{mark}</span>
    </button>
  );
}

interface ChosenBarProps {
  readonly library: Library;
  readonly rows: readonly ListedEntry[];
  readonly onAction: (action: EntryAction) => void;
}

function ChosenBar({ library, rows, onAction }: ChosenBarProps) {
  const words = useConsoleWords();
  const formats = useFormats();
  const canEdit = library.role !== 'viewer';
  const offered: readonly EntryAction[] = canEdit ? ['downloadZip', 'move', 'delete'] : ['downloadZip'];
  return (
    <div className="tc-bar">
      <Text role="status" fw={600}>
        {words('files.chosen', { count: rows.length, shown: formats.count(rows.length) })}
      </Text>
      {offered.map((action) => (
        <Button key={action} variant="default" onClick={() => onAction(action)}>
          {words(`files.${action}`)}
        </Button>
      ))}
    </div>
  );
}
