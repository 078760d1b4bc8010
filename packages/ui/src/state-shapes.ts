import type { AppState } from '@tidesync/shared/app-state';

/** One stroke or area of a shape, on a field of 16 by 16. */
export interface ShapePart {
  readonly d: string;
  /** Drawn as a line of `SHAPE_LINE_WIDTH`, or filled. */
  readonly as: 'line' | 'area';
  /** Of a line: lengths of dash and gap. */
  readonly dash?: string;
}

export const SHAPE_FIELD = 16;
export const SHAPE_LINE_WIDTH = 1.6;

const RING = 'M8 2a6 6 0 1 1 0 12a6 6 0 1 1 0-12z';

/** The nine states, told apart by shape alone: nobody has to see colours, and a tray may have none. */
export const STATE_SHAPES: Readonly<Record<AppState, readonly ShapePart[]>> = {
  upToDate: [
    { d: RING, as: 'line' },
    { d: 'M5.2 8.2l2 2l3.7-4', as: 'line' },
  ],
  // The mark's two arcs, each with the head of an arrow.
  syncing: [
    { d: 'M2.4 7.2A5.7 5.7 0 0 1 12.6 4.7M12.9 1.9v3h-3', as: 'line' },
    { d: 'M13.6 8.8A5.7 5.7 0 0 1 3.4 11.3M3.1 14.1v-3h3', as: 'line' },
  ],
  paused: [{ d: 'M4 2.8h2.6v10.4H4zM9.4 2.8H12v10.4H9.4z', as: 'area' }],
  offline: [{ d: RING, as: 'line', dash: '0.1 3.04' }],
  attention: [
    { d: 'M8 2.2L14.4 13.4H1.6z', as: 'line' },
    { d: 'M8 6.4v3.2M8 11.3v0.3', as: 'line' },
  ],
  error: [{ d: 'M3.4 3.4l9.2 9.2M12.6 3.4l-9.2 9.2', as: 'line' }],
  quotaFull: [
    { d: RING, as: 'line' },
    { d: 'M8 4.6a3.4 3.4 0 1 1 0 6.8a3.4 3.4 0 1 1 0-6.8z', as: 'area' },
  ],
  signedOut: [
    { d: 'M8 2.2a2.9 2.9 0 1 1 0 5.8a2.9 2.9 0 1 1 0-5.8z', as: 'line' },
    { d: 'M2.6 14c0-2.6 2.3-3.9 5.4-3.9s5.4 1.3 5.4 3.9', as: 'line' },
  ],
  engineDown: [
    { d: RING, as: 'line' },
    { d: 'M3.9 12.1l8.2-8.2', as: 'line' },
  ],
};

/** The mark: two arcs that meet, a tide line. On the same field. */
export const MARK_SHAPE: readonly ShapePart[] = [
  { d: 'M1.6 10.2c2.2-4.6 5-4.6 6.4-0.6c1.4 4 4.2 4 6.4-0.6', as: 'line' },
  { d: 'M1.6 6.2c2.2-4.6 5-4.6 6.4-0.6c1.4 4 4.2 4 6.4-0.6', as: 'line' },
];

/** A shape as the text of an SVG, in one colour. */
export function shapeSvg(parts: readonly ShapePart[], colour: string, sizePx: number): string {
  const drawn = parts.map(({ d, as, dash }) =>
    as === 'area'
      ? `<path d="${d}" fill="${colour}"/>`
      : `<path d="${d}" fill="none" stroke="${colour}" stroke-width="${SHAPE_LINE_WIDTH}" stroke-linecap="round" ` +
        `stroke-linejoin="round"${dash === undefined ? '' : ` stroke-dasharray="${dash}"`}/>`,
  );
  const field = `viewBox="0 0 ${SHAPE_FIELD} ${SHAPE_FIELD}" width="${sizePx}" height="${sizePx}"`;
  return `<svg xmlns="http://www.w3.org/2000/svg" ${field}>${drawn.join('')}</svg>`;
}
