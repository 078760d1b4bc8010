import { CSP_NONCE_PLACEHOLDER } from '@tidesync/shared/screens-bundle';
import react from '@vitejs/plugin-react';

/** What the screens are built with, for the app and for a browser alike. */
export const screensBuild = {
  html: { cspNonce: CSP_NONCE_PLACEHOLDER },
  plugins: [react()],
};

/** The oldest Chromium that shows them is that of the oldest Electron. */
export const screensOutput = {
  target: 'chrome108',
  cssTarget: 'chrome108',
  // A data: URL is a resource that the page's policy would have to allow.
  assetsInlineLimit: 0,
} as const;
