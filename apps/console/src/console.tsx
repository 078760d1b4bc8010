import { Text } from '@mantine/core';
import {
  IconChartLine,
  IconDatabase,
  IconDeviceDesktop,
  IconDevices,
  IconFolders,
  IconListDetails,
  IconSettings,
  IconStack2,
  IconTrash,
  IconUsers,
} from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link, Outlet } from '@tanstack/react-router';
import { Failed, Loading } from '@tidesync/ui/loaded.tsx';
import { NavContent, PageFrame } from '@tidesync/ui/page-frame.tsx';
import { problemOf } from '@tidesync/ui/problem-words';
import { QuotaBar } from '@tidesync/ui/quota-bar.tsx';
import { useDoorbells } from './api/doorbells.ts';
import type { Who } from './api/queries.ts';
import { quotaQuery, whoQuery } from './api/queries.ts';
import { unanswered } from './api/server-call.ts';
import { TransferPanel } from './files/transfer-panel.tsx';
import { SignInPage } from './session/sign-in-page.tsx';
import { SignOutButton } from './session/sign-out-button.tsx';
import { useConsoleWords } from './words/use-words.ts';

const ICON = { size: 18, stroke: 1.7, 'aria-hidden': true } as const;

/** Whoever is signed in sees the pages, everyone else the sign-in; the address stays, and is shown afterwards. */
export function Console() {
  const who = useQuery(whoQuery);
  useDoorbells(who.data != null);
  if (who.data === undefined) {
    if (who.error === null) return <Loading />;
    return <Failed problem={problemOf(who.error, unanswered())} retry={who.refetch} />;
  }
  return who.data === null ? <SignInPage /> : <SignedIn who={who.data} />;
}

function SignedIn({ who }: { who: Who }) {
  const words = useConsoleWords();
  return (
    <PageFrame brand={words('brand')} navigation={<Navigation who={who} />} foot={<Foot who={who} />}>
      <Outlet />
      <TransferPanel />
    </PageFrame>
  );
}

const NAV = [
  { to: '/files', word: 'files', Icon: IconFolders },
  { to: '/trash', word: 'trash', Icon: IconTrash },
  { to: '/sessions', word: 'sessions', Icon: IconDevices },
  { to: '/settings', word: 'settings', Icon: IconSettings },
] as const;
const ADMIN_NAV = [
  { to: '/admin', word: 'overview', Icon: IconChartLine },
  { to: '/admin/users', word: 'users', Icon: IconUsers },
  { to: '/admin/devices', word: 'devices', Icon: IconDeviceDesktop },
  { to: '/admin/libraries', word: 'libraries', Icon: IconStack2 },
  { to: '/admin/storage', word: 'storage', Icon: IconDatabase },
  { to: '/admin/audit', word: 'audit', Icon: IconListDetails },
] as const;

function Navigation({ who }: { who: Who }) {
  const words = useConsoleWords();
  return (
    <>
      <NavLinks links={NAV} />
      {who.admin ? (
        <>
          <div className="ts-side-group">{words('nav.admin')}</div>
          <NavLinks links={ADMIN_NAV} />
        </>
      ) : null}
    </>
  );
}

function NavLinks({ links }: { links: typeof NAV | typeof ADMIN_NAV }) {
  const words = useConsoleWords();
  return links.map(({ to, word, Icon }) => (
    <Link
      key={to}
      to={to}
      className="ts-nav"
      activeOptions={{ exact: to === '/admin' }}
      activeProps={{ 'aria-current': 'page' }}
    >
      <NavContent icon={<Icon {...ICON} />} label={words(`nav.${word}`)} />
    </Link>
  ));
}

function Foot({ who }: { who: Who }) {
  const words = useConsoleWords();
  const quota = useQuery(quotaQuery);
  return (
    <>
      {quota.data === undefined ? null : <QuotaBar quota={quota.data} />}
      <Text size="xs" c="dimmed" mt="xs" className="ts-cut">
        {words('nav.signedInAs', { email: who.email })}
      </Text>
      <SignOutButton />
    </>
  );
}
