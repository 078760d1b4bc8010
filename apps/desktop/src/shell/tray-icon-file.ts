import type { AppState } from '@tidesync/shared/app-state';

export interface IconWish {
  readonly state: AppState;
  readonly platform: string;
  /** The desktop is dark, and so is its bar as a rule. */
  readonly dark: boolean;
  readonly monochrome: boolean;
}

/** `colour` has a colour for each state; the other two are one colour for bars that are dark or light. */
export const ICON_SETS = ['colour', 'light', 'dark'] as const;
export type IconSet = (typeof ICON_SETS)[number];

/** The name of the picture, below the folder of icons. The larger one for dense displays, `@2x`, lies beside it. */
export function trayIconFile({ state, platform, dark, monochrome }: IconWish): string {
  // macOS colours a template itself, by the bar's own colour.
  if (platform === 'darwin') return `tray/${state}Template.png`;
  const set: IconSet = !monochrome ? 'colour' : dark ? 'light' : 'dark';
  return `tray/${state}-${set}.${platform === 'win32' ? 'ico' : 'png'}`;
}
