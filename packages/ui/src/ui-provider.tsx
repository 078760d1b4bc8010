import { DirectionProvider, MantineProvider, useDirection } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { Notifications } from '@mantine/notifications';
import type { QueryClient } from '@tanstack/react-query';
import { QueryClientProvider } from '@tanstack/react-query';
import type { i18n } from 'i18next';
import type { ReactNode } from 'react';
import { useEffect } from 'react';
import { useLooks, usePageAttributes } from './looks.ts';
import { cssVariables, theme } from './theme.ts';
import { useLanguage, WordsProvider } from './words.tsx';

export interface UiProviderProps {
  readonly words: i18n;
  readonly queries: QueryClient;
  /** For style elements, where a policy asks for it. */
  readonly styleNonce?: string;
  readonly children: ReactNode;
}

/** Everything that the kit's parts need around them: theme, words, direction, queries, notifications. */
export function UiProvider({ words, queries, styleNonce, children }: UiProviderProps) {
  // What keeps the page behind a dialog still makes a style sheet of its own, and looks for the nonce under this name.
  if (styleNonce !== undefined) Object.assign(globalThis, { __webpack_nonce__: styleNonce });
  return (
    <QueryClientProvider client={queries}>
      <WordsProvider words={words}>
        <DirectionProvider>
          <Themed {...(styleNonce === undefined ? {} : { styleNonce })}>{children}</Themed>
        </DirectionProvider>
      </WordsProvider>
    </QueryClientProvider>
  );
}

function Themed({ styleNonce, children }: { styleNonce?: string; children: ReactNode }) {
  const [looks] = useLooks();
  const { language, direction } = useLanguage();
  const { setDirection } = useDirection();
  const asked = useMediaQuery('(prefers-contrast: more)') ?? false;
  usePageAttributes({ contrast: looks.contrast === 'more' || asked, language, direction });
  useEffect(() => setDirection(direction), [direction, setDirection]);
  return (
    <MantineProvider
      theme={theme}
      cssVariablesResolver={cssVariables}
      defaultColorScheme="auto"
      {...(looks.scheme === 'auto' ? {} : { forceColorScheme: looks.scheme })}
      {...(styleNonce === undefined ? {} : { getStyleNonce: () => styleNonce })}
    >
      <Notifications position="bottom-right" limit={3} />
      {children}
    </MantineProvider>
  );
}
