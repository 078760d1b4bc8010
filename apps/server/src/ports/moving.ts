import type { DeviceId, LibraryId } from '@tidesync/shared/ids';
import type { Role } from '@tidesync/shared/wire/people';
import type { ObjectKey } from './object-store.ts';
import type { MovedTable, TransferRow } from './store-transfer.ts';
import { MOVED_TABLES } from './store-transfer.ts';

/** What a move takes: a whole installation, or one library with those facts about it that lie elsewhere. */
export type MoveScope = { readonly kind: 'everything' } | LibraryScope;
export interface LibraryScope {
  readonly kind: 'library';
  readonly libraryId: LibraryId;
  readonly name: string;
  readonly ownerEmail: string;
  /** What its owner is charged for it. */
  readonly storedBytes: number;
  readonly members: readonly { readonly email: string; readonly role: Role }[];
  /** Those that its commits name. */
  readonly devices: readonly {
    readonly deviceId: DeviceId;
    readonly name: string;
    readonly createdAtMs: number;
  }[];
}

/** A library's own rows, all found by its id. Unfinished uploads into it stay behind. */
const LIBRARY_TABLES = [
  'libraries',
  'entries',
  'changes',
  'commits',
  'revisions',
  'chunkLists',
  'packs',
  'locations',
] as const satisfies readonly MovedTable[];

export function tablesOf(scope: MoveScope): readonly MovedTable[] {
  return scope.kind === 'everything' ? MOVED_TABLES : LIBRARY_TABLES;
}

/** Which data it is, and what tells that it is still as it was: an unfinished move goes on only if both are equal. */
export interface SourceIdentity {
  readonly sourceId: string;
  readonly state: string;
}

/** How far a table has come; where its copy goes on. */
export interface Arrived {
  readonly rows: number;
  readonly last: TransferRow;
}

/** Where data comes from: a server's database and store, or an export folder. */
export interface MoveSource {
  readonly scope: MoveScope;
  /** Keys of objects that were known to be damaged or gone when this was made. */
  readonly knownDamaged: ReadonlySet<string>;
  identity(): Promise<SourceIdentity>;
  count(table: MovedTable): Promise<number>;
  /** Its rows in the order of the primary key, in pages of bounded size, behind what has arrived. */
  pages(table: MovedTable, after: Arrived | null): AsyncIterable<readonly TransferRow[]>;
  /** The bytes as they lie there; null for no object. */
  object(key: ObjectKey): Promise<Uint8Array | null>;
}

export interface ExpectedObject {
  readonly key: ObjectKey;
  readonly sizeBytes: number;
  readonly sha256Hex: string;
}

/**
 * Where data goes. Order of calls: `begin`; then objects and rows, table by table; `finish`. After a stop, however
 * rude, the same order again with the same source goes on where it was. Nothing that is there is ever replaced.
 */
export interface MoveTarget {
  /**
   * `finished`: the same has moved here before, and nothing is left to do.
   * Errors: `moveTargetInUse`, `moveServerRunning`, `sourceChanged`, `exportFolderUnusable`; for a library
   * `libraryPresent`, `libraryNameTaken`, `accountMissing`, `quotaExceeded`.
   */
  begin(scope: MoveScope, identity: SourceIdentity): Promise<'begun' | 'finished'>;
  /** What is there of a table from before; null for nothing, or where it is simply sent again. */
  arrived(table: MovedTable): Promise<Arrived | null>;
  addRows(table: MovedTable, rows: readonly TransferRow[]): Promise<void>;
  /** No more rows of this table. */
  endTable(table: MovedTable): Promise<void>;
  holds(object: ExpectedObject): Promise<boolean>;
  addObject(key: ObjectKey, bytes: Uint8Array): Promise<void>;
  /** What has arrived, for comparing; the same order as the source. */
  pages(table: MovedTable): AsyncIterable<readonly TransferRow[]>;
  finish(summary: MoveSummary): Promise<void>;
  /** Lets go of what it holds open, however the move ended. */
  release(): Promise<void>;
}

export interface MoveSummary {
  readonly rows: Readonly<Partial<Record<MovedTable, number>>>;
  readonly objects: number;
  readonly objectBytes: number;
  /** Objects that were taken as they are, though they are not what they should be, and why. */
  readonly damaged: readonly { readonly key: string; readonly why: string }[];
}
