import { assert } from '@tidesync/shared/brand';
import type { Column, SQL } from 'drizzle-orm';
import { and, asc, count, desc, eq, getTableColumns, gt, inArray } from 'drizzle-orm';
import type { SQLiteTable } from 'drizzle-orm/sqlite-core';
import type { MovedTable, RowReads, RowsOf, RowWrites, TransferRow } from '../../ports/store-transfer.ts';
import { selectBatched } from './batched.ts';
import type { Connection } from './connection.ts';
import { tableShapes } from './table-shapes.ts';

interface Keyed {
  readonly table: SQLiteTable;
  /** Name in code and column of each part of the primary key, in order. */
  readonly key: readonly { readonly name: string; readonly column: Column }[];
}

/** Whole rows of any table that moves, by its definition alone. */
export function transferQueries(connection: Connection): RowWrites {
  const { db, tables, dialect } = connection;
  const { imports } = tables;
  return {
    ...transferReads(connection),
    add: (name, rows) => dialect.insertNew(keyedOf(connection, name).table, rows as never),
    async beginImport(mark) {
      await dialect.insertNew(imports, [{ ...mark, finishedAtMs: null }]);
    },
    async endImport(importId, atMs) {
      await db.update(imports).set({ finishedAtMs: atMs }).where(eq(imports.importId, importId));
    },
  };
}

function transferReads(connection: Connection): RowReads {
  const { db, tables } = connection;
  const { imports, changes } = tables;
  const rowsWhere = (of: RowsOf, where: SQL | undefined, limit: number) => {
    const { table, key } = keyedOf(connection, of.table);
    const order = key.map(({ column }) => asc(column));
    return db
      .select()
      .from(table)
      .where(where)
      .orderBy(...order)
      .limit(limit) as Promise<TransferRow[]>;
  };
  return {
    async page(of, { after, limit }) {
      const rows: TransferRow[] = [];
      for (const range of rangesBehind(keyedOf(connection, of.table), of, after)) {
        if (rows.length === limit) break;
        rows.push(...(await rowsWhere(of, range, limit - rows.length)));
      }
      return rows;
    },
    async count(of) {
      const keyed = keyedOf(connection, of.table);
      const rows = await db.select({ count: count() }).from(keyed.table).where(within(keyed, of));
      return rows[0]?.count ?? 0;
    },
    async last(of) {
      const keyed = keyedOf(connection, of.table);
      const order = keyed.key.map(({ column }) => desc(column));
      const rows = (await db
        .select()
        .from(keyed.table)
        .where(within(keyed, of))
        .orderBy(...order)
        .limit(1)) as TransferRow[];
      return rows[0] ?? null;
    },
    changesAt: (libraryId, seqs) =>
      selectBatched(seqs, (part) =>
        db
          .select()
          .from(changes)
          .where(and(eq(changes.libraryId, libraryId), inArray(changes.seq, part))),
      ),
    async importMark(importId) {
      const rows = await db.select().from(imports).where(eq(imports.importId, importId));
      return rows[0] ?? null;
    },
  };
}

function keyedOf({ tables }: Connection, name: MovedTable): Keyed {
  const table = tables[name] as SQLiteTable;
  const columns = getTableColumns(table) as Record<string, Column>;
  const key = tableShapes[name].key.map((part) => {
    const column = columns[part];
    assert(column !== undefined, 'a key is made of columns');
    return { name: part, column };
  });
  return { table, key };
}

function within({ key }: Keyed, { libraryId }: RowsOf): SQL | undefined {
  const lead = key[0];
  if (libraryId === null || lead === undefined) return undefined;
  assert(lead.name === 'libraryId', "a library's rows are found by the key they begin with");
  return eq(lead.column, libraryId);
}

/**
 * What lies behind a key, as ranges that follow each other: behind (a, b) first what has the same a, then what has a
 * higher one. Each is one walk along the primary key, which one condition with OR would not be.
 */
function rangesBehind(keyed: Keyed, of: RowsOf, after: TransferRow | null): (SQL | undefined)[] {
  const { key } = keyed;
  if (after === null) return [within(keyed, of)];
  const fixed = of.libraryId === null ? 0 : 1;
  return key
    .map(({ name, column }, depth) => {
      const same = key.slice(0, depth).map((part) => eq(part.column, after[part.name]));
      return and(...same, gt(column, after[name]));
    })
    .slice(fixed)
    .toReversed();
}
