import type { EntryName, RelPath } from '@tidesync/shared/names';
import { joinPath } from '@tidesync/shared/names';
import type { HaltReason } from '@tidesync/shared/wire/engine';
import type { LocalStep, Plan } from '../core/plan.ts';
import type { Disk } from '../ports/disk.ts';
import { isDiskError } from '../ports/disk.ts';
import type { Clock, Random } from '../ports/environment.ts';
import type { RootJournal } from '../ports/journal.ts';
import { makeNamesLast } from './lasting-names.ts';
import { layout } from './layout.ts';
import { checkRoot } from './root-folder.ts';
import type { RootParts } from './root-parts.ts';

/**
 * The tally of a root is a file in `.tidesync` whose name the journal knows. It gets a new name, with a higher number,
 * before anything is taken away or moved, here or on the server, and when all that has come is at rest. So a journal
 * that was put back from a copy does not know the name that it finds; nor does it know that of an earlier folder.
 */
type Standing =
  | { readonly is: 'known' }
  /** The folder has gone on: the journal is an earlier one. */
  | { readonly is: 'ahead'; readonly name: EntryName }
  /** The journal has gone on: the folder is an earlier one, or another copy of it. */
  | { readonly is: 'behind' };

type Parts = Pick<RootParts, 'disk' | 'journal' | 'record'>;

/** Null if the root is the folder that was bound and that the journal is about; see `checkRoot`. */
export async function haltOf(parts: Parts): Promise<HaltReason | null> {
  const { disk, record, journal } = parts;
  const halt = await checkRoot(disk, record.rootId, record.folderId);
  if (halt !== null) return halt;
  return (await standingOf(disk, journal)).is === 'known' ? null : 'rootReplaced';
}

/** Where the journal is older than its folder, all is merged anew: nothing is deleted. Whether it was so (T16). */
export async function mergeIfForgotten(parts: Parts & Pick<RootParts, 'log'>): Promise<boolean> {
  const { disk, record, journal, log } = parts;
  if ((await checkRoot(disk, record.rootId, record.folderId)) !== null) return false;
  const standing = await standingOf(disk, journal);
  if (standing.is !== 'ahead') return false;
  journal.transaction(() => {
    journal.forgetTrees();
    journal.setTally({ now: standing.name, next: standing.name });
  });
  log(
    `What was noted about ${record.path} is older than the folder. All is merged anew, and nothing is deleted.`,
  );
  return true;
}

/** Before the root is another folder, a copy of it: whatever that lacks nobody has deleted (S53). */
export function forgetFolder(journal: RootJournal): void {
  journal.transaction(() => {
    journal.forgetTrees();
    journal.setTally(null);
  });
}

const TAKING = new Set<LocalStep['do']>(['move', 'park', 'trash', 'drop', 'setAside']);

/** While much goes on, a folder is told from copies of it that are older than this. */
const MOVES_ON_EVERY_MS = 60_000;

