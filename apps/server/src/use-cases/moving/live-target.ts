import { assert } from '@tidesync/shared/brand';
import type { LibraryId } from '@tidesync/shared/ids';
import { fail } from '@tidesync/shared/problems';
import type { ExpectedObject, MoveScope, MoveTarget, SourceIdentity } from '../../ports/moving.ts';
import { tablesOf } from '../../ports/moving.ts';
import type { ObjectKey } from '../../ports/object-store.ts';
import type { MovedTable, TransferRow } from '../../ports/store-transfer.ts';
import { EVERYTHING } from '../../ports/store-transfer.ts';
import { sha256Hex } from '../sha256-hex.ts';
import type { LivePorts } from './live-source.ts';
import { pagesOf, requireNoServer, rowsOf } from './live-source.ts';
import { partsOf } from './row-parts.ts';

/** Of one transaction: other libraries' commits wait no longer than these rows take, and TiDB bounds the bytes. */
const PER_TRANSACTION = { rowsMax: 2_000, bytesMax: 4 * 1024 * 1024 };

/**
 * An empty database and a store. A mark in the database says that the import has begun, and servers refuse to serve
 * it until the mark is gone, which is the last thing that happens.
 */
export function everythingTarget(ports: LivePorts): MoveTarget {
  const scope: MoveScope = { kind: 'everything' };
  return {
    ...rowsAndObjects(ports, scope),
    begin: (wanted, identity) => {
      assert(wanted.kind === 'everything', 'a library has a target of its own');
      return takeEmpty(ports, identity);
    },
    async arrived(table) {
      const { rows } = ports.store.read;
      const last = await rows.last(rowsOf(scope, table));
      return last === null ? null : { rows: await rows.count(rowsOf(scope, table)), last };
    },
    async finish() {
      const atMs = ports.clock.nowMs();
      await ports.store.transact((tx) => tx.rows.endImport(EVERYTHING, atMs), { repeatable: true });
    },
  };
}

type RowsAndObjects = Pick<MoveTarget, 'addRows' | 'endTable' | 'holds' | 'addObject' | 'pages' | 'release'>;

/** What targets with a database have in common. */
export function rowsAndObjects(ports: LivePorts, scope: MoveScope): RowsAndObjects {
  return {
    addRows: (table, rows) => addRows(ports, table, rows),
    endTable: async () => undefined,
    holds: (object) => holds(ports, object),
    addObject: (key, bytes) => addObject(ports, key, bytes),
    release: async () => undefined,
    pages: (table) => pagesOf(ports.store.read.rows, rowsOf(scope, table), null),
  };
}

export async function addRows(
  { store }: LivePorts,
  table: MovedTable,
  rows: readonly TransferRow[],
): Promise<void> {
  for (const part of partsOf(rows, PER_TRANSACTION)) {
    // Rows that are there already stay, so whether the first try went through does not matter.
    await store.transact((tx) => tx.rows.add(table, part), { repeatable: true });
  }
}

async function holds({ objectStore }: LivePorts, object: ExpectedObject): Promise<boolean> {
  const facts = await objectStore.head(object.key);
  return facts?.sizeBytes === object.sizeBytes && facts.sha256Hex === object.sha256Hex;
}

async function addObject({ objectStore }: LivePorts, key: ObjectKey, bytes: Uint8Array): Promise<void> {
  if ((await objectStore.write(key, bytes)) === 'stored') return;
  const facts = await objectStore.head(key);
  if (facts?.sizeBytes !== bytes.length || facts.sha256Hex !== sha256Hex(bytes)) {
    fail({ reason: 'moveTargetInUse', detail: `object ${key} is there with other bytes` });
  }
}

async function takeEmpty(ports: LivePorts, identity: SourceIdentity): Promise<'begun' | 'finished'> {
  await requireNoServer(ports, 'target');
  const { rows } = ports.store.read;
  if ((await rows.importMark(EVERYTHING)) === null) {
    for (const table of tablesOf({ kind: 'everything' })) {
      const row = await rows.last({ table, libraryId: null });
      if (row !== null) fail({ reason: 'moveTargetInUse', detail: `there are rows in ${table}` });
    }
  }
  return takeMark(ports, EVERYTHING, identity);
}

/** Begins an import, or goes on with one of the same source as it still is. */
export async function takeMark(
  { store, clock }: Pick<LivePorts, 'store' | 'clock'>,
  importId: LibraryId,
  { sourceId, state }: SourceIdentity,
): Promise<'begun' | 'finished'> {
  const mark = { importId, sourceId, sourceState: state, startedAtMs: clock.nowMs() };
  await store.transact((tx) => tx.rows.beginImport(mark), { repeatable: true });
  const known = await store.read.rows.importMark(importId);
  assert(known !== null, 'an import that has begun is marked');
  if (known.sourceId !== sourceId) {
    fail({ reason: 'moveTargetInUse', detail: 'another source was or is being imported into it' });
  }
  if (known.sourceState !== state) {
    const changed = {
      reason: 'sourceChanged',
      detail: 'it is not as it was when this import began',
    } as const;
    fail(
      known.finishedAtMs === null ? changed : { reason: 'moveTargetInUse', detail: 'an import has finished' },
    );
  }
  return known.finishedAtMs === null ? 'begun' : 'finished';
}
