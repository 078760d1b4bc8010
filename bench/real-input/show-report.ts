import { formatBytes } from '@tidesync/shared/format';
import type { Report } from './sync-input.ts';

/** The figures as people read them, one line an input and one for memory. */
export function reportLines({ inputs, peakBytes }: Report): string[] {
  const rows = inputs.map((one) => {
    const what = `${one.files} files, ${one.folders} folders, ${one.links} links, ${one.executables} executable`;
    const took = `up ${one.upSeconds.toFixed(1)} s, down ${one.downSeconds.toFixed(1)} s`;
    const same = one.differences.length === 0 ? 'all the same' : `${one.differences.length} DIFFERENT`;
    return `${one.name}: ${what}, ${formatBytes(one.bytes)}; ${took}; ${same}`;
  });
  const peaks = Object.entries(peakBytes).map(([name, bytes]) => `${name} ${formatBytes(bytes)}`);
  return [...rows, `peak memory: ${peaks.join(', ')}`];
}
