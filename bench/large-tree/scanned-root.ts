import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { nodeDisk } from '@tidesync/engine/adapters/node-disk';
import { nodeClock, nodeRandom, nodeSha256 } from '@tidesync/engine/adapters/node-environment';
import { openSqliteJournal } from '@tidesync/engine/adapters/sqlite-journal';
import { agreeOn } from '@tidesync/engine/core/agree';
import type { LocalPresent, RemotePresent, Triple } from '@tidesync/engine/core/entry';
import { compileIgnoreRules } from '@tidesync/engine/core/ignore-rules';
import type { Plan } from '@tidesync/engine/core/plan';
import { planRound } from '@tidesync/engine/core/plan-round';
import { rememberingTrees } from '@tidesync/engine/core/remembering-trees';
import type { RootRecord } from '@tidesync/engine/ports/journal';
import { openRoot } from '@tidesync/engine/shell/open-root';
import { folderIdOf, markRoot } from '@tidesync/engine/shell/root-folder';
import type { OpenParts } from '@tidesync/engine/shell/root-parts';
import { scan } from '@tidesync/engine/shell/scan';
import { OPEN_POLICY } from '@tidesync/shared/file-policy';
import type { ContentId, LibraryId, RootId } from '@tidesync/shared/ids';

const ROOT_ID = '00000000-0000-4000-8000-000000000001' as RootId;
const LIBRARY_ID = '00000000-0000-4000-8000-000000000002' as LibraryId;
/** As a round of the engine has it. */
const STEPS_PER_PLAN = 3_000;
const AGREED_AT_ONCE = 1_000;

/** A root on a real disk with its real journal, without a server: what scans and plans of it take. */
export interface ScannedRoot {
  readonly journalFile: string;
  /** Looks at everything; answers how many entries differ from what was agreed on. */
  scanAll(): Promise<number>;
  /** Draws a plan as a round does. */
  plan(): Plan;
  /** Takes all that is here as if a server had it, too. */
  agreeOnAll(): void;
  close(): void;
}

/** `folder`: what is scanned. `home`: where the journal goes. */
export async function openScannedRoot(folder: string, home: string): Promise<ScannedRoot> {
  mkdirSync(home, { recursive: true });
  const journalFile = path.join(home, 'journal.db');
  const { journal: engine } = openSqliteJournal(journalFile, Date.now());
  const disk = nodeDisk(folder);
  await markRoot(disk, ROOT_ID);
  const record: RootRecord = {
    ...{ rootId: ROOT_ID, libraryId: LIBRARY_ID, libraryName: 'Large', path: folder },
    folderId: folderIdOf(await disk.root()),
    pause: { is: 'running' },
  };
  engine.putRoot(record);
  const journal = engine.openRoot(record);
  const parts = await openRoot({
    ...{ record, journal, disk, clock: nodeClock, random: nodeRandom, sha256: nodeSha256 },
    ...{ cutter: nobody(), watcher: nobody(), server: nobody(), objects: nobody() },
    deviceName: 'bench',
    bootId: 'bench',
    log: () => undefined,
  });
  return {
    journalFile,
    async scanAll() {
      await scan(parts, {
        folders: 'all',
        ignore: compileIgnoreRules(''),
        detached: new Set(),
        isExcluded: () => false,
        unknown: new Set(),
        signal: new AbortController().signal,
      });
      return journal.countEntries().dirty;
    },
    plan: () => drawPlan(parts),
    agreeOnAll: () => agreeOnAll(parts),
    close: () => engine.close(),
  };
}

/** Whom a scan does not ask. */
function nobody<T extends object>(): T {
  return new Proxy({} as T, {
    get(_target, name) {
      throw new Error(`a scan asks nobody for ${String(name)}`);
    },
  });
}

function drawPlan({ journal, rules }: OpenParts): Plan {
  return planRound(rememberingTrees(journal), {
    mayWrite: true,
    files: OPEN_POLICY,
    label: { deviceName: 'bench', today: '2026-01-01' },
    rules,
    isStaged: () => false,
    isFrozen: () => false,
    isMasked: () => false,
    isExcluded: () => false,
    leaving: [],
    mayDelete: () => true,
    newEntryId: () => {
      throw new Error('a first upload makes no copies');
    },
    stepsMax: STEPS_PER_PLAN,
  });
}

function agreeOnAll({ journal }: OpenParts): void {
  let seq = 0;
  for (let ids = journal.dirtyIds(AGREED_AT_ONCE); ids.length > 0; ids = journal.dirtyIds(AGREED_AT_ONCE))
    journal.transaction(() => {
      for (const id of ids) journal.set(id, agreed(journal.get(id), ++seq));
    });
}

/** As after the commit of a create. */
function agreed({ local }: Triple, seq: number): Triple {
  if (local.is === 'absent') throw new Error('nothing goes while this runs');
  const contentId = nodeSha256(new TextEncoder().encode(String(seq))) as ContentId;
  const body = local.body.kind === 'file' ? { ...local.body, contentId } : local.body;
  const read: LocalPresent = { ...local, body };
  const { parentId, name, mtimeMs } = local;
  const versions = { contentSeq: seq, placeSeq: seq, attributesSeq: seq };
  const remote: RemotePresent = { is: 'present', parentId, name, body, mtimeMs, versions };
  return { base: agreeOn(null, read, remote), local: read, remote };
}
