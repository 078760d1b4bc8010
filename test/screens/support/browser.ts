import type { Browser, Page } from 'playwright-core';
import { chromium } from 'playwright-core';
import { chromiumHere } from '../../../tools/desktop/find-chromium.ts';

export function launchBrowser(): Promise<Browser> {
  const executablePath = chromiumHere();
  if (executablePath === null)
    throw new Error('Chromium is missing. Install it: `npm run setup -- --system`.');
  // In a container there is no sandbox of the system for it, and the pages are our own.
  return chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
}

/** What the page complains about: a test that leaves something here has failed. */
export function complaintsOf(page: Page): string[] {
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(`error: ${error.message}`));
  page.on('console', (message) => {
    // A refusal of the engine is an answer, which the page shows.
    if (message.text().startsWith('Failed to load resource')) return;
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  return complaints;
}
