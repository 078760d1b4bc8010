import { formatBytes } from '@tidesync/shared/format';
import type { Figure } from './figures.ts';
import type { Outcome } from './run-scenario.ts';
import { bothWays } from './world/measure.ts';

/** Over the runs of one scenario. */
interface Spread {
  readonly min: number;
  readonly median: number;
  readonly max: number;
}

export function spreadOf(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (index: number) => sorted[index] ?? 0;
  return { min: at(0), median: at(Math.floor((sorted.length - 1) / 2)), max: at(sorted.length - 1) };
}

const LABEL_COLUMNS = 44;

/** All runs of one scenario as people read them: medians, and in brackets the lowest and highest of the runs. */
export function scenarioLines(runs: readonly Outcome[]): string[] {
  const [first] = runs;
  if (first === undefined) return [];
  const wrong = runs.flatMap(({ checks }) => checks.filter(({ holds }) => !holds));
  const count = first.checks.length * runs.length;
  return [
    '',
    `── ${first.name}: ${first.title}`,
    ...first.figures.map((figure) => figureLine(figure, runs)),
    ...useLines(runs),
    ...trafficLines(runs),
    wrong.length === 0
      ? row('holds', `all of ${count} checks`)
      : row('DOES NOT HOLD', `${wrong.length} of ${count} checks`),
    ...wrong.map(({ what, found }) => `      ${what}: ${found}`),
  ];
}

const row = (label: string, text: string) => `  ${label.padEnd(LABEL_COLUMNS)} ${text}`;

function figureLine(figure: Figure, runs: readonly Outcome[]): string {
  const same = runs.flatMap(({ figures }) => figures.filter(({ label }) => label === figure.label));
  if (figure.is === 'number') {
    const values = same.flatMap((one) => (one.is === 'number' ? [one.value] : []));
    return row(figure.label, `${spreadText(values, plain)} ${figure.unit}`.trimEnd());
  }
  const all = same.flatMap((one) => (one.is === 'times' ? [one] : []));
  const parts = (['p50', 'p95', 'p99'] as const).map(
    (name) =>
      `${name} ${spreadText(
        all.map((one) => one[name]),
        milliseconds,
      )}`,
  );
  return row(figure.label, `${parts.join('   ')}   (${figure.count})`);
}

function spreadText(values: readonly number[], show: (value: number) => string): string {
  const { min, median, max } = spreadOf(values);
  return values.length < 2 ? show(median) : `${show(median)} [${show(min)} … ${show(max)}]`;
}

const plain = (value: number) =>
  value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);

const milliseconds = (ms: number) => (ms >= 10_000 ? `${(ms / 1_000).toFixed(1)} s` : `${plain(ms)} ms`);

function useLines(runs: readonly Outcome[]): string[] {
  const names = runs[0]?.measured.uses.map(({ name }) => name) ?? [];
  const seconds = runs.map(({ measured }) => measured.seconds);
  const lines = names.map((name) => {
    const uses = runs.flatMap(({ measured }) => measured.uses.filter((use) => use.name === name));
    const peak = spreadText(
      uses.map(({ peakBytes }) => peakBytes),
      formatBytes,
    );
    const cpu = spreadText(
      uses.map(({ cpuSeconds }) => cpuSeconds),
      (value) => `${value.toFixed(1)} s`,
    );
    return row(`  ${name}`, `memory at most ${peak}, CPU ${cpu}`);
  });
  const others = runs.map(({ measured }) => measured.othersCpuSeconds);
  const inSeconds = (values: readonly number[]) => spreadText(values, (value) => `${value.toFixed(1)} s`);
  return [
    row('took', inSeconds(seconds)),
    ...lines,
    row('  other programs on this machine', `CPU ${inSeconds(others)}`),
  ];
}

function trafficLines(runs: readonly Outcome[]): string[] {
  const of = (one: (outcome: Outcome) => number) => spreadText(runs.map(one), formatBytes);
  const traffic = (part: keyof Outcome['measured']['traffic']) =>
    of(({ measured }) => bothWays(measured.traffic[part]));
  const lines = [
    row(
      'between clients and servers, metadata',
      of(({ metadataBytes }) => metadataBytes),
    ),
  ];
  if (runs.every(({ contentBytes }) => contentBytes > 0)) {
    lines.push(
      row(
        '  for content of',
        of(({ contentBytes }) => contentBytes),
      ),
    );
    const shares = runs.map(({ metadataBytes, contentBytes }) => metadataBytes / contentBytes);
    lines.push(
      row(
        '  metadata per byte of content',
        spreadText(shares, (share) => share.toPrecision(2)),
      ),
    );
  }
  const hasDatabase = runs.some(({ measured }) => bothWays(measured.traffic.database) > 0);
  if (!hasDatabase) return lines;
  const others = `database ${traffic('database')}, store ${traffic('objects')}, events ${traffic('events')}`;
  return [...lines, row('between servers and', others)];
}
