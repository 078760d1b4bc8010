// Draws the tray's and the app's icons from the shapes that the screens use, so that a state looks the same everywhere.

import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { AppState } from '@tidesync/shared/app-state';
import { APP_STATES } from '@tidesync/shared/app-state';
import { MARK_SHAPE, STATE_SHAPES } from '@tidesync/ui/state-shapes';
import type { Colour, Picture } from './raster.ts';
import { colourOf, distanceToShape, distanceToTile, icnsOf, icoOf, paint, pngOf } from './raster.ts';

const GREY = '#8f99a3';
/** Seen on light bars and on dark ones. */
const STATE_COLOURS: Readonly<Record<AppState, string>> = {
  upToDate: '#2f9e44',
  syncing: '#1098ad',
  paused: GREY,
  offline: GREY,
  attention: '#f08c00',
  error: '#e03131',
  quotaFull: '#e8590c',
  signedOut: GREY,
  engineDown: GREY,
};
const ACCENT = '#0b7285';
const WHITE = '#ffffff';
const INK = '#212529';
const BLACK = '#000000';

const LINUX_PX = 22;
const MAC_PX = 16;
const WINDOWS_PX = [16, 20, 24, 32, 48] as const;
const APP_PX = [16, 32, 48, 64, 128, 256, 512] as const;
const APP_ICO_PX_MAX = 256;
const APP_ICNS_PX_MIN = 128;
const TILE_CORNER = 3.4;

/** Writes `tray/…` and `app/…` below the folder. */
export function drawIcons(folder: string): void {
  mkdirSync(path.join(folder, 'tray'), { recursive: true });
  mkdirSync(path.join(folder, 'app'), { recursive: true });
  const write = (name: string, bytes: Buffer) => writeFileSync(path.join(folder, name), bytes);
  for (const state of APP_STATES) {
    const picture = (sizePx: number, hex: string) => statePicture(state, sizePx, colourOf(hex));
    const sets = { colour: STATE_COLOURS[state], light: WHITE, dark: INK };
    for (const [set, hex] of Object.entries(sets)) {
      write(`tray/${state}-${set}.png`, pngOf(picture(LINUX_PX, hex)));
      write(`tray/${state}-${set}@2x.png`, pngOf(picture(2 * LINUX_PX, hex)));
      write(`tray/${state}-${set}.ico`, icoOf(WINDOWS_PX.map((sizePx) => picture(sizePx, hex))));
    }
    write(`tray/${state}Template.png`, pngOf(picture(MAC_PX, BLACK)));
    write(`tray/${state}Template@2x.png`, pngOf(picture(2 * MAC_PX, BLACK)));
  }
  const apps = APP_PX.map(appPicture);
  for (const picture of apps) write(`app/${picture.sizePx}x${picture.sizePx}.png`, pngOf(picture));
  write('app/icon.ico', icoOf(apps.filter(({ sizePx }) => sizePx <= APP_ICO_PX_MAX)));
  write('app/icon.icns', icnsOf(apps.filter(({ sizePx }) => sizePx >= APP_ICNS_PX_MIN)));
}

export function statePicture(state: AppState, sizePx: number, colour: Colour): Picture {
  return paint(sizePx, [{ distance: distanceToShape(STATE_SHAPES[state]), colour }]);
}

/** The mark in white on a tile of the accent's colour. */
function appPicture(sizePx: number): Picture {
  return paint(sizePx, [
    { distance: distanceToTile(TILE_CORNER), colour: colourOf(ACCENT) },
    { distance: distanceToShape(MARK_SHAPE), colour: colourOf(WHITE) },
  ]);
}
