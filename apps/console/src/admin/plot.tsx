import 'uplot/dist/uPlot.min.css';
import { Text, useComputedColorScheme } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import { useFormats } from '@tidesync/ui/words.tsx';
import { useEffect, useRef } from 'react';
import UPlot from 'uplot';

export interface PlotLine {
  readonly label: string;
  /** Null where nothing is known. */
  readonly values: readonly (number | null)[];
}

export interface PlotProps {
  readonly title: string;
  /** Milliseconds since 1970, rising. */
  readonly timesMs: readonly number[];
  readonly lines: readonly PlotLine[];
  readonly shown: (value: number) => string;
}

const HEIGHT_PX = 150;
const DAY_MS = 24 * 3_600_000;
/** Told apart by their dashes as well as by their colours. */
const STROKES = [
  { variable: '--ts-busy', dash: [] },
  { variable: '--ts-warn', dash: [6, 3] },
  { variable: '--ts-ok', dash: [2, 2] },
] as const;

/** Lines over time, with the latest values in words. */
export function Plot({ title, timesMs, lines, shown }: PlotProps) {
  const { ref, width } = useElementSize();
  const latest = lines.map(({ label, values }) => {
    const value = values.findLast((one) => one !== null);
    return { label, text: value === undefined || value === null ? '–' : shown(value) };
  });
  return (
    <figure className="tc-plot" aria-label={title}>
      <figcaption>
        <Text fw={600}>{title}</Text>
        <div className="tc-legend">
          {latest.map(({ label, text }, index) => (
            <Text key={label} size="xs">
              <Key index={index} /> {label}: <strong>{text}</strong>
            </Text>
          ))}
        </div>
      </figcaption>
      <div ref={ref} className="tc-canvas" aria-hidden="true">
        {width > 0 ? <Canvas width={width} timesMs={timesMs} lines={lines} shown={shown} /> : null}
      </div>
    </figure>
  );
}

function Key({ index }: { index: number }) {
  const { variable, dash } = strokeOf(index);
  return (
    <svg width={18} height={8} aria-hidden="true">
      <line
        x1={0}
        y1={4}
        x2={18}
        y2={4}
        stroke={`var(${variable})`}
        strokeWidth={2}
        strokeDasharray={dash.join(' ')}
      />
    </svg>
  );
}

const strokeOf = (index: number) => STROKES[index % STROKES.length] ?? STROKES[0];

function Canvas({ width, timesMs, lines, shown }: Omit<PlotProps, 'title'> & { width: number }) {
  const place = useRef<HTMLDivElement>(null);
  const formats = useFormats();
  // Colours are read from the page, so another scheme draws anew.
  const scheme = useComputedColorScheme();
  useEffect(() => {
    const target = place.current;
    if (target === null || scheme === undefined) return;
    const styles = getComputedStyle(document.documentElement);
    const colour = (variable: string) => styles.getPropertyValue(variable).trim();
    const span = (timesMs.at(-1) ?? 0) - (timesMs[0] ?? 0);
    const axis = {
      stroke: colour('--ts-quiet'),
      grid: { stroke: colour('--ts-line'), width: 1 },
      ticks: { show: false },
      font: '11px system-ui',
    };
    const time = (seconds: number) =>
      span > 2 * DAY_MS ? formats.date(seconds * 1_000) : formats.time(seconds * 1_000);
    const plot = new UPlot(
      {
        width,
        height: HEIGHT_PX,
        legend: { show: false },
        cursor: { show: false },
        series: [
          {},
          ...lines.map(({ label }, index) => {
            const { variable, dash } = strokeOf(index);
            return { label, stroke: colour(variable), width: 2, dash: [...dash], spanGaps: true };
          }),
        ],
        axes: [
          { ...axis, values: (_, splits) => splits.map(time) },
          { ...axis, size: 70, values: (_, splits) => splits.map(shown) },
        ],
        scales: { y: { range: (_, __, highest) => [0, Math.max(1, highest ?? 1) * 1.08] } },
      },
      [timesMs.map((atMs) => atMs / 1_000), ...lines.map(({ values }) => [...values])],
      target,
    );
    return () => plot.destroy();
  }, [width, timesMs, lines, shown, formats, scheme]);
  return <div ref={place} dir="ltr" />;
}
