import type { MovedTable } from '../../ports/store-transfer.ts';
import { MOVED_TABLES } from '../../ports/store-transfer.ts';
import type { ColumnKind, ColumnShape, TableShape, TableShapes } from '../../ports/transfer-rows.ts';
import type { Columns } from './columns-sqlite.ts';
import { defineTables } from './tables.ts';

interface Described {
  readonly columns: readonly ColumnShape[];
  readonly key: readonly string[];
}
/** A column while it is being described; its setters give itself back, as those of the real factories do. */
class DescribedColumn {
  readonly kind: ColumnKind;
  readonly bytesMax: number | null;
  name = '';
  nullable = true;
  primary = false;
  constructor(kind: ColumnKind, bytesMax: number | null) {
    this.kind = kind;
    this.bytesMax = bytesMax;
  }
  notNull(): this {
    this.nullable = false;
    return this;
  }
  primaryKey(): this {
    this.primary = true;
    return this.notNull();
  }
}
type Parts = Record<string, DescribedColumn>;
type Extra = { readonly keyColumns: readonly DescribedColumn[] } | null;

/** A column factory that makes no tables but says what they are made of. */
const describing = {
  table: (_name: string, parts: Parts, extras?: (parts: Parts) => readonly Extra[]): Described => {
    for (const [name, column] of Object.entries(parts)) column.name = name;
    const columns = Object.values(parts);
    const composite = extras?.(parts).find((extra) => extra !== null)?.keyColumns;
    return {
      columns: columns.map(({ name, kind, nullable, bytesMax }) => ({ name, kind, nullable, bytesMax })),
      key: (composite ?? columns.filter((column) => column.primary)).map((column) => column.name),
    };
  },
  primaryKey: ({ columns }: { columns: readonly DescribedColumn[] }): Extra => ({ keyColumns: columns }),
  index: () => ({ on: () => null }),
  uniqueIndex: () => ({ on: () => null }),
  bin16: () => new DescribedColumn('uuid', null),
  hash32: () => new DescribedColumn('hash', null),
  exactText: (_name: string, bytesMax: number) => new DescribedColumn('text', bytesMax),
  bytes: () => new DescribedColumn('bytes', null),
  word: () => new DescribedColumn('word', null),
  json: () => new DescribedColumn('json', null),
  ms: () => new DescribedColumn('time', null),
  u53: () => new DescribedColumn('count', null),
  flag: () => new DescribedColumn('flag', null),
};

/** The tables that move, as `tables.ts` defines them for either database. */
export const tableShapes: TableShapes = (() => {
  const all = defineTables(describing as unknown as Columns) as unknown as Record<MovedTable, Described>;
  const shapes = MOVED_TABLES.map((table): [MovedTable, TableShape] => [table, { table, ...all[table] }]);
  return Object.fromEntries(shapes) as Record<MovedTable, TableShape>;
})();
