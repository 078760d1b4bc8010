import { Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { Mark } from './state-icon.tsx';
import { useKitWords } from './words.tsx';

export interface FrameProps {
  readonly brand: string;
  /** Links of class `ts-nav`, see `NavContent`; a group's name is `ts-side-group`. */
  readonly navigation: ReactNode;
  readonly foot?: ReactNode;
  readonly children: ReactNode;
}

/** Navigation at the start of the line and one page beside it. */
export function PageFrame({ brand, navigation, foot, children }: FrameProps) {
  const words = useKitWords();
  return (
    <div className="ts-frame">
      <button type="button" className="ts-skip" onClick={skipToPage}>
        {words('frame.skip')}
      </button>
      <nav className="ts-side" aria-label={words('frame.navigation')}>
        <div className="ts-brand">
          <Mark />
          <span>{brand}</span>
        </div>
        {navigation}
        {foot === undefined ? null : <div className="ts-side-foot">{foot}</div>}
      </nav>
      <main className="ts-page" id="page" tabIndex={-1}>
        {children}
      </main>
    </div>
  );
}

/** No link to an anchor: the address is the router's. */
function skipToPage(): void {
  document.getElementById('page')?.focus();
}

export interface NavContentProps {
  readonly icon: ReactNode;
  readonly label: string;
  /** Shown if above zero. */
  readonly count?: { readonly shown: string; readonly tone: 'plain' | 'warn' | 'error' } | undefined;
}

/** What stands in a link of the navigation. */
export function NavContent({ icon, label, count }: NavContentProps) {
  return (
    <>
      {icon}
      <span className="ts-cut">{label}</span>
      {count === undefined ? null : (
        <span className="ts-nav-count" data-tone={count.tone}>
          {count.shown}
        </span>
      )}
    </>
  );
}

export interface PageProps {
  readonly title: string;
  readonly actions?: ReactNode;
  /** The content brings its own scrolling and padding, as a long list does. */
  readonly filled?: boolean;
  readonly children: ReactNode;
}

/** A page: its title, what can be done with it, and its content. */
export function Page({ title, actions, filled, children }: PageProps) {
  return (
    <>
      <header className="ts-page-head">
        <Title order={1}>{title}</Title>
        {actions === undefined ? null : <div className="ts-page-actions">{actions}</div>}
      </header>
      <div className="ts-page-body" data-filled={filled ? true : undefined}>
        {children}
      </div>
    </>
  );
}
