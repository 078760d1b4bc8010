import type { PackId } from '@tidesync/shared/ids';
import type { Location } from '@tidesync/shared/wire/content';
import { transferLimits } from './transfer-limits.ts';

/** One request to a pack, and the wanted chunks that lie in it. */
export interface PackRange {
  readonly packId: PackId;
  readonly offset: number;
  readonly length: number;
  readonly locations: readonly Location[];
}

/**
 * Groups locations by pack and joins near ones: a gap of at most `rangeGapBytesMax` is read along, and a range
 * has at most `rangeBytesMax`. Ranges come ordered by pack (as first met) and offset.
 */
export function joinRanges(locations: readonly Location[]): PackRange[] {
  const byPack = new Map<PackId, Location[]>();
  for (const location of locations) {
    const inPack = byPack.get(location.packId);
    if (inPack === undefined) byPack.set(location.packId, [location]);
    else inPack.push(location);
  }
  return [...byPack.values()].flatMap(joinInPack);
}

function joinInPack(locations: readonly Location[]): PackRange[] {
  const ranges: PackRange[] = [];
  const ordered = [...locations].sort((a, b) => a.offset - b.offset);
  let run: Location[] = [];
  let start = 0;
  let end = 0;
  for (const location of ordered) {
    const nextEnd = Math.max(end, location.offset + location.storedBytes);
    const near =
      location.offset - end <= transferLimits.rangeGapBytesMax &&
      nextEnd - start <= transferLimits.rangeBytesMax;
    if (run.length > 0 && !near) {
      ranges.push(rangeOf(run, start, end));
      run = [];
    }
    if (run.length === 0) start = location.offset;
    end = run.length === 0 ? location.offset + location.storedBytes : nextEnd;
    run.push(location);
  }
  if (run.length > 0) ranges.push(rangeOf(run, start, end));
  return ranges;
}

function rangeOf(locations: readonly Location[], start: number, end: number): PackRange {
  const { packId } = locations[0] as Location;
  return { packId, offset: start, length: end - start, locations };
}
