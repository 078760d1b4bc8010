import type { ReactNode } from 'react';

/** A part that scrolls by itself, reachable by keyboard and named for screen readers. */
export function ScrollBox(props: { className: string; label: string; children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section className={props.className} aria-label={props.label} tabIndex={0}>
      {props.children}
    </section>
  );
}
