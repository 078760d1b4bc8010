import { Anchor, Button, Group, Text, Title } from '@mantine/core';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { LooksSettings } from '@tidesync/ui/looks-settings.tsx';
import { Mark } from '@tidesync/ui/state-icon.tsx';
import type { ReactNode } from 'react';
import { useState } from 'react';
import { AddFolderForm } from '../add-folder-form.tsx';
import { useStatus } from '../connection.tsx';
import { FinishStep } from '../onboarding/finish-step.tsx';
import { ServerStep } from '../onboarding/server-step.tsx';
import { SignInStep } from '../onboarding/sign-in-step.tsx';
import { useWords } from '../words.ts';

const STEPS = ['server', 'signIn', 'folder', 'finish'] as const;
type Step = (typeof STEPS)[number];

/** From nothing to a folder that is synced: server, sign in, folder, finish. */
export function OnboardingPage() {
  const { session } = useStatus();
  const { server: linked } = useSearch({ strict: false });
  const navigate = useNavigate();
  const [serverUrl, setServerUrl] = useState<string | null>(null);
  const [isFolderChosen, setFolderChosen] = useState(false);
  const isSignedIn = session.is === 'signedIn';
  const step: Step = isSignedIn
    ? isFolderChosen
      ? 'finish'
      : 'folder'
    : serverUrl === null
      ? 'server'
      : 'signIn';
  return (
    <Steps step={step}>
      {step === 'server' ? (
        <ServerStep begin={linked ?? ''} isLinked={linked !== undefined} onFound={setServerUrl} />
      ) : null}
      {step === 'signIn' && serverUrl !== null ? (
        <SignInStep serverUrl={serverUrl} onBack={() => setServerUrl(null)} />
      ) : null}
      {step === 'folder' ? <FolderStep onDone={() => setFolderChosen(true)} /> : null}
      {step === 'finish' ? <FinishStep onDone={() => void navigate({ to: '/' })} /> : null}
    </Steps>
  );
}

function Steps({ step, children }: { step: Step; children: ReactNode }) {
  const words = useWords();
  const { session } = useStatus();
  const why = session.is === 'signedOut' ? session.why : null;
  return (
    <main className="td-steps">
      <div className="td-steps-head">
        <Mark sizePx={32} />
        <Title order={1}>{words('onboarding.title')}</Title>
      </div>
      {why === 'revoked' || why === 'copied' ? (
        <Text c="var(--ts-warn)">{words(`onboarding.${why}`)}</Text>
      ) : null}
      <ol className="td-steps-where">
        {STEPS.map((one, index) => (
          <li key={one} aria-current={one === step ? 'step' : undefined}>
            {index + 1}. {words(`onboarding.${one}`)}
          </li>
        ))}
      </ol>
      {children}
      <Foot />
    </main>
  );
}

/** Whoever cannot read this has to find the language first. */
function Foot() {
  const words = useWords();
  const [isOpen, setOpen] = useState(false);
  return (
    <Group gap="md" mt="auto" align="flex-start">
      {isOpen ? (
        <LooksSettings />
      ) : (
        <Button variant="default" onClick={() => setOpen(true)}>
          {words('onboarding.looks')}
        </Button>
      )}
      <Anchor size="sm" mt={6} renderRoot={(props) => <Link to="/diagnose" {...props} />}>
        {words('nav.diagnose')}
      </Anchor>
    </Group>
  );
}

function FolderStep({ onDone }: { onDone: () => void }) {
  const words = useWords();
  return (
    <>
      <div>
        <Title order={2}>{words('onboarding.folderTitle')}</Title>
        <Text c="dimmed">{words('onboarding.folderWhy')}</Text>
      </div>
      <AddFolderForm
        onAdded={onDone}
        other={
          <Button variant="default" onClick={onDone}>
            {words('onboarding.skip')}
          </Button>
        }
      />
    </>
  );
}
