import { useHotkeys } from '@mantine/hooks';
import {
  IconActivity,
  IconAlertTriangle,
  IconArrowsSplit2,
  IconFiles,
  IconHome,
  IconHourglass,
  IconSearch,
  IconSettings,
  IconStethoscope,
  IconTrash,
} from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { NavContent, PageFrame } from '@tidesync/ui/page-frame.tsx';
import { QuotaBar } from '@tidesync/ui/quota-bar.tsx';
import { useFormats } from '@tidesync/ui/words.tsx';
import type { ReactNode } from 'react';
import { useState } from 'react';
import { useStatus } from './connection.tsx';
import { SearchDialog } from './search/search-dialog.tsx';
import { useWords } from './words.ts';

const ICON = { size: 17, stroke: 1.7, 'aria-hidden': true } as const;

/** Navigation, with what needs somebody counted, and the page beside it. */
export function Frame({ isStale, children }: { isStale: boolean; children: ReactNode }) {
  const words = useWords();
  const status = useStatus();
  return (
    <PageFrame
      brand="Tidesync"
      navigation={<Navigation />}
      foot={status.quota === null ? null : <QuotaBar quota={status.quota} />}
    >
      {isStale ? (
        <div className="ts-stale" role="status">
          {words('frame.reconnecting')}
        </div>
      ) : null}
      {children}
    </PageFrame>
  );
}

function Navigation() {
  const words = useWords();
  const counts = useCounts();
  const [isSearching, search] = useState(false);
  // In text fields, too.
  useHotkeys([['mod+K', () => search(true)]], []);
  return (
    <>
      <button
        type="button"
        className="ts-nav td-search"
        aria-keyshortcuts="Control+K Meta+K"
        onClick={() => search(true)}
      >
        <NavContent icon={<IconSearch {...ICON} />} label={words('search.open')} />
      </button>
      <SearchDialog opened={isSearching} onClose={() => search(false)} />
      <Link to="/" className="ts-nav">
        <NavContent icon={<IconHome {...ICON} />} label={words('nav.home')} />
      </Link>
      <Link to="/files" className="ts-nav">
        <NavContent icon={<IconFiles {...ICON} />} label={words('nav.files')} />
      </Link>
      <Link to="/activity" search={{ show: 'all' }} className="ts-nav">
        <NavContent icon={<IconActivity {...ICON} />} label={words('nav.activity')} />
      </Link>
      <Link to="/trash" className="ts-nav">
        <NavContent icon={<IconTrash {...ICON} />} label={words('nav.trash')} />
      </Link>
      <div className="ts-side-group">{words('nav.attention')}</div>
      <Link to="/conflicts" className="ts-nav">
        <NavContent
          icon={<IconArrowsSplit2 {...ICON} />}
          label={words('nav.conflicts')}
          count={counts.conflicts}
        />
      </Link>
      <Link to="/problems" className="ts-nav">
        <NavContent
          icon={<IconAlertTriangle {...ICON} />}
          label={words('nav.problems')}
          count={counts.problems}
        />
      </Link>
      <Link to="/held" className="ts-nav">
        <NavContent icon={<IconHourglass {...ICON} />} label={words('nav.held')} count={counts.held} />
      </Link>
      <div className="ts-side-group">{words('nav.app')}</div>
      <Link to="/settings" className="ts-nav">
        <NavContent icon={<IconSettings {...ICON} />} label={words('nav.settings')} />
      </Link>
      <Link to="/diagnose" className="ts-nav">
        <NavContent icon={<IconStethoscope {...ICON} />} label={words('nav.diagnose')} />
      </Link>
    </>
  );
}

type Count = { readonly shown: string; readonly tone: 'warn' | 'error' } | undefined;

/** What waits for somebody; nothing is shown for zero. */
function useCounts(): Record<'conflicts' | 'problems' | 'held', Count> {
  const { roots } = useStatus();
  const formats = useFormats();
  const halted = roots.filter(({ state }) => state === 'halted').length;
  const sum = (of: (root: (typeof roots)[number]) => number) =>
    roots.reduce((all, root) => all + of(root), 0);
  const count = (n: number, tone: 'warn' | 'error'): Count =>
    n === 0 ? undefined : { shown: formats.count(n), tone };
  return {
    conflicts: count(
      sum(({ conflicts }) => conflicts),
      'warn',
    ),
    problems: count(sum(({ troubles }) => troubles) + halted, halted > 0 ? 'error' : 'warn'),
    held: count(
      sum(({ heldDeletes }) => heldDeletes),
      'warn',
    ),
  };
}