/** Moves the tally of a root on as its loop turns. */
export class TallyKeeper {
  readonly #clock: Clock;
  #movedOnMs: number;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#movedOnMs = clock.monotonicMs();
  }

  /** Just before a plan is carried out: whether the root still is it. What takes something away moves the tally on. */
  async mayDo(parts: Parts & Pick<RootParts, 'random'>, plan: Plan): Promise<boolean> {
    const takes = takesAway(plan);
    const { agreed, local, fetches, ops } = plan;
    if (agreed.length + local.length + fetches.length + ops.length > 0) noteNews(parts);
    if (local.length === 0 && !takes) return true;
    if ((await haltOf(parts)) !== null || (takes && !(await advanceTally(parts)))) return false;
    noteNews(parts);
    return true;
  }

  /** After a round: what has come since is not in an earlier copy of the folder. Best effort: nothing waits for it. */
  async roundEnds(parts: Parts & Pick<RootParts, 'random'>, isAtRest: boolean): Promise<void> {
    const nowMs = this.#clock.monotonicMs();
    if (!hasNews(parts.journal) || (!isAtRest && nowMs - this.#movedOnMs < MOVES_ON_EVERY_MS)) return;
    try {
      if ((await haltOf(parts)) !== null || !(await advanceTally(parts))) return;
      this.#movedOnMs = nowMs;
    } catch (error) {
      if (!isDiskError(error)) throw error;
    }
  }
}

/** Whether an earlier journal would take for somebody's work what a plan does. */
function takesAway({ local, ops }: Pick<Plan, 'local' | 'ops'>): boolean {
  return local.some((step) => TAKING.has(step.do)) || ops.some(({ op }) => op === 'delete' || op === 'move');
}

/** Gives the tally its next name. False: the folder is not the one that the journal is about; nothing may be done. */
export async function advanceTally(parts: Parts & Pick<RootParts, 'random'>): Promise<boolean> {
  const { disk, journal, record, random } = parts;
  const known = journal.tally();
  const now = await knownIn(disk, journal);
  if (now === null && known !== null && known.now !== null) return false;
  // A power cut may still take a name that the journal has not been told of as the last one.
  if (now !== null && now !== known?.now) await makeNamesLast(disk, layout.own);
  const next = nextName(known, random);
  journal.setTally({ now, next });
  if (now === null) await (await disk.createFile(inOwn(next))).close();
  else await disk.rename(inOwn(now), inOwn(next));
  await makeNamesLast(disk, layout.own);
  // The first one may have been made in another folder, which had just come in the place of the root.
  if (now === null && (await checkRoot(disk, record.rootId, record.folderId)) !== null) {
    journal.setTally(known);
    return false;
  }
  // From now on a folder that has the name before, or none, is another one.
  journal.setTally({ now: next, next });
  return true;
}

/** So that a stop before the tally has moved on is made up for by the next start. */
function noteNews({ journal, random }: Pick<RootParts, 'journal' | 'random'>): void {
  const known = journal.tally();
  if (known !== null && known.now === known.next)
    journal.setTally({ now: known.now, next: nextName(known, random) });
}

/** Or there is no tally yet. */
function hasNews(journal: RootJournal): boolean {
  const known = journal.tally();
  return known === null || known.now !== known.next;
}

/** Never one that the journal has had, also where no file got it: a copy of the journal may know that. */
function nextName(known: ReturnType<RootJournal['tally']>, random: Random): EntryName {
  const tag = [...random.bytes(4)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return `${PREFIX}${numberOf(known?.next ?? null) + 1}-${tag}` as EntryName;
}

/** A folder that is bound anew has none. */
export async function removeTallies(disk: Disk): Promise<void> {
  for (const name of await talliesIn(disk)) await disk.unlink(inOwn(name));
}

const PREFIX = 'tally-';
const inOwn = (name: EntryName): RelPath => joinPath(layout.own, name);

function numberOf(name: EntryName | null): number {
  const number = Number.parseInt(name?.slice(PREFIX.length) ?? '0', 10);
  return Number.isSafeInteger(number) ? number : 0;
}

async function standingOf(disk: Disk, journal: RootJournal): Promise<Standing> {
  try {
    if ((await knownIn(disk, journal)) !== null) return { is: 'known' };
    const known = journal.tally();
    const [name] = await talliesIn(disk);
    // One that was to be the first may never have been made.
    if (name === undefined) return { is: known === null || known.now === null ? 'known' : 'behind' };
    return numberOf(name) > numberOf(known?.next ?? null) ? { is: 'ahead', name } : { is: 'behind' };
  } catch (error) {
    if (!isDiskError(error)) throw error;
    return { is: 'behind' };
  }
}

/** The name that the folder has and the journal knows; a stop leaves the one before the last. */
async function knownIn(disk: Disk, journal: RootJournal): Promise<EntryName | null> {
  const known = journal.tally();
  if (known === null) return null;
  for (const name of [known.next, known.now])
    if (name !== null && (await disk.look(inOwn(name))) !== null) return name;
  return null;
}

/** The highest number first; usually one. */
async function talliesIn(disk: Disk): Promise<EntryName[]> {
  const nodes = await disk.list(layout.own).catch((error) => {
    if (!isDiskError(error, 'missing')) throw error;
    return [];
  });
  const names = nodes.flatMap(({ name }) => (name?.startsWith(PREFIX) ? [name as EntryName] : []));
  return names.sort((a, b) => numberOf(b) - numberOf(a));
}
