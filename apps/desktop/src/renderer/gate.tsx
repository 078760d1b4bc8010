import { Navigate, Outlet, useNavigate, useRouterState } from '@tanstack/react-router';
import { Loading } from '@tidesync/ui/loaded.tsx';
import { useEffect, useState } from 'react';
import { bridge } from './bridge.ts';
import { useConnection } from './connection.tsx';
import { DownPage } from './down-page.tsx';
import { Frame } from './frame.tsx';

/** What an engine that is being started anew may take before the page says that it is gone. */
const PATIENCE_MS = 2_500;

/** Which of the whole there is to be seen: the engine is down, nobody is signed in, or the pages. */
export function Gate() {
  const connection = useConnection();
  const path = useRouterState({ select: (state) => state.location.pathname });
  const isGone = useGoneFor(connection.is === 'lost', PATIENCE_MS);
  useGoTo();
  if (connection.is === 'connecting') return <Loading />;
  if (connection.is === 'lost' && (isGone || connection.last === null)) return <DownPage />;
  const status = connection.is === 'live' ? connection.status : connection.last;
  if (status === null) return <DownPage />;
  if (status.session.is === 'signedOut' && !['/onboarding', '/settings', '/diagnose'].includes(path)) {
    return <Navigate to="/onboarding" replace />;
  }
  if (path === '/onboarding') return <Outlet />;
  return (
    <Frame isStale={connection.is === 'lost'}>
      <Outlet />
    </Frame>
  );
}

function useGoneFor(isLost: boolean, patienceMs: number): boolean {
  const [isGone, setGone] = useState(false);
  useEffect(() => {
    if (!isLost) {
      setGone(false);
      return;
    }
    const timer = setTimeout(() => setGone(true), patienceMs);
    return () => clearTimeout(timer);
  }, [isLost, patienceMs]);
  return isGone;
}

/** Where the tray's menu and links lead. A link's server waits on the first page for a person's yes. */
function useGoTo(): void {
  const navigate = useNavigate();
  useEffect(
    () =>
      bridge?.onGoTo((goTo) => {
        if (goTo.to === 'connect') void navigate({ to: '/onboarding', search: { server: goTo.serverUrl } });
        else void navigate({ to: goTo.place === 'home' ? '/' : `/${goTo.place}` } as never);
      }),
    [navigate],
  );
}
