import '@mantine/core/styles.css';
import '@mantine/notifications/styles.css';
import '@tidesync/ui/kit.css';
import './console.css';
import { RouterProvider } from '@tanstack/react-router';
import { storedLanguage } from '@tidesync/ui/looks';
import { UiProvider } from '@tidesync/ui/ui-provider.tsx';
import { createWords } from '@tidesync/ui/words.tsx';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { createQueries } from './api/queries.ts';
import { createConsoleRouter } from './router.tsx';
import { consoleAr } from './words/console-ar.ts';
import { consoleDe } from './words/console-de.ts';
import { consoleEn } from './words/console-en.ts';

const queries = createQueries();
const words = createWords({
  catalogues: { console: { en: consoleEn, de: consoleDe, ar: consoleAr } },
  language: storedLanguage(),
});
const router = createConsoleRouter();
const nonce = document.querySelector<HTMLMetaElement>('meta[name="style-nonce"]')?.content ?? '';
// The part that keeps a page from scrolling below a dialog asks for the nonce under this name.
(globalThis as { __webpack_nonce__?: string }).__webpack_nonce__ = nonce;
const root = document.getElementById('root');

if (root !== null) {
  createRoot(root).render(
    <StrictMode>
      <UiProvider words={words} queries={queries} styleNonce={nonce}>
        <RouterProvider router={router} />
      </UiProvider>
    </StrictMode>,
  );
}
