import { Anchor, Button, Group, Stack, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { EngineStatus } from '@tidesync/shared/wire/engine';
import type { EngineAbout } from '@tidesync/shared/wire/engine-screens';
import { Loaded } from '@tidesync/ui/loaded.tsx';
import { Page } from '@tidesync/ui/page-frame.tsx';
import { CopyDetails } from '@tidesync/ui/problem-view.tsx';
import { useFormats } from '@tidesync/ui/words.tsx';
import { UNANSWERED, useAsked, useOrder } from '../ask.tsx';
import { bridge } from '../bridge.ts';
import { useStatus } from '../connection.tsx';
import { engine } from '../engine.ts';
import { useShellFacts } from '../shell-settings.ts';
import { VerifyView } from '../verify-view.tsx';
import { useWords } from '../words.ts';
import { Section } from './settings-page.tsx';

/** What is running here, whether what is synced is whole, and what to send along with a question. */
export function DiagnosePage() {
  const words = useWords();
  const about = useAsked(['about'], () => engine.about.query());
  const status = useStatus();
  return (
    <Page title={words('nav.diagnose')}>
      <Stack gap="xl" className="ts-column">
        {status.session.is === 'signedOut' ? (
          <Anchor size="sm" renderRoot={(props) => <Link to="/onboarding" {...props} />}>
            {words('diagnose.toSignIn')}
          </Anchor>
        ) : null}
        <Section title={words('diagnose.engine')}>
          <Loaded query={about} unanswered={UNANSWERED}>
            {(facts) => <About about={facts} status={status} />}
          </Loaded>
        </Section>
        <Section title={words('diagnose.check')}>
          <VerifyView />
        </Section>
      </Stack>
    </Page>
  );
}

function About({ about, status }: { about: EngineAbout; status: EngineStatus }) {
  const words = useWords();
  const formats = useFormats();
  const shell = useShellFacts();
  const restart = useOrder(async () => {
    await engine.shutdown.mutate();
    await bridge?.startEngine();
  });
  const rows: [string, string][] = [
    [words('diagnose.version'), about.version],
    [words('diagnose.pid'), String(about.pid)],
    [words('diagnose.started'), formats.dateTime(about.startedMs)],
    [words('diagnose.memory'), formats.bytes(about.memoryBytes)],
    [words('diagnose.node'), about.nodeVersion],
    [words('diagnose.system'), about.system],
    [words('diagnose.home'), about.homePath],
  ];
  if (shell !== null) {
    const { appVersion, electronVersion, chromiumVersion } = shell;
    rows.push([
      words('diagnose.app'),
      `${appVersion} (Electron ${electronVersion}, Chromium ${chromiumVersion})`,
    ]);
  }
  return (
    <Stack gap="sm">
      <dl className="td-facts">
        {rows.map(([name, value]) => (
          <div key={name} style={{ display: 'contents' }}>
            <dt>{name}</dt>
            <dd>
              <bdi>{value}</bdi>
            </dd>
          </div>
        ))}
      </dl>
      <Group gap="xs">
        <CopyDetails text={reportOf(about, status)} />
        {bridge === null ? null : (
          <Button variant="default" loading={restart.isPending} onClick={() => restart.mutate(undefined)}>
            {words('diagnose.restart')}
          </Button>
        )}
      </Group>
      <Text size="xs" c="dimmed">
        {words('diagnose.copyHint')}
      </Text>
    </Stack>
  );
}

/** No names, paths, addresses or e-mails: counts and states alone. */
function reportOf(about: EngineAbout, status: EngineStatus): string {
  const { version, nodeVersion, system, startedMs, memoryBytes } = about;
  const roots = status.roots.map(
    ({ state, halt, entries, waiting, troubles, conflicts, heldDeletes, lastCheck }) => ({
      ...{ state, halt, entries, waiting, troubles, conflicts, heldDeletes, lastCheck },
    }),
  );
  const session =
    status.session.is === 'signedIn' ? { is: 'signedIn', online: status.session.online } : status.session;
  return JSON.stringify({ version, nodeVersion, system, startedMs, memoryBytes, session, roots }, null, 2);
}
