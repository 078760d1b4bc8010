import type { MoveSummary } from '../../ports/moving.ts';
import { tablesOf } from '../../ports/moving.ts';
import type { Move } from './move.ts';
import { goOn } from './move-watch.ts';

/** Copies all rows, table by table, each in the order of its key; what has arrived before is not sent again. */
export async function copyRows({ source, target, watch }: Move): Promise<MoveSummary['rows']> {
  const tables = tablesOf(source.scope);
  const counts = new Map<string, number>();
  for (const table of tables) counts.set(table, await source.count(table));
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  const copied: Partial<Record<(typeof tables)[number], number>> = {};
  let before = 0;
  for (const table of tables) {
    const arrived = await target.arrived(table);
    let rows = arrived?.rows ?? 0;
    for await (const page of source.pages(table, arrived)) {
      goOn(watch);
      await target.addRows(table, page);
      rows += page.length;
      watch.progress({ part: 'rows', done: before + rows, total, doneBytes: 0, totalBytes: null });
    }
    goOn(watch);
    await target.endTable(table);
    copied[table] = rows;
    before += rows;
  }
  return copied;
}
