import { expect, test } from 'vitest';
import type { IconWish } from './tray-icon-file.ts';
import { trayIconFile } from './tray-icon-file.ts';

const wish: IconWish = { state: 'paused', platform: 'linux', dark: false, monochrome: false };

test.each<[string, Partial<IconWish>, string]>([
  ['colours for each state', {}, 'tray/paused-colour.png'],
  ['also where it is dark', { dark: true }, 'tray/paused-colour.png'],
  ['dark on a light bar', { monochrome: true }, 'tray/paused-dark.png'],
  ['light on a dark bar', { monochrome: true, dark: true }, 'tray/paused-light.png'],
  ["Windows' own kind of file", { platform: 'win32' }, 'tray/paused-colour.ico'],
  ['a template, which macOS colours', { platform: 'darwin', monochrome: true }, 'tray/pausedTemplate.png'],
])('%s', (_what, some, file) => expect(trayIconFile({ ...wish, ...some })).toBe(file));
