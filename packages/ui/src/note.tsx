import { IconAlertTriangle, IconInfoCircle, IconX } from '@tabler/icons-react';
import type { ReactNode } from 'react';

export type Tone = 'info' | 'warn' | 'error';

const ICONS = { info: IconInfoCircle, warn: IconAlertTriangle, error: IconX } as const;
const COLOURS = { info: 'var(--ts-busy)', warn: 'var(--ts-warn)', error: 'var(--ts-error)' } as const;

/** A few sentences that stand out. `alert`: a screen reader says them as soon as they appear. */
export function Note(props: { tone: Tone; alert?: boolean; children: ReactNode }) {
  const Icon = ICONS[props.tone];
  return (
    <div className="ts-note" data-tone={props.tone} role={props.alert ? 'alert' : undefined}>
      <Icon size={18} stroke={1.8} color={COLOURS[props.tone]} style={{ flex: 'none' }} aria-hidden="true" />
      <div style={{ minWidth: 0, flex: 1 }}>{props.children}</div>
    </div>
  );
}
