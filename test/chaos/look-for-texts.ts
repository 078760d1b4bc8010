import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { ChaosWorld } from './chaos-world.ts';
import type { TextLedger } from './text-ledger.ts';
import { filesIn } from './written-texts.ts';

const CONFLICT_COPY = / \(conflict from /;

/** Where the texts that must be somewhere were found, each counted at the first of these places. */
export interface FoundTexts {
  readonly inFiles: number;
  readonly inConflictCopies: number;
  /** In `.tidesync/trash` of a device. */
  readonly inTrash: number;
  /** In the server's trash, and among earlier versions there. */
  readonly onServer: number;
  readonly lost: readonly string[];
  /** Files that show what nobody wrote. */
  readonly foreign: readonly string[];
  /** Files that show the beginning of a text; a writer who waits in the middle of it makes such versions. */
  readonly beginnings: readonly string[];
  /** What a swap has left. */
  readonly leftovers: readonly string[];
}

/** Looks for every text that nobody, or nobody but others, took away: on both devices and on the server. */
export async function lookForTexts(world: ChaosWorld, ledger: TextLedger): Promise<FoundTexts> {
  const left = new Set(ledger.owed());
  const take = (labels: Iterable<string>) => [...labels].filter((label) => left.delete(label)).length;
  const live = await filesIn(world.folders[0]);
  const whole = [...live].flatMap(([file, seen]) =>
    seen.is === 'whole' ? [{ file, label: seen.label }] : [],
  );
  const isCopy = ({ file }: { file: string }) => CONFLICT_COPY.test(path.basename(file));
  const inFiles = take(whole.filter((one) => !isCopy(one)).map(({ label }) => label));
  const inConflictCopies = take(whole.filter(isCopy).map(({ label }) => label));
  const inTrash = take(await labelsBelow(world.folders, 'trash'));
  const onServer = left.size === 0 ? 0 : take(await labelsOnServer(world));
  const showing = (is: string) => [...live].filter(([, seen]) => seen.is === is).map(([file]) => file);
  const leftovers = await Promise.all(
    world.folders.map(async (folder) => [...(await filesIn(own(folder, 'aside'))).keys()]),
  );
  return {
    ...{ inFiles, inConflictCopies, inTrash, onServer, lost: [...left] },
    ...{ foreign: showing('foreign'), beginnings: showing('beginning'), leftovers: leftovers.flat() },
  };
}

const own = (folder: string, name: string) => path.join(folder, '.tidesync', name);

async function labelsBelow(folders: readonly string[], name: string): Promise<string[]> {
  const found = await Promise.all(folders.map((folder) => filesIn(own(folder, name))));
  return found
    .flatMap((files) => [...files.values()])
    .flatMap((seen) => (seen.is === 'whole' ? [seen.label] : []));
}

async function labelsOnServer(world: ChaosWorld): Promise<string[]> {
  const dir = await mkdtemp(path.join(os.tmpdir(), 'tidesync-chaos-export-'));
  try {
    await world.exportAll(dir);
    return [...(await filesIn(dir)).values()].flatMap((seen) => (seen.is === 'whole' ? [seen.label] : []));
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}
