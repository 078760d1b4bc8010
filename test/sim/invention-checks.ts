import { isConflictName } from '@tidesync/engine/core/conflict-name';
import type { RelPath } from '@tidesync/shared/names';
import { lastName, TOP } from '@tidesync/shared/names';
import { shortened } from './disk-guards.ts';
import type { Shown } from './disk-texts.ts';
import { filesOf } from './disk-texts.ts';
import { loneWriter, onlyReceives } from './lone-writer.ts';
import type { Deed, DeedPlan, Scenario } from './scenario.ts';
import type { SimDevice } from './sim-device.ts';
import { Violation } from './violation.ts';

/** Of a name that only a step in between has (S20). */
const PARKED = '.tidesync-moving-';
const COPIES_MAX = 2;
const RESTORED = 'restored from a backup';

/** I3 at the end: a device made nothing up. */
export async function checkNoInvention(device: SimDevice, scenario: Scenario): Promise<void> {
  const { name, disk, log } = device;
  const isRestored = scenario.faults.some(({ kind }) => kind === 'restore');
  if (!isRestored && log.some((line) => line.includes(RESTORED)))
    throw new Violation('I3', `${name} says that a backup was restored, and none was`);
  const files = await filesOf(disk, TOP);
  const mayBeSecond = disksMayFail(scenario) || scenario.deeds.some(({ deed }) => deed === 'link');
  if (!mayBeSecond) checkNames(name, mayBeLeft(device, scenario) ? files.filter(isCopy) : files);
  const texts = new Map(files.map(({ path, text }) => [path, text]));
  const parked = [...texts.keys()].find((path) => path.includes(PARKED));
  if (parked !== undefined)
    throw new Violation('I3', `${name} has left ${parked} under a name that only a step has`);
  if (loneWriter(scenario) !== null) checkAlone(device, texts);
  if (onlyReceives(scenario, device.parts.index)) checkReceiver(device, files);
  if (scenario.deeds.some(({ deed }) => deed === 'writeOpen') && !scenario.deeds.some(hasManyNames))
    checkCopies(device, texts);
}

const manyNames = new Set<Deed>(['link', 'bringBack', 'bringBackOne']);
const hasManyNames = ({ deed }: DeedPlan) => manyNames.has(deed);
const isCopy = ({ path }: Shown) => isConflictName(lastName(path));

/** Where nobody works there is nothing to disagree about, however often the disk refuses a file its place. */
function checkReceiver({ name, journal }: SimDevice, files: readonly Shown[]): void {
  const copy = journal.conflicts()[0]?.copyPath ?? files.find(isCopy)?.path;
  if (copy !== undefined) throw new Violation('I3', `${name} made ${copy}, though nobody works at it`);
}

/** What cannot be moved for a while is not copied at every try: a kill may leave a second name, and no more. */
function checkCopies({ name }: SimDevice, texts: ReadonlyMap<RelPath, string>): void {
  const names = new Map<string, number>();
  for (const text of texts.values()) names.set(text, (names.get(text) ?? 0) + 1);
  for (const [text, count] of names)
    if (text !== '' && count > COPIES_MAX)
      throw new Violation('I3', `${name} has ${count} files with ${shortened(text)}`);
}

/** Then the second name that a step has given a file may not go, and comes to light with the next start. */
function disksMayFail({ faults, deeds }: Scenario): boolean {
  const mayFail = faults.some(({ kind }) => kind === 'disk' || kind === 'root' || kind === 'unlistable');
  return mayFail || deeds.some(({ deed }) => deed === 'shut');
}

/**
 * A move that was cut short is finished, whatever others have done since (T20); but where its own person has worked before
 * the engine was back, or what was noted of it is gone, one of the names may be nobody's to remove.
 */
function mayBeLeft({ cutShort }: SimDevice, { faults }: Scenario): boolean {
  const forgets = faults.some(({ kind }) => kind === 'journal');
  return cutShort.isOvertaken || (forgets && faults.some(({ kind }) => kind === 'crash'));
}

/** Where nobody gives a file a second name: with two, who works on the one changes the other. */
function checkNames(device: string, files: readonly Shown[]): void {
  const seen = new Map<string, RelPath>();
  for (const { path, node } of files) {
    const other = seen.get(node.stamp.inode);
    if (other !== undefined)
      throw new Violation('I3', `${device} has left ${other} and ${path}, which are one file`);
    seen.set(node.stamp.inode, path);
  }
}

/** Where one person alone has worked there is nothing to disagree about, and nothing is there twice. */
function checkAlone({ name, journal }: SimDevice, texts: ReadonlyMap<RelPath, string>): void {
  const [conflict] = journal.conflicts();
  if (conflict !== undefined)
    throw new Violation('I3', `${name} made ${conflict.copyPath}, though one person alone has worked`);
  const seen = new Map<string, RelPath>();
  for (const [path, text] of texts) {
    const other = text === '' ? undefined : seen.get(text);
    if (other !== undefined)
      throw new Violation('I3', `${name} has ${shortened(text)} as ${other} and as ${path}`);
    seen.set(text, path);
  }
}
