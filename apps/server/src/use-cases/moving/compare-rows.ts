import { fail } from '@tidesync/shared/problems';
import { tablesOf } from '../../ports/moving.ts';
import type { MovedTable } from '../../ports/store-transfer.ts';
import { encodeRow } from '../../ports/transfer-rows.ts';
import type { Move } from './move.ts';
import { goOn } from './move-watch.ts';
import { RowStream } from './row-stream.ts';

/** Rows between two looks at whether to stop. */
const ROWS_PER_LOOK = 1_000;

/**
 * Reads every row on both sides and compares them.
 * Errors: `sourceChanged`, naming the table and the first row that differs.
 */
export async function compareRows(task: Move): Promise<void> {
  let done = 0;
  for (const table of tablesOf(task.source.scope)) {
    const streams = [task.source.pages(table, null), task.target.pages(table)].map(
      (one) => new RowStream(one),
    );
    const [theirs, ours] = streams as [RowStream, RowStream];
    try {
      done += await compareTable(task, { table, theirs, ours, before: done });
    } finally {
      for (const stream of streams) await stream.close();
    }
  }
}

interface Pair {
  readonly table: MovedTable;
  readonly theirs: RowStream;
  readonly ours: RowStream;
  readonly before: number;
}

async function compareTable({ shapes, watch }: Move, pair: Pair): Promise<number> {
  const { table, theirs, ours, before } = pair;
  for (let rows = 0; ; rows++) {
    if (rows % ROWS_PER_LOOK === 0) {
      goOn(watch);
      watch.progress({ part: 'comparing', done: before + rows, total: null, doneBytes: 0, totalBytes: null });
    }
    const [there, here] = [await theirs.next(), await ours.next()];
    if (there === null && here === null) return rows;
    const shape = shapes[table];
    if (there !== null && here !== null && encodeRow(shape, there) === encodeRow(shape, here)) continue;
    const key = shape.key.map((name) => String((there ?? here)?.[name])).join('/');
    fail({ reason: 'sourceChanged', detail: `${table} ${key} differs` });
  }
}
