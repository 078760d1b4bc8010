import type { AppState } from '@tidesync/shared/app-state';
import type { ShapePart } from './state-shapes.ts';
import { MARK_SHAPE, SHAPE_FIELD, SHAPE_LINE_WIDTH, STATE_SHAPES } from './state-shapes.ts';

/** A state's shape in its colour. Decoration: the state stands beside it in words. */
export function StateIcon({ state, sizePx = 16 }: { state: AppState; sizePx?: number }) {
  return <Shape parts={STATE_SHAPES[state]} sizePx={sizePx} className={`ts-state ts-state-${state}`} />;
}

export function Mark({ sizePx = 24 }: { sizePx?: number }) {
  return <Shape parts={MARK_SHAPE} sizePx={sizePx} className="ts-mark" />;
}

function Shape(props: { parts: readonly ShapePart[]; sizePx: number; className: string }) {
  return (
    <svg
      aria-hidden="true"
      className={props.className}
      viewBox={`0 0 ${SHAPE_FIELD} ${SHAPE_FIELD}`}
      width={props.sizePx}
      height={props.sizePx}
      fill="none"
      strokeWidth={SHAPE_LINE_WIDTH}
      strokeLinecap="round"
      strokeLinejoin="round"
    >
      {props.parts.map(({ d, as, dash }) =>
        as === 'area' ? (
          <path key={d} d={d} fill="currentColor" />
        ) : (
          <path key={d} d={d} stroke="currentColor" strokeDasharray={dash} />
        ),
      )}
    </svg>
  );
}
