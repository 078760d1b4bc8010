import { QueryClient } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { storedLanguage } from '@tidesync/ui/looks';
import { UiProvider } from '@tidesync/ui/ui-provider.tsx';
import { createWords } from '@tidesync/ui/words.tsx';
import { ConnectionProvider } from './connection.tsx';
import { router } from './router.tsx';
import { tellShellLanguage } from './shell-language.ts';
import { desktopAr } from './words/desktop-ar.ts';
import { desktopDe } from './words/desktop-de.ts';
import { desktopEn } from './words/desktop-en.ts';

const words = createWords({
  catalogues: { desktop: { en: desktopEn, de: desktopDe, ar: desktopAr } },
  language: storedLanguage(),
});
tellShellLanguage(words);
const queries = new QueryClient({
  defaultOptions: {
    // The engine is on this computer: it answers or it does not, with or without a network.
    queries: { networkMode: 'always', retry: false, refetchOnWindowFocus: false },
    mutations: { networkMode: 'always', retry: false },
  },
});

/** Whoever serves the page has put one there, if its policy asks for one. */
function styleNonce(): string | undefined {
  return document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce;
}

export function App() {
  const nonce = styleNonce();
  return (
    <UiProvider words={words} queries={queries} {...(nonce === undefined ? {} : { styleNonce: nonce })}>
      <ConnectionProvider>
        <RouterProvider router={router} />
      </ConnectionProvider>
    </UiProvider>
  );
}
