import type { Deed, Fault, Scenario } from './scenario.ts';
import { isAsked } from './scenario.ts';

/**
 * What is somebody's work as well, or changes what is on a disk or on the server by itself. An engine that is killed
 * just when it has put a file in its place does not know afterwards whose it is.
 */
const others = new Set<Fault['kind']>([
  'meddle',
  'restore',
  'rude',
  'root',
  'unlistable',
  'disk',
  'jobs',
  'crash',
  'journal',
  'policy',
  'mount',
]);

const special = new Set<Deed>([
  'ignore',
  'shut',
  'link',
  'writeOpen',
  'keepOpen',
  'carryOff',
  'bringBack',
  'bringBackOne',
]);

/**
 * The device of the only person who does anything in a world, with exact disks and nothing that changes data but that
 * person; null where there is no such one. Then every change on that disk, every conflict and every copy is nobody's.
 */
export function loneWriter(scenario: Scenario): number | null {
  return loneUnless(scenario, ({ kind }) => others.has(kind));
}

/**
 * Whether a device shows what the only person, elsewhere, has done, and nothing else, where all that goes wrong on its
 * disk is that files are refused their names.
 */
export function onlyReceives(scenario: Scenario, index: number): boolean {
  const writer = loneUnless(scenario, (fault) => {
    const isRefusal = fault.kind === 'disk' && (fault.at === 'place' || fault.at === 'back');
    return others.has(fault.kind) && !isRefusal;
  });
  return writer !== null && writer !== index;
}

function loneUnless(
  { deeds, faults, devices, viewers, quotaBytes }: Scenario,
  isOther: (fault: Fault) => boolean,
): number | null {
  const [first] = deeds;
  if (first === undefined || viewers > 0 || quotaBytes !== null) return null;
  const isAlone =
    deeds.every(({ device, deed }) => device === first.device && !special.has(deed) && !isAsked(deed)) &&
    devices.every(({ disk }) => disk === 'linux') &&
    !faults.some(isOther);
  return isAlone ? first.device : null;
}
