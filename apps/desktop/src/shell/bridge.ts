// All that passes between the screens and the app's shell. Everything else the screens ask of the engine, at `/trpc`.

import type { Language } from '@tidesync/shared/languages';

/** Where a screen is, as the tray's menu and links name it. */
export const PLACES = [
  'home',
  'onboarding',
  'activity',
  'conflicts',
  'problems',
  'files',
  'held',
  'settings',
  'diagnose',
] as const;
export type Place = (typeof PLACES)[number];

/** What the shell asks the screens to show. `connect` comes from a link, and waits there for a person's yes. */
export type GoTo =
  | { readonly to: 'place'; readonly place: Place }
  | { readonly to: 'connect'; readonly serverUrl: string };

/** How the engine's process is doing, which the engine itself cannot say. */
export type EngineHealth =
  | { readonly is: 'starting' }
  /** `own`: it was started by this app and ends with it. */
  | { readonly is: 'running'; readonly own: boolean }
  /** It ended; the next try is on its way. */
  | { readonly is: 'restarting'; readonly exits: number; readonly why: string }
  /** It ended too often. Only a person's `startEngine` tries again. */
  | {
      readonly is: 'down';
      readonly exits: number;
      readonly why: string;
      readonly lastLines: readonly string[];
    };

export interface PlatformFacts {
  readonly platform: string;
  readonly appVersion: string;
  readonly electronVersion: string;
  readonly chromiumVersion: string;
  /** As the system says it, e.g. `de-AT`. */
  readonly locale: string;
  readonly homePath: string;
  /** False where the desktop shows no tray icons: closing the window then minimizes it. */
  readonly showsTray: boolean;
  /** False where this build does not update itself, since the system's packages do. */
  readonly updatesItself: boolean;
}

/** What the shell itself remembers. */
export interface ShellSettings {
  readonly autostart: boolean;
  readonly monochromeIcon: boolean;
  readonly notify: boolean;
  /** Of the windows, which the tray follows. */
  readonly language: Language;
}

/** What opening a path or an address came to. */
export type Opened =
  | { readonly is: 'opened' }
  /** A program, or a file outside of every synced folder: its folder was shown instead. */
  | { readonly is: 'revealed' }
  | { readonly is: 'refused'; readonly sentence: string };

/** `window.tidesync` in the app's windows; absent in a browser. */
export interface ShellBridge {
  facts(): Promise<PlatformFacts>;
  /** Null: the person chose none. */
  chooseFolder(title: string): Promise<string | null>;
  /** Opens what lies in a synced folder with the program that the system has for it. */
  openPath(path: string): Promise<Opened>;
  /** Shows a file in its folder. */
  revealPath(path: string): Promise<void>;
  /** Opens a page of the server in the browser; other https pages after a question. */
  openExternal(url: string): Promise<Opened>;
  copyText(text: string): Promise<void>;
  minimizeWindow(): Promise<void>;
  toggleMaximizeWindow(): Promise<void>;
  closeWindow(): Promise<void>;
  engineHealth(): Promise<EngineHealth>;
  onEngineHealth(listener: (health: EngineHealth) => void): () => void;
  /** Tries again, whatever was before. */
  startEngine(): Promise<void>;
  settings(): Promise<ShellSettings>;
  changeSettings(change: Partial<ShellSettings>): Promise<ShellSettings>;
  /** The first one may have come before the page listened. */
  onGoTo(listener: (goTo: GoTo) => void): () => void;
}

/** Under which name each method of the bridge reaches main. */
export const CHANNELS = {
  facts: 'tidesync:facts',
  chooseFolder: 'tidesync:choose-folder',
  openPath: 'tidesync:open-path',
  revealPath: 'tidesync:reveal-path',
  openExternal: 'tidesync:open-external',
  copyText: 'tidesync:copy-text',
  minimizeWindow: 'tidesync:minimize-window',
  toggleMaximizeWindow: 'tidesync:toggle-maximize-window',
  closeWindow: 'tidesync:close-window',
  engineHealth: 'tidesync:engine-health',
  startEngine: 'tidesync:start-engine',
  settings: 'tidesync:settings',
  changeSettings: 'tidesync:change-settings',
  takeGoTo: 'tidesync:take-go-to',
} as const;
export type Channel = (typeof CHANNELS)[keyof typeof CHANNELS];

/** What main says unasked. */
export const EVENTS = { engineHealth: 'tidesync:on-engine-health', goTo: 'tidesync:on-go-to' } as const;

/** The address of the app's own page, which nobody else can have. */
export const APP_SCHEME = 'app';
export const APP_ORIGIN = 'app://ui';
