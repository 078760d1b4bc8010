import type { LibraryId, PackId } from '@tidesync/shared/ids';
import { limits } from '@tidesync/shared/limits';
import { fail } from '@tidesync/shared/problems';
import type { QuotaRecount } from '@tidesync/shared/wire/quotas';
import type { ObjectKey } from '../../ports/object-store.ts';
import type { TransferRow } from '../../ports/store-transfer.ts';
import { pagesOf } from '../moving/live-source.ts';
import { recountQuotas } from '../quotas/recount-quotas.ts';
import { checkContents } from './check-contents.ts';
import { checkHistory } from './check-history.ts';
import type { CheckPorts } from './check-packs.ts';
import { checkPacks } from './check-packs.ts';
import type { Strays } from './list-strays.ts';
import { listStrays } from './list-strays.ts';
import type { DamagedFile } from './name-files.ts';
import { FileNames } from './name-files.ts';
import type { VerifyWatch } from './verify-watch.ts';

export interface VerifyOptions {
  /** Null: all that are not deleted. */
  readonly libraryId: LibraryId | null;
  readonly deep: boolean;
  /** Where a deep check that was stopped goes on. */
  readonly after: ObjectKey | null;
  readonly watch: VerifyWatch;
}

/** What was looked at, and what is wrong. Lists show the first ones; the counts beside them are whole. */
export interface VerifyReport {
  readonly deep: boolean;
  readonly libraries: number;
  readonly packs: number;
  readonly contents: number;
  readonly commits: number;
  readonly changes: number;
  readonly entries: number;
  /** Packs that are gone or not as they should be. */
  readonly packsDamaged: number;
  readonly damagedPacks: readonly {
    readonly libraryId: LibraryId;
    readonly packId: PackId;
    readonly why: string;
  }[];
  /** Versions of files that cannot be read whole. */
  readonly filesDamaged: number;
  readonly damagedFiles: readonly DamagedFile[];
  /** What contradicts itself in the metadata. */
  readonly historyFaults: number;
  readonly history: readonly {
    readonly libraryId: LibraryId;
    readonly library: string;
    readonly says: string;
  }[];
  readonly strays: Strays;
  /** Of everything; null if one library was asked for, or it was stopped before. */
  readonly quotas: QuotaRecount | null;
  /** Null: it came to its end. */
  readonly stopped: { readonly after: ObjectKey | null } | null;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] extends readonly (infer E)[] ? E[] : T[K] };

/**
 * Compares the metadata with the objects and with themselves, library by library. Nothing is removed and no metadata
 * are changed but for one mark: a pack that is not what it should be is relied on by nobody any more.
 * Errors: `libraryMissing`, `storeUnavailable`, `databaseUnavailable`.
 */
export async function verifyData(ports: CheckPorts, options: VerifyOptions): Promise<VerifyReport> {
  const { deep, watch, libraryId } = options;
  const report: Mutable<VerifyReport> = {
    ...{ deep, libraries: 0, packs: 0, contents: 0, commits: 0, changes: 0, entries: 0 },
    ...{
      packsDamaged: 0,
      damagedPacks: [],
      filesDamaged: 0,
      damagedFiles: [],
      historyFaults: 0,
      history: [],
    },
    ...{ strays: { found: 0, objects: [] }, quotas: null, stopped: null },
  };
  for (const row of await librariesOf(ports, libraryId)) {
    await verifyLibrary(ports, row, { options, report });
    if (watch.signal.aborted) {
      report.stopped ??= { after: options.after };
      return report;
    }
  }
  report.strays = await listStrays(ports, libraryId, watch);
  if (libraryId === null) report.quotas = await recountQuotas(ports, { actor: 'command', dryRun: true });
  return report;
}

async function librariesOf(
  { store }: CheckPorts,
  libraryId: LibraryId | null,
): Promise<readonly TransferRow[]> {
  const found: TransferRow[] = [];
  for await (const page of pagesOf(store.read.rows, { table: 'libraries', libraryId }, null)) {
    found.push(...page.filter((row) => row.deletedAtMs === null));
  }
  if (libraryId !== null && found.length === 0) fail({ reason: 'libraryMissing', library: libraryId });
  return found;
}

interface Running {
  readonly options: VerifyOptions;
  readonly report: Mutable<VerifyReport>;
}

async function verifyLibrary(
  ports: CheckPorts,
  row: TransferRow,
  { options, report }: Running,
): Promise<void> {
  const { watch, deep } = options;
  const { libraryId, name } = row as unknown as { libraryId: LibraryId; name: string };
  const packs = await checkPacks(ports, libraryId, options);
  report.packs += packs.packs;
  report.packsDamaged += packs.unsound.size;
  for (const [packId, why] of packs.unsound) push(report.damagedPacks, { libraryId, packId, why });
  if (packs.stoppedAfter !== null) {
    const after = packs.stoppedAfter === 'start' ? options.after : packs.stoppedAfter;
    report.stopped = { after: later(after, options.after) };
    return;
  }
  const { contents, damaged } = await checkContents(
    ports,
    { libraryId, unsound: packs.unsound, deep },
    watch,
  );
  report.contents += contents;
  const names = new FileNames(ports.store.read, { libraryId, name }, damaged);
  const tell = (says: string) => {
    report.historyFaults += 1;
    push(report.history, { libraryId, library: name, says });
  };
  const { store } = ports;
  const history = await checkHistory({ store, watch, tell, each: (changes) => names.look(changes) }, row);
  report.commits += history.commits;
  report.changes += history.changes;
  report.entries += history.entries;
  report.filesDamaged += names.found;
  for (const file of names.files) push(report.damagedFiles, file);
  report.libraries += 1;
}

function push<T>(list: T[], item: T): void {
  if (list.length < limits.findingsShownMax) list.push(item);
}

function later(a: ObjectKey | null, b: ObjectKey | null): ObjectKey | null {
  return a === null || (b !== null && b > a) ? b : a;
}

/** Whether nothing is wrong; objects without metadata and numbers of quotas lose nobody a byte. */
export function isSound(report: VerifyReport): boolean {
  return report.packsDamaged + report.filesDamaged + report.historyFaults === 0;
}
