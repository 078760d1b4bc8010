import { useVirtualizer } from '@tanstack/react-virtual';
import type { ReactNode } from 'react';
import { useRef } from 'react';

export interface VirtualListProps<T> {
  /** What a screen reader calls the list. */
  readonly label: string;
  readonly rows: readonly T[];
  readonly rowKey: (row: T) => string;
  readonly children: (row: T, index: number) => ReactNode;
  readonly rowHeightPx?: number;
  readonly isChosen?: (row: T) => boolean;
  /** Called when the end comes into sight. */
  readonly onEnd?: () => void;
}

const ROW_HEIGHT_PX = 44;
const OVERSCAN_ROWS = 12;

/** A list of which only the rows in sight exist, so that a hundred thousand are no more than twenty. */
export function VirtualList<T>(props: VirtualListProps<T>) {
  const { rows, rowKey, rowHeightPx = ROW_HEIGHT_PX } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeightPx,
    overscan: OVERSCAN_ROWS,
    getItemKey: (index) => keyAt(rows, index, rowKey),
    onChange: (instance) => {
      const last = instance.getVirtualItems().at(-1);
      if (last !== undefined && last.index >= rows.length - OVERSCAN_ROWS) props.onEnd?.();
    },
  });
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <div className="ts-list" ref={scroller} tabIndex={0}>
      <ul className="ts-list-inner" aria-label={props.label} style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map((item) => {
          const row = rows[item.index];
          if (row === undefined) return null;
          return (
            <li
              key={item.key}
              className="ts-row"
              aria-setsize={rows.length}
              aria-posinset={item.index + 1}
              data-chosen={props.isChosen?.(row) ? true : undefined}
              style={{ height: item.size, transform: `translateY(${item.start}px)` }}
            >
              {props.children(row, item.index)}
            </li>
          );
        })}
      </ul>
    </div>
  );
}

function keyAt<T>(rows: readonly T[], index: number, rowKey: (row: T) => string): string {
  const row = rows[index];
  return row === undefined ? String(index) : rowKey(row);
}
