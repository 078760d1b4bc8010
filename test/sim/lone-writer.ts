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

const special = new Set<Deed>(['ignore', 'shut', 'link', 'writeOpen', 'carryOff', 'bringBack']);

/**
 * The device of the only person who does anything in a world, with exact disks and nothing that changes data but that
 * person; null where there is no such one. Then every change on that disk, every conflict and every copy is nobody's.
 */
export function loneWriter({ deeds, faults, devices, viewers, quotaBytes }: Scenario): number | null {
  const [first] = deeds;
  if (first === undefined || viewers > 0 || quotaBytes !== null) return null;
  const isAlone =
    deeds.every(({ device, deed }) => device === first.device && !special.has(deed) && !isAsked(deed)) &&
    devices.every(({ disk }) => disk === 'linux') &&
    !faults.some(({ kind }) => others.has(kind));
  return isAlone ? first.device : null;
}
